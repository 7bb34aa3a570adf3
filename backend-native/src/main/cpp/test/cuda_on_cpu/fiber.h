#pragma once

#include <setjmp.h>
#include <ucontext.h>

#include <cstddef>

namespace cuda_on_cpu {

/**
 * A function with a stack of its own that can stop in the middle and go on later. All fibers of a block run on the
 * thread that resumes them, one at a time. A switch is a pair of setjmp and longjmp, which costs no system call.
 */
class Fiber {
public:
    using Body = void (*)(void*);

    Fiber();
    ~Fiber();
    Fiber(const Fiber&) = delete;
    Fiber& operator=(const Fiber&) = delete;

    /** The next resume() begins the body; whatever ran before is forgotten. */
    void start(Body body, void* argument);
    /** Runs until the body pauses or returns. */
    void resume();
    /** Stops the fiber that runs; its next resume() goes on from here. */
    void pause();

private:
    static void enter(unsigned high, unsigned low);
    [[noreturn]] void work();

    void* stack_;
    ucontext_t first_;
    jmp_buf here_;
    jmp_buf back_;
    Body body_ = nullptr;
    void* argument_ = nullptr;
    bool isNew_ = true;    // has no frame on its stack yet
    bool isIdle_ = false;  // waits for another body
};

}  // namespace cuda_on_cpu
