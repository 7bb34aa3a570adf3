#include "pool.h"

namespace rpt {

namespace {

// About 20 microseconds: longer than the gap between two loops of one decoding step, shorter than anybody notices.
constexpr int SPINS = 400;

inline void pause() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
}

}  // namespace

Pool::Pool(int threads) {
    try {
        for (int worker = 1; worker < threads; worker++) workers_.emplace_back([this, worker] { work(worker); });
    } catch (...) {
        stop_.store(true);
        epoch_.fetch_add(1);
        epoch_.notify_all();
        for (std::thread& thread : workers_) thread.join();
        throw;
    }
}

Pool::~Pool() {
    stop_.store(true);
    epoch_.fetch_add(1);
    epoch_.notify_all();
    for (std::thread& thread : workers_) thread.join();
}

void Pool::runErased(int count, Call call, const void* body) {
    uint32_t epoch = epoch_.load(std::memory_order_relaxed) + 1;
    done_.store(0, std::memory_order_relaxed);
    count_.store(count, std::memory_order_relaxed);
    call_.store(call, std::memory_order_relaxed);
    body_.store(body, std::memory_order_relaxed);
    ticket_.store(uint64_t(epoch) << 32 | uint32_t(count), std::memory_order_release);
    epoch_.store(epoch, std::memory_order_release);
    epoch_.notify_all();
    takeTasks(epoch, 0);
    for (int spins = 0;; spins++) {
        int done = done_.load(std::memory_order_acquire);
        if (done == count) break;
        if (spins < SPINS) pause();
        else done_.wait(done, std::memory_order_acquire);
    }
    if (error_) {
        std::exception_ptr error = error_;
        error_ = nullptr;
        std::rethrow_exception(error);
    }
}

void Pool::takeTasks(uint32_t epoch, int worker) {
    uint64_t ticket = ticket_.load(std::memory_order_acquire);
    while (ticket >> 32 == epoch) {
        int left = static_cast<int>(ticket & 0xffffffffu);
        if (left == 0) return;
        if (!ticket_.compare_exchange_weak(ticket, ticket - 1, std::memory_order_acq_rel, std::memory_order_acquire))
            continue;
        int count = count_.load(std::memory_order_relaxed);
        Call call = call_.load(std::memory_order_relaxed);
        const void* body = body_.load(std::memory_order_relaxed);
        try {
            call(body, count - left, worker);
        } catch (...) {
            std::lock_guard<std::mutex> guard(errorLock_);
            if (!error_) error_ = std::current_exception();
        }
        if (done_.fetch_add(1, std::memory_order_acq_rel) + 1 == count) done_.notify_all();
        ticket = ticket_.load(std::memory_order_acquire);
    }
}

void Pool::work(int worker) {
    uint32_t seen = 0;
    while (true) {
        uint32_t epoch = epoch_.load(std::memory_order_acquire);
        for (int spins = 0; epoch == seen; spins++) {
            if (spins < SPINS) pause();
            else epoch_.wait(seen, std::memory_order_acquire);
            epoch = epoch_.load(std::memory_order_acquire);
        }
        if (stop_.load(std::memory_order_acquire)) return;
        seen = epoch;
        takeTasks(epoch, worker);
    }
}

}  // namespace rpt
