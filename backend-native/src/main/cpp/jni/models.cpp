// Engines, models and what needs no gradients.

#include "objects.h"
#include "passes.h"
#include "roofline.h"

using namespace rpt;
using namespace rpt::jni;

#define ENTRY(result, name) extern "C" JNIEXPORT result JNICALL Java_org_rpt4j_backend_jni_NativeEngine_##name

namespace rpt::jni {

Batch batchOf(JNIEnv* env, jintArray tokens, jintArray segments) {
    Batch batch;
    batch.tokens = ints(env, tokens);
    std::vector<int> flat = ints(env, segments);
    for (size_t i = 0; i + 2 < flat.size(); i += 3) {
        int parent = flat[i];
        int position = parent < 0 ? 0 : batch.segments[parent].position + batch.segments[parent].length;
        batch.segments.push_back({parent, flat[i + 1], flat[i + 2], 0, position, {}});
    }
    return batch;
}

Targets targetsOf(JNIEnv* env, jintArray rows, jintArray tokens) {
    return {ints(env, rows), ints(env, tokens)};
}

jobject view(JNIEnv* env, float* floats, jlong offset, jlong count) {
    return env->NewDirectByteBuffer(floats + offset, count * static_cast<jlong>(sizeof(float)));
}

}  // namespace rpt::jni

ENTRY(jstring, version)
(JNIEnv* env, jclass) {
    return env->NewStringUTF(RPT4J_VERSION);
}

ENTRY(jstring, instructionSets)
(JNIEnv* env, jclass) {
    return guarded<jstring>(env, nullptr, [&] { return env->NewStringUTF(usableKernels()); });
}

ENTRY(jlong, openEngine)
(JNIEnv* env, jclass, jint threads, jstring instructionSet, jlong budget) {
    return guarded<jlong>(env, 0, [&] {
        const Kernels* kernels = instructionSet ? kernelsNamed(text(env, instructionSet).c_str()) : &bestKernels();
        if (!kernels)
            raise(env, "java/lang/IllegalArgumentException",
                  "instruction set \"" + text(env, instructionSet)
                      + "\" is not available here; usable: " + usableKernels());
        return handleOf(new Engine(*kernels, static_cast<size_t>(budget), threads));
    });
}

ENTRY(jdouble, measureProducts)
(JNIEnv* env, jclass, jlong engine, jint precision) {
    return guarded<jdouble>(env, 0, [&] {
        Engine& e = at<Engine>(engine);
        Compute compute(e.kernels, e.pool, e.budget, static_cast<Precision>(precision));
        return measureProducts(compute);
    });
}

ENTRY(jdouble, measureReading)
(JNIEnv* env, jclass, jlong engine) {
    return guarded<jdouble>(env, 0, [&] {
        Engine& e = at<Engine>(engine);
        Compute compute(e.kernels, e.pool, e.budget, Precision::FP32);
        return measureReading(compute);
    });
}

ENTRY(jlong, usedBytes)
(JNIEnv*, jclass, jlong engine) {
    return static_cast<jlong>(at<Engine>(engine).budget.used());
}

ENTRY(void, closeEngine)
(JNIEnv* env, jclass, jlong engine) {
    guarded(env, [&] { delete &at<Engine>(engine); });
}

ENTRY(jlong, openModel)
(JNIEnv* env, jclass, jlong engine, jint precision, jintArray shape, jdouble epsilon, jdoubleArray frequencies,
 jlongArray layout) {
    return guarded<jlong>(env, 0, [&] {
        std::vector<int> s = ints(env, shape);
        std::vector<jlong> l = longs(env, layout);
        Config config{s[0],
                      s[1],
                      s[2],
                      s[3],
                      s[4],
                      s[5],
                      s[6],
                      s[7],
                      static_cast<float>(epsilon),
                      s[8] != 0,
                      doubles(env, frequencies)};
        Layout where{size_t(l[0]),
                     size_t(l[1]),
                     size_t(l[2]),
                     size_t(l[3]),
                     size_t(l[4]),
                     size_t(l[5]),
                     {l[6], l[7], l[8], l[9], l[10], l[11], l[12], l[13], l[14], l[15]}};
        return handleOf(new OpenModel(at<Engine>(engine), static_cast<Precision>(precision), std::move(config), where));
    });
}

ENTRY(jobject, weights)
(JNIEnv* env, jclass, jlong model, jlong offset, jlong count) {
    return view(env, at<OpenModel>(model).model.weights(), offset, count);
}

ENTRY(jlong, operations)
(JNIEnv*, jclass, jlong model) {
    return at<OpenModel>(model).model.compute().operations.load(std::memory_order_relaxed);
}

ENTRY(void, closeModel)
(JNIEnv* env, jclass, jlong model) {
    guarded(env, [&] { delete &at<OpenModel>(model); });
}

ENTRY(void, logProbs)
(JNIEnv* env, jclass, jlong model, jintArray tokens, jintArray segments, jintArray rows, jintArray targets,
 jdouble temperature, jdoubleArray out) {
    guarded(env, [&] {
        OpenModel& open = at<OpenModel>(model);
        Batch batch = batchOf(env, tokens, segments);
        Targets wanted = targetsOf(env, rows, targets);
        std::vector<double> values(wanted.count());
        CancelCheck cancelled = interruption(env);
        const float* stream = open.pass.run(batch, wanted.count(), cancelled);
        open.head.logProbs(stream, wanted, temperature, values.data(), nullptr, cancelled);
        put(env, out, values);
    });
}

ENTRY(void, score)
(JNIEnv* env, jclass, jlong model, jintArray tokens, jintArray segments, jintArray rows, jintArray targets, jint k,
 jboolean renormalise, jdoubleArray entropy, jintArray argmax, jdoubleArray logProb) {
    guarded(env, [&] {
        OpenModel& open = at<OpenModel>(model);
        Batch batch = batchOf(env, tokens, segments);
        Targets wanted = targetsOf(env, rows, targets);
        std::vector<Score> scores(wanted.count());
        CancelCheck cancelled = interruption(env);
        const float* stream = open.pass.run(batch, wanted.count(), cancelled);
        open.head.scores(stream, wanted, k, renormalise, scores.data(), cancelled);
        std::vector<double> entropies, logProbs;
        std::vector<jint> best;
        for (const Score& score : scores) {
            entropies.push_back(score.entropy);
            best.push_back(score.argmax);
            logProbs.push_back(score.logProb);
        }
        put(env, entropy, entropies);
        put(env, argmax, best);
        put(env, logProb, logProbs);
    });
}
