#include <algorithm>
#include <vector>

#include "cpu_operations.h"

namespace rpt {

namespace {

/** Mixes a number (SplitMix64, Steele et al. 2014). */
uint64_t mixed(uint64_t x) {
    x += 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

}  // namespace

double CpuOperations::sumOfSquares(const float* x, size_t n) {
    std::vector<double> squares((n + STRETCH - 1) / STRETCH);
    pool().run(static_cast<int>(squares.size()), [&](int i, int) {
        size_t begin = i * STRETCH;
        squares[i] = compute_.kernels.sumOfSquares(x + begin, static_cast<int>(std::min(STRETCH, n - begin)));
    });
    double sum = 0;
    for (double square : squares) sum += square;
    return sum;
}

void CpuOperations::adamw(float* parameters, const Moments& moments, const float* gradients, size_t begin, size_t n,
                          const AdamStep& step, int64_t number) {
    const Kernels& kernels = compute_.kernels;
    pool().run(static_cast<int>((n + STRETCH - 1) / STRETCH), [&](int i, int) {
        size_t first = begin + i * STRETCH;
        int count = static_cast<int>(std::min(STRETCH, begin + n - first));
        float* w = parameters + first;
        const float* g = gradients + i * STRETCH;
        if (moments.isNarrow) {
            // Other bits for each step and each stretch, the same whatever thread computes it and after a restart.
            uint32_t key = static_cast<uint32_t>(mixed(mixed(static_cast<uint64_t>(number)) + first));
            kernels.adamwBf16(w, g, static_cast<bf16*>(moments.first) + first,
                              static_cast<bf16*>(moments.second) + first, count, step, key);
        } else {
            kernels.adamw(w, g, static_cast<float*>(moments.first) + first,
                          static_cast<float*>(moments.second) + first, count, step);
        }
    });
}

}  // namespace rpt
