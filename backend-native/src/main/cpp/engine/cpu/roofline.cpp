#include "roofline.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <vector>

namespace rpt {

namespace {

constexpr int ROWS = 512, DEPTH = 512, COLUMNS = 4800;
constexpr size_t MEMORY = size_t(512) << 20;
constexpr int STRETCHES = 64;

double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/** The minimum seconds of a few runs: other load on the machine only adds to it. */
template <class Work>
double least(int runs, Work work) {
    work();
    double best = 1e9;
    for (int i = 0; i < runs; i++) {
        double start = now();
        work();
        best = std::min(best, now() - start);
    }
    return best;
}

}  // namespace

double measureProducts(Compute& compute) {
    std::vector<float> a(ROWS * DEPTH, 0.5f), c(ROWS * COLUMNS), w(COLUMNS * DEPTH, 0.5f);
    PackedMatrix b;
    b.packTransposed(compute, w.data(), COLUMNS, DEPTH, compute.precision, "roofline");
    double seconds = least(20, [&] { multiply(compute, a.data(), DEPTH, ROWS, b, c.data(), COLUMNS, false); });
    return 2.0 * ROWS * DEPTH * COLUMNS / seconds;
}

double measureReading(Compute& compute) {
    Block memory(compute.budget, MEMORY, "roofline");
    // All unwritten pages map to one page of zeros, which would stay in the cache.
    std::memset(memory.as<void>(), 0x3f, memory.size());
    size_t stretch = memory.size() / sizeof(float) / STRETCHES;
    std::vector<double> sums(STRETCHES);
    double seconds = least(5, [&] {
        compute.pool.run(STRETCHES, [&](int i, int) {
            const float* part = memory.as<float>() + i * stretch;
            sums[i] = compute.kernels.max(part, static_cast<int>(stretch));
        });
    });
    return static_cast<double>(MEMORY) / seconds;
}

}  // namespace rpt
