#include "support.h"

#include <exception>
#include <new>

#include "errors.h"

namespace rpt::jni {

namespace {

constexpr const char* FAILURE = "org/rpt4j/api/error/BackendFailureException";
constexpr const char* MEMORY = "org/rpt4j/api/error/BackendMemoryException";
constexpr const char* CANCELLED = "org/rpt4j/api/error/OperationCancelledException";

// Weak, so that an application's class loader can be collected; a running call keeps the class alive.
jclass bindings = nullptr;
jmethodID isInterrupted = nullptr;

void throwNew(JNIEnv* env, const char* className, const char* message) noexcept {
    if (env->ExceptionCheck()) return;
    jclass type = env->FindClass(className);
    if (!type) return;  // NoClassDefFoundError is pending
    env->ThrowNew(type, message);
    env->DeleteLocalRef(type);
}

}  // namespace

void raise(JNIEnv* env, const char* className, const std::string& message) {
    throwNew(env, className, message.c_str());
    throw Pending{};
}

void translate(JNIEnv* env) noexcept {
    try {
        throw;
    } catch (const Pending&) {
        return;
    } catch (const Cancelled&) {
        throwNew(env, CANCELLED, "the native engine was interrupted");
    } catch (const OverBudget& e) {
        throwNew(env, MEMORY, e.what());
    } catch (const std::bad_alloc&) {
        throwNew(env, MEMORY, "the native engine is out of memory");
    } catch (const std::exception& e) {
        throwNew(env, FAILURE, e.what());
    } catch (...) {
        throwNew(env, FAILURE, "the native engine failed for an unknown reason");
    }
}

std::vector<int> ints(JNIEnv* env, jintArray array) {
    // A jint has the size of an int everywhere, and on Windows another type.
    if (!array) throw std::invalid_argument("an array of ints is null");
    std::vector<jint> values(env->GetArrayLength(array));
    env->GetIntArrayRegion(array, 0, static_cast<jsize>(values.size()), values.data());
    return {values.begin(), values.end()};
}

std::vector<double> doubles(JNIEnv* env, jdoubleArray array) {
    if (!array) throw std::invalid_argument("an array of doubles is null");
    std::vector<double> values(env->GetArrayLength(array));
    env->GetDoubleArrayRegion(array, 0, static_cast<jsize>(values.size()), values.data());
    return values;
}

void put(JNIEnv* env, const char* name, jdoubleArray array, const std::vector<double>& values) {
    if (!array) throw std::invalid_argument(std::string(name) + " is null");
    requireSame(name, env->GetArrayLength(array), "the result", values.size());
    env->SetDoubleArrayRegion(array, 0, static_cast<jsize>(values.size()), values.data());
}

void put(JNIEnv* env, const char* name, jintArray array, const std::vector<jint>& values) {
    if (!array) throw std::invalid_argument(std::string(name) + " is null");
    requireSame(name, env->GetArrayLength(array), "the result", values.size());
    env->SetIntArrayRegion(array, 0, static_cast<jsize>(values.size()), values.data());
}

void put(JNIEnv* env, const char* name, jfloatArray array, const std::vector<float>& values) {
    if (!array) throw std::invalid_argument(std::string(name) + " is null");
    requireSame(name, env->GetArrayLength(array), "the result", values.size());
    env->SetFloatArrayRegion(array, 0, static_cast<jsize>(values.size()), values.data());
}

std::string text(JNIEnv* env, jstring string) {
    if (!string) throw std::invalid_argument("a string is null");
    const char* characters = env->GetStringUTFChars(string, nullptr);
    if (!characters) throw Pending{};
    std::string copy(characters);
    env->ReleaseStringUTFChars(string, characters);
    return copy;
}

CancelCheck interruption(JNIEnv* env) {
    return [env] {
        bool interrupted = env->CallStaticBooleanMethod(bindings, isInterrupted);
        if (env->ExceptionCheck()) throw Pending{};
        return interrupted;
    };
}

}  // namespace rpt::jni

extern "C" JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM* vm, void*) {
    JNIEnv* env = nullptr;
    if (vm->GetEnv(reinterpret_cast<void**>(&env), JNI_VERSION_1_8) != JNI_OK) return JNI_ERR;
    jclass type = env->FindClass("org/rpt4j/backend/jni/NativeEngine");
    if (!type) return JNI_ERR;
    rpt::jni::isInterrupted = env->GetStaticMethodID(type, "isInterrupted", "()Z");
    if (!rpt::jni::isInterrupted) return JNI_ERR;
    rpt::jni::bindings = static_cast<jclass>(env->NewWeakGlobalRef(type));
    env->DeleteLocalRef(type);
    return rpt::jni::bindings ? JNI_VERSION_1_8 : JNI_ERR;
}

extern "C" JNIEXPORT void JNICALL JNI_OnUnload(JavaVM* vm, void*) {
    JNIEnv* env = nullptr;
    if (vm->GetEnv(reinterpret_cast<void**>(&env), JNI_VERSION_1_8) == JNI_OK)
        env->DeleteWeakGlobalRef(rpt::jni::bindings);
}
