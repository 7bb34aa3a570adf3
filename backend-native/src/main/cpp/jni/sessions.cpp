// Sessions: texts that are decoded token by token.

#include <vector>

#include "objects.h"
#include "session.h"

using namespace rpt;
using namespace rpt::jni;

#define ENTRY(result, name) extern "C" JNIEXPORT result JNICALL Java_org_rpt4j_backend_jni_NativeEngine_##name

ENTRY(jlong, openSession)
(JNIEnv* env, jclass, jlong model, jstring weights) {
    return guarded<jlong>(env, 0, [&] {
        OpenModel& open = at<OpenModel>(model);
        return handleOf(new Session(open.model, open.weights(text(env, weights))));
    });
}

ENTRY(void, appendToSession)
(JNIEnv* env, jclass, jlong session, jintArray tokens) {
    guarded(env, [&] { at<Session>(session).append(ints(env, tokens), interruption(env)); });
}

ENTRY(void, sessionLogits)
(JNIEnv* env, jclass, jlong session, jfloatArray logits) {
    guarded(env, [&] {
        Session& open = at<Session>(session);
        std::vector<float> values(open.vocabulary());
        open.logits(values.data());
        put(env, "logits", logits, values);
    });
}

ENTRY(void, truncateSession)
(JNIEnv* env, jclass, jlong session, jint length) {
    guarded(env, [&] { at<Session>(session).truncate(length); });
}

ENTRY(void, closeSession)
(JNIEnv* env, jclass, jlong session) {
    guarded(env, [&] { delete &at<Session>(session); });
}
