// Rollouts: the KV cache and draws from it.

#include <algorithm>
#include <cstdint>

#include "generator.h"
#include "objects.h"

using namespace rpt;
using namespace rpt::jni;

#define ENTRY(result, name) extern "C" JNIEXPORT result JNICALL Java_org_rpt4j_backend_jni_NativeEngine_##name

ENTRY(jint, tokensPerPage)
(JNIEnv* env, jclass, jlong engine) {
    return guarded<jint>(env, 0, [&] { return at<Engine>(engine).kernels.panel; });
}

ENTRY(jlong, availableBytes)
(JNIEnv* env, jclass, jlong model, jstring weights) {
    return guarded<jlong>(env, 0, [&] {
        OpenModel& open = at<OpenModel>(model);
        Model& m = open.model;
        m.packed(open.weights(text(env, weights)).rounded);
        return static_cast<jlong>(m.operations().budget().available());
    });
}

ENTRY(jlong, generatorBytes)
(JNIEnv* env, jclass, jlong model, jint pages, jint rows, jint nodes) {
    return guarded<jlong>(env, 0, [&] {
        Model& m = at<OpenModel>(model).model;
        size_t bytes = Generator::bytes(m, pages, rows, nodes);
        return static_cast<jlong>(std::min<size_t>(bytes, INT64_MAX));
    });
}

ENTRY(jlong, openGenerator)
(JNIEnv* env, jclass, jlong model, jstring weights, jint pages, jint rows, jint nodes) {
    return guarded<jlong>(env, 0, [&] {
        OpenModel& open = at<OpenModel>(model);
        return handleOf(new Generator(open.model, open.weights(text(env, weights)), pages, rows, nodes));
    });
}

ENTRY(jint, addNode)
(JNIEnv* env, jclass, jlong generator, jint parent) {
    return guarded<jint>(env, 0, [&] { return at<Generator>(generator).add(parent); });
}

ENTRY(void, removeNode)
(JNIEnv* env, jclass, jlong generator, jint node) {
    guarded(env, [&] { at<Generator>(generator).remove(node); });
}

ENTRY(void, append)
(JNIEnv* env, jclass, jlong generator, jintArray nodes, jintArray counts, jintArray tokens) {
    guarded(env, [&] {
        at<Generator>(generator).append(ints(env, nodes), ints(env, counts), ints(env, tokens), interruption(env));
    });
}

ENTRY(void, sample)
(JNIEnv* env, jclass, jlong generator, jintArray nodes, jdoubleArray uniforms, jdouble temperature, jboolean greedy,
 jintArray tokens, jdoubleArray logProbs) {
    guarded(env, [&] {
        std::vector<int> rows = ints(env, nodes);
        std::vector<Draw> draws(rows.size());
        at<Generator>(generator).sample(rows, doubles(env, uniforms), temperature, greedy, draws.data());
        std::vector<jint> drawn;
        std::vector<double> values;
        for (const Draw& draw : draws) {
            drawn.push_back(draw.token);
            values.push_back(draw.logProb);
        }
        put(env, "tokens", tokens, drawn);
        put(env, "logProbs", logProbs, values);
    });
}

ENTRY(void, closeGenerator)
(JNIEnv* env, jclass, jlong generator) {
    guarded(env, [&] { delete &at<Generator>(generator); });
}
