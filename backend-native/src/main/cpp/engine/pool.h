#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace rpt {

/**
 * Threads that share the tasks of one loop after the other; the caller is one of them. Idle threads look for work for
 * some microseconds, then sleep. Which thread runs a task is not determined, so a task must write what no other does:
 * results are then the same for any number of threads. run() is for one caller at a time and does not nest.
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
    // The loop's number in the upper half, its tasks that nobody has taken in the lower. Who takes one holds the loop
    // open and may read the fields below; who does not must not, since they may be those of the next loop already.
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
