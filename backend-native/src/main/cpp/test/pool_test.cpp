// Every task runs exactly once, whatever the number of threads; errors come back; idle pools end.

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

// A thread that was held up between two loops must not take a task of the next one for one of its own: a short loop, then
// a longer one with another body, again and again.
void lateThreads() {
    Pool pool(8);
    for (int round = 0; round < 60000; round++) {
        int counts[] = {2, 5 + round % 7};
        for (int loop = 0; loop < 2; loop++) {
            std::atomic<int> runs[16] = {};
            const int own = 2 * round + loop;
            int seen = own;
            pool.run(counts[loop], [&runs, &seen, own](int task, int) {
                CHECK(seen == own);
                runs[task]++;
            });
            for (int task = 0; task < 16; task++) CHECK(runs[task] == (task < counts[loop] ? 1 : 0));
            seen = -1;
        }
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
    lateThreads();
    afterSleep();
    errors();
    budgets();
}
