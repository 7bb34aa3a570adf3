#pragma once

#include <jni.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "model.h"

#ifdef __SANITIZE_THREAD__
#include <sanitizer/tsan_interface.h>
#endif

namespace rpt::jni {

/** A Java exception is pending; the native method returns immediately. */
struct Pending {};

/** Throws a Java exception of that class, and Pending to leave the native method. */
[[noreturn]] void raise(JNIEnv* env, const char* className, const std::string& message);

/** Turns the C++ exception being handled into a Java exception. */
void translate(JNIEnv* env) noexcept;

#ifdef __SANITIZE_THREAD__
/**
 * ThreadSanitizer does not see the locks of Java, which order the calls of two threads. So a call that begins after
 * another has ended counts as ordered after it. Calls at the same time stay what they are, and their races are reported.
 */
class Call {
  public:
    Call() { __tsan_acquire(&gate); }
    ~Call() { __tsan_release(&gate); }

  private:
    static inline char gate = 0;
};
#else
struct Call {};
#endif

/** Runs the body of a native method; only a Java exception leaves it. */
template <class Result, class Body>
Result guarded(JNIEnv* env, Result otherwise, Body body) noexcept {
    [[maybe_unused]] Call call;
    try {
        return body();
    } catch (...) {
        translate(env);
        return otherwise;
    }
}

template <class Body>
void guarded(JNIEnv* env, Body body) noexcept {
    guarded(env, 0, [&] {
        body();
        return 0;
    });
}

std::vector<int> ints(JNIEnv* env, jintArray array);
std::vector<double> doubles(JNIEnv* env, jdoubleArray array);
/** Fills a Java array; throws std::invalid_argument, with its name, if its length differs. */
void put(JNIEnv* env, const char* name, jdoubleArray array, const std::vector<double>& values);
void put(JNIEnv* env, const char* name, jintArray array, const std::vector<jint>& values);
void put(JNIEnv* env, const char* name, jfloatArray array, const std::vector<float>& values);
std::string text(JNIEnv* env, jstring string);

/** Whether the calling Java thread is interrupted. */
CancelCheck interruption(JNIEnv* env);

/** The object behind a handle; 0 is what a handle is before it is opened. */
template <class T>
T& at(jlong handle) {
    if (handle == 0) throw std::invalid_argument("a handle is 0: it was never opened");
    return *reinterpret_cast<T*>(handle);
}

template <class T>
jlong handleOf(T* object) {
    return reinterpret_cast<jlong>(object);
}

}  // namespace rpt::jni
