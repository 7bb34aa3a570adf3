// Every task runs exactly once, whatever the number of threads; errors reach the caller; idle pools shut down.

#include <atomic>
#include <chrono>
#include <stdexcept>

#include "check.h"
#include "errors.h"
#include "memory.h"
#include "pool.h"

using namespace rpt;

namespace {

void everyTaskOnce(int threads) {
    Pool pool(threads);
    for (int round = 0; round < 2000; round++) {
        int count = round % 37;
        std::vector<int> runs(count);
        pool.run(count, [&](int task, int worker) {
            CHECK(worker >= 0 && worker < threads);
            runs[task]++;
        });
        for (int each : runs) CHECK(each == 1);
    }
}

/**
 * Back-to-back loops of different lengths, in which sometimes the caller and sometimes another thread finishes last: a
 * thread that looks for a task just as the next loop starts must not take a task of it with the numbers of the old one.
 */
void lateThreads(int threads) {
    constexpr int LOOPS = 200000, MOST = 8;
    Pool pool(threads);
    std::atomic<int> runs[MOST] = {};
    for (int loop = 0; loop < LOOPS; loop++) {
        int count = 2 + loop % (MOST - 1);
        pool.run(count, [&runs, count, loop](int task, int worker) {
            CHECK(task < count);
            runs[task].fetch_add(1, std::memory_order_relaxed);
            std::atomic<int> spin{worker == 0 ? 0 : loop % 61};
            while (spin-- > 0) continue;
        });
        for (int task = 0; task < MOST; task++) CHECK(runs[task].exchange(0) == (task < count ? 1 : 0));
    }
}

void afterSleep() {
    Pool pool(3);
    for (int round = 0; round < 5; round++) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        std::atomic<int> sum{0};
        pool.run(100, [&](int task, int) { sum += task; });
        CHECK(sum == 4950);
    }
}

void errors() {
    Pool pool(3);
    bool caught = false;
    try {
        pool.run(50, [](int task, int) {
            if (task == 17) throw std::runtime_error("seventeen");
        });
    } catch (const std::runtime_error&) {
        caught = true;
    }
    CHECK(caught);
    std::atomic<int> count{0};
    pool.run(9, [&](int, int) { count++; });
    CHECK(count == 9);
}

void budgets() {
    Budget budget(1000);
    Block block(budget, 600, "first");
    CHECK(budget.available() == 400);
    for (int i = 0; i < 600; i++) CHECK(block.as<char>()[i] == 0);
    bool refused = false;
    try {
        Block second(budget, 401, "second");
    } catch (const OverBudget& e) {
        refused = std::strstr(e.what(), "second") != nullptr;
    }
    CHECK(refused);
    CHECK(budget.used() == 600);
    block.release();
    CHECK(budget.used() == 0);
}

}  // namespace

int main() {
    for (int threads : {1, 2, 3, 8}) everyTaskOnce(threads);
    for (int threads : {2, 3, 6}) lateThreads(threads);
    afterSleep();
    errors();
    budgets();
}
