#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace rpt {

/**
 * Threads that share the tasks of a loop with its caller. Idle threads spin for a few microseconds, then sleep. Any
 * thread may run any task, so a task must write only what no other task writes: results are then the same for any
 * number of threads. run() takes one caller at a time and does not nest.
 */
class Pool {
public:
    /** threads > 0, the caller's included. */
    explicit Pool(int threads);
    ~Pool();
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    int threads() const { return static_cast<int>(workers_.size()) + 1; }

    /** Calls body(task, worker) for every task in 0..count-1, with worker in 0..threads-1; rethrows what one throws. */
    template <class Body>
    void run(int count, const Body& body) {
        if (count <= 0) return;
        if (count == 1 || workers_.empty()) {
            for (int task = 0; task < count; task++) body(task, 0);
            return;
        }
        runErased(
            count, [](const void* self, int task, int worker) { (*static_cast<const Body*>(self))(task, worker); },
            &body);
    }

private:
    using Call = void (*)(const void*, int, int);

    void runErased(int count, Call call, const void* body);
    void work(int worker);
    void takeTasks(uint32_t epoch, int worker);

    std::vector<std::thread> workers_;
    // Upper half: the number of the loop. Lower half: its tasks that no thread has taken. A thread that takes one keeps
    // the loop open and may read the fields below; any other thread must not, since they may already belong to the next
    // loop.
    std::atomic<uint64_t> ticket_{0};
    std::atomic<uint32_t> epoch_{0};
    std::atomic<int> count_{0};
    std::atomic<int> done_{0};
    std::atomic<Call> call_{nullptr};
    std::atomic<const void*> body_{nullptr};
    std::atomic<bool> stop_{false};
    std::mutex errorLock_;
    std::exception_ptr error_;
};

}  // namespace rpt
