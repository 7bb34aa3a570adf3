// The fortified longjmp takes a jump to another stack for an error.
#undef _FORTIFY_SOURCE

#include "fiber.h"

#include <sys/mman.h>

#include <cstdint>
#include <new>

namespace cuda_on_cpu {

namespace {

constexpr size_t STACK = size_t(64) << 10;
constexpr size_t GUARD = size_t(4) << 10;

}  // namespace

Fiber::Fiber() : stack_(mmap(nullptr, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) {
    if (stack_ == MAP_FAILED) throw std::bad_alloc();
    mprotect(stack_, GUARD, PROT_NONE);
}

Fiber::~Fiber() {
    munmap(stack_, STACK);
}

void Fiber::start(Body body, void* argument) {
    body_ = body;
    argument_ = argument;
    // The frames of a body that was left in the middle are dropped.
    isNew_ = !isIdle_;
    isIdle_ = false;
}

void Fiber::enter(unsigned high, unsigned low) {
    reinterpret_cast<Fiber*>(uintptr_t(high) << 32 | low)->work();
}

void Fiber::work() {
    for (;;) {
        body_(argument_);
        isIdle_ = true;
        pause();
    }
}

void Fiber::resume() {
    if (_setjmp(back_)) return;
    if (!isNew_) _longjmp(here_, 1);
    isNew_ = false;
    getcontext(&first_);
    first_.uc_stack = {static_cast<char*>(stack_) + GUARD, 0, STACK - GUARD};
    first_.uc_link = nullptr;
    uintptr_t self = reinterpret_cast<uintptr_t>(this);
    makecontext(&first_, reinterpret_cast<void (*)()>(enter), 2, unsigned(self >> 32), unsigned(self));
    setcontext(&first_);
}

void Fiber::pause() {
    if (!_setjmp(here_)) _longjmp(back_, 1);
}

}  // namespace cuda_on_cpu
