// Engines, models, and passes without gradients.

#include "cpu/roofline.h"
#include "errors.h"
#include "objects.h"
#include "passes.h"
#include "structs.h"

using namespace rpt;
using namespace rpt::jni;

#define ENTRY(result, name) extern "C" JNIEXPORT result JNICALL Java_org_rpt4j_backend_jni_NativeEngine_##name

namespace rpt::jni {

jobject view(JNIEnv* env, void* elements, size_t size, size_t total, jlong offset, jlong count) {
    require(offset >= 0 && count >= 0 && static_cast<size_t>(offset) <= total
                && static_cast<size_t>(count) <= total - static_cast<size_t>(offset),
            [&] {
                return "a view of " + std::to_string(count) + " values from " + std::to_string(offset)
                       + " is beyond the " + std::to_string(total) + " that there are";
            });
    return env->NewDirectByteBuffer(static_cast<char*>(elements) + offset * size, count * static_cast<jlong>(size));
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
(JNIEnv* env, jclass, jint threads, jstring instructionSet, jlong budget, jstring source) {
    return guarded<jlong>(env, 0, [&] {
        bindStructs(env);
        const Kernels* kernels = instructionSet ? kernelsNamed(text(env, instructionSet).c_str()) : &bestKernels();
        if (!kernels)
            raise(env, "java/lang/IllegalArgumentException",
                  "instruction set \"" + text(env, instructionSet)
                      + "\" is not available here; usable: " + usableKernels());
        return handleOf(new Engine(*kernels, static_cast<size_t>(budget), text(env, source), threads));
    });
}

ENTRY(jdouble, measureProducts)
(JNIEnv* env, jclass, jlong engine, jstring precision) {
    return guarded<jdouble>(env, 0, [&] {
        Engine& e = at<Engine>(engine);
        Compute compute(e.kernels, e.pool, e.budget, precisionNamed(text(env, precision)));
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
(JNIEnv* env, jclass, jlong engine) {
    return guarded<jlong>(env, 0, [&] { return static_cast<jlong>(at<Engine>(engine).budget.used()); });
}

ENTRY(void, closeEngine)
(JNIEnv* env, jclass, jlong engine) {
    guarded(env, [&] { delete &at<Engine>(engine); });
}

ENTRY(jlong, openModel)
(JNIEnv* env, jclass, jlong engine, jstring precision, jboolean frozen, jobject config, jobject layout, jobject layer) {
    return guarded<jlong>(env, 0, [&] {
        return handleOf(new OpenModel(at<Engine>(engine), precisionNamed(text(env, precision)), frozen,
                                      configOf(env, config), layoutOf(env, layout, layer)));
    });
}

ENTRY(jobject, load)
(JNIEnv* env, jclass, jlong model, jlong offset, jlong count) {
    return guarded<jobject>(env, nullptr, [&] {
        float* place = at<OpenModel>(model).model.load(static_cast<size_t>(offset), static_cast<size_t>(count));
        return view(env, place, sizeof(float), static_cast<size_t>(count), 0, count);
    });
}

ENTRY(jobject, loadNarrow)
(JNIEnv* env, jclass, jlong model, jlong offset, jlong count) {
    return guarded<jobject>(env, nullptr, [&] {
        bf16* place =
            at<OpenModel>(model).model.loadNarrow(static_cast<size_t>(offset), static_cast<size_t>(count));
        return view(env, place, sizeof(bf16), static_cast<size_t>(count), 0, count);
    });
}

ENTRY(void, loaded)
(JNIEnv* env, jclass, jlong model) {
    guarded(env, [&] { at<OpenModel>(model).model.loaded(); });
}

ENTRY(void, openAdapter)
(JNIEnv* env, jclass, jlong model, jobject shape) {
    guarded(env, [&] { at<OpenModel>(model).model.openAdapter(adapterShapeOf(env, shape)); });
}

ENTRY(jobject, parameters)
(JNIEnv* env, jclass, jlong model, jlong offset, jlong count) {
    return guarded<jobject>(env, nullptr, [&] {
        Model& m = at<OpenModel>(model).model;
        return view(env, m.parameters(), sizeof(float), m.parameterCount(), offset, count);
    });
}

ENTRY(void, parametersChanged)
(JNIEnv* env, jclass, jlong model) {
    guarded(env, [&] { at<OpenModel>(model).model.parametersChanged(); });
}

ENTRY(jlong, operations)
(JNIEnv* env, jclass, jlong model) {
    return guarded<jlong>(env, 0, [&] { return at<OpenModel>(model).model.operations().count(); });
}

ENTRY(void, closeModel)
(JNIEnv* env, jclass, jlong model) {
    guarded(env, [&] { delete &at<OpenModel>(model); });
}

ENTRY(void, logProbs)
(JNIEnv* env, jclass, jlong model, jobject flat, jdouble temperature, jstring weights, jdoubleArray out) {
    guarded(env, [&] {
        OpenModel& open = at<OpenModel>(model);
        FlatBatch java = flatBatchOf(env, flat);
        Batch batch = java.batch();
        Targets targets = java.targets();
        validate(open.model.config(), batch, targets);
        std::vector<double> values(targets.count());
        CancelCheck cancelled = interruption(env);
        Weights used = open.weights(text(env, weights));
        const float* stream = open.pass.run(batch, used, targets.count(), cancelled);
        Head& head = used.rounded ? open.roundedHead : open.head;
        head.logProbs(stream, targets, temperature, values.data(), nullptr, cancelled);
        put(env, "logProbs", out, values);
    });
}

ENTRY(void, score)
(JNIEnv* env, jclass, jlong model, jobject flat, jint k, jboolean renormalise, jint candidates, jdoubleArray entropy,
 jintArray argmax, jdoubleArray logProb, jintArray topIds, jdoubleArray topLogProbs) {
    guarded(env, [&] {
        OpenModel& open = at<OpenModel>(model);
        FlatBatch java = flatBatchOf(env, flat);
        Batch batch = java.batch();
        Targets targets = java.targets();
        validate(open.model.config(), batch, targets);
        std::vector<Score> scores(targets.count());
        std::vector<Candidate> top;
        CancelCheck cancelled = interruption(env);
        const float* stream = open.pass.run(batch, nullptr, targets.count(), cancelled);
        open.head.scores(stream, targets, {k, renormalise != 0, candidates}, scores.data(), top, cancelled);
        std::vector<double> entropies, logProbs, ofTop;
        std::vector<jint> best, ids;
        for (const Score& score : scores) {
            entropies.push_back(score.entropy);
            best.push_back(score.argmax);
            logProbs.push_back(score.logProb);
        }
        put(env, "entropy", entropy, entropies);
        put(env, "argmax", argmax, best);
        for (const Candidate& candidate : top) {
            ids.push_back(candidate.token);
            ofTop.push_back(candidate.logProb);
        }
        put(env, "logProb", logProb, logProbs);
        put(env, "topIds", topIds, ids);
        put(env, "topLogProbs", topLogProbs, ofTop);
    });
}
