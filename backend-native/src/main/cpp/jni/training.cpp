// Training: forward passes that keep their activations, gradients, AdamW.

#include <limits>
#include <memory>
#include <utility>

#include "objects.h"
#include "optimizer.h"
#include "passes.h"
#include "structs.h"

using namespace rpt;
using namespace rpt::jni;

#define ENTRY(result, name) extern "C" JNIEXPORT result JNICALL Java_org_rpt4j_backend_jni_NativeEngine_##name

ENTRY(jlong, openPass)
(JNIEnv* env, jclass, jlong model, jobject flat, jdouble temperature, jboolean recompute, jboolean divide,
 jdoubleArray out) {
    return guarded<jlong>(env, 0, [&] {
        OpenModel& open = at<OpenModel>(model);
        FlatBatch java = flatBatchOf(env, flat);
        Batch batch = java.batch();
        Targets targets = java.targets();
        validate(open.model.config(), batch, targets);
        std::vector<double> values(targets.count());
        auto pass = std::make_unique<TrainingPass>(open.model, open.training, std::move(batch), std::move(targets),
                                                   temperature, recompute, values.data(), interruption(env),
                                                   divide ? TrainingPass::PART_ROWS : std::numeric_limits<int>::max());
        put(env, "logProbs", out, values);
        return handleOf(pass.release());
    });
}

ENTRY(void, backward)
(JNIEnv* env, jclass, jlong pass, jdoubleArray weights, jlong gradients) {
    guarded(env, [&] { at<TrainingPass>(pass).backward(doubles(env, weights), at<Block>(gradients).as<float>()); });
}

ENTRY(void, closePass)
(JNIEnv* env, jclass, jlong pass) {
    guarded(env, [&] { delete &at<TrainingPass>(pass); });
}

ENTRY(jlong, openGradients)
(JNIEnv* env, jclass, jlong model) {
    return guarded<jlong>(env, 0, [&] {
        Model& m = at<OpenModel>(model).model;
        return handleOf(new Block(m.operations().budget(), m.parameterCount() * sizeof(float), "the gradients"));
    });
}

ENTRY(void, zeroGradients)
(JNIEnv* env, jclass, jlong model, jlong gradients) {
    guarded(env, [&] {
        Block& block = at<Block>(gradients);
        at<OpenModel>(model).model.operations().zero(block.as<void>(), block.size());
    });
}

ENTRY(jobject, gradients)
(JNIEnv* env, jclass, jlong gradients, jlong offset, jlong count) {
    return guarded<jobject>(env, nullptr, [&] {
        Block& block = at<Block>(gradients);
        return view(env, block.as<void>(), sizeof(float), block.size() / sizeof(float), offset, count);
    });
}

ENTRY(void, closeGradients)
(JNIEnv* env, jclass, jlong gradients) {
    guarded(env, [&] { delete &at<Block>(gradients); });
}

ENTRY(jlong, openAdamW)
(JNIEnv* env, jclass, jlong model, jboolean narrow, jboolean layerwise) {
    return guarded<jlong>(env, 0,
                          [&] { return handleOf(new AdamW(at<OpenModel>(model).model, narrow, layerwise)); });
}

ENTRY(jdouble, updateAdamW)
(JNIEnv* env, jclass, jlong optimizer, jlong gradients, jobjectArray spans, jobject options) {
    return guarded<jdouble>(env, 0, [&] {
        return at<AdamW>(optimizer).update(at<Block>(gradients).as<float>(), decaySpansOf(env, spans),
                                           updateOptionsOf(env, options));
    });
}

ENTRY(jdouble, updateLayerwise)
(JNIEnv* env, jclass, jlong optimizer, jlong pass, jdoubleArray weights, jobjectArray spans, jobject options) {
    return guarded<jdouble>(env, 0, [&] {
        return at<AdamW>(optimizer).update(at<TrainingPass>(pass), doubles(env, weights), decaySpansOf(env, spans),
                                           updateOptionsOf(env, options));
    });
}

ENTRY(jobject, moments)
(JNIEnv* env, jclass, jlong optimizer, jboolean second, jlong offset, jlong count) {
    return guarded<jobject>(env, nullptr, [&] {
        AdamW& adamw = at<AdamW>(optimizer);
        return view(env, second ? adamw.second() : adamw.first(), adamw.elementSize(), adamw.count(), offset, count);
    });
}

ENTRY(void, closeAdamW)
(JNIEnv* env, jclass, jlong optimizer) {
    guarded(env, [&] { delete &at<AdamW>(optimizer); });
}
