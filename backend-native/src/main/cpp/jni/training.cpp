// Forward passes that are kept, gradients, AdamW.

#include <memory>

#include "objects.h"
#include "optimizer.h"
#include "passes.h"

using namespace rpt;
using namespace rpt::jni;

#define ENTRY(result, name) extern "C" JNIEXPORT result JNICALL Java_org_rpt4j_backend_jni_NativeEngine_##name

ENTRY(jlong, openPass)
(JNIEnv* env, jclass, jlong model, jintArray tokens, jintArray segments, jintArray rows, jintArray targets,
 jdouble temperature, jboolean recompute, jdoubleArray out) {
    return guarded<jlong>(env, 0, [&] {
        Targets wanted = targetsOf(env, rows, targets);
        std::vector<double> values(wanted.count());
        OpenModel& open = at<OpenModel>(model);
        auto pass =
            std::make_unique<TrainingPass>(open.model, open.training, batchOf(env, tokens, segments), std::move(wanted),
                                           temperature, recompute, values.data(), interruption(env));
        put(env, out, values);
        return handleOf(pass.release());
    });
}

ENTRY(void, backward)
(JNIEnv* env, jclass, jlong pass, jdoubleArray weights, jlong gradients) {
    guarded(env,
            [&] { at<TrainingPass>(pass).backward(doubles(env, weights).data(), at<Block>(gradients).as<float>()); });
}

ENTRY(void, closePass)
(JNIEnv* env, jclass, jlong pass) {
    guarded(env, [&] { delete &at<TrainingPass>(pass); });
}

ENTRY(jlong, openGradients)
(JNIEnv* env, jclass, jlong model) {
    return guarded<jlong>(env, 0, [&] {
        Model& m = at<OpenModel>(model).model;
        return handleOf(new Block(m.compute().budget, m.layout().total * sizeof(float), "the gradients"));
    });
}

ENTRY(void, zeroGradients)
(JNIEnv* env, jclass, jlong model, jlong gradients) {
    guarded(env, [&] { at<OpenModel>(model).model.compute().zero(at<Block>(gradients)); });
}

ENTRY(void, closeGradients)
(JNIEnv* env, jclass, jlong gradients) {
    guarded(env, [&] { delete &at<Block>(gradients); });
}

ENTRY(jlong, openAdamW)
(JNIEnv* env, jclass, jlong model) {
    return guarded<jlong>(env, 0, [&] { return handleOf(new AdamW(at<OpenModel>(model).model)); });
}

ENTRY(jdouble, updateAdamW)
(JNIEnv* env, jclass, jlong optimizer, jlong gradients, jlongArray spans, jdoubleArray options, jlong step) {
    return guarded<jdouble>(env, 0, [&] {
        std::vector<jlong> flat = longs(env, spans);
        std::vector<DecaySpan> decays;
        for (size_t i = 0; i + 2 < flat.size(); i += 3)
            decays.push_back({size_t(flat[i]), size_t(flat[i + 1]), flat[i + 2] != 0});
        std::vector<double> o = doubles(env, options);
        return at<AdamW>(optimizer).update(at<Block>(gradients).as<float>(), decays,
                                           {o[0], o[1], o[2], o[3], o[4], o[5], step});
    });
}

ENTRY(jobject, moments)
(JNIEnv* env, jclass, jlong optimizer, jboolean second, jlong offset, jlong count) {
    AdamW& adamw = at<AdamW>(optimizer);
    return view(env, second ? adamw.second() : adamw.first(), offset, count);
}

ENTRY(void, closeAdamW)
(JNIEnv* env, jclass, jlong optimizer) {
    guarded(env, [&] { delete &at<AdamW>(optimizer); });
}
