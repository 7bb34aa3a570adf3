#include "blocks.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>

#include "rows.h"

namespace rpt {

namespace {

bool isScale(float d, const float* w) {
    for (int i = 0; i < Blocks::SIZE; i++) {
        float q = std::nearbyint(w[i] / d);
        if (!(q >= Blocks::LEAST && q <= Blocks::MOST) || d * q != w[i]) return false;
    }
    return true;
}

/** A block of a panel: a scale for each column, the sum of its q, and four adjacent q of each column together. */
struct Block8 {
    float* scales;
    int16_t* sums;
    int8_t* weights;
    int panel;

    Block8(const Kernels& kernels, void* place, int index) : panel(kernels.panel) {
        char* at = static_cast<char*>(place) + Blocks::BYTES * panel * index;
        scales = reinterpret_cast<float*>(at);
        sums = reinterpret_cast<int16_t*>(at + sizeof(float) * panel);
        weights = reinterpret_cast<int8_t*>(at + (sizeof(float) + sizeof(int16_t)) * panel);
    }

    int8_t& weight(int column, int k) const { return weights[(k / 4 * panel + column) * 4 + k % 4]; }
};

}  // namespace

float Blocks::scaleOf(const float* w) {
    float most = 0;
    for (int i = 0; i < SIZE; i++) {
        if (!std::isfinite(w[i])) return 0;
        most = std::max(most, std::fabs(w[i]));
    }
    if (most == 0) return 0;
    // The largest q is nearly always 127, and -128 with few bits. Below 65, all q could be doubled.
    for (int q : {MOST, -LEAST}) {
        float d = most / static_cast<float>(q);
        for (float signedD : {d, -d})
            if (isScale(signedD, w)) return signedD;
    }
    for (int q = MOST - 1; q > MOST / 2; q--) {
        float d = most / static_cast<float>(q);
        if (isScale(d, w)) return d;
    }
    return 0;
}

bool Blocks::hold(Compute& compute, const float* w, int n, int k) {
    if (k % SIZE != 0) return false;
    std::atomic<bool> all{true};
    eachRow(compute.pool, n, [&](int row) {
        for (int i = 0; i < k && all.load(std::memory_order_relaxed); i += SIZE) {
            const float* block = w + size_t(row) * k + i;
            bool isZero = std::all_of(block, block + SIZE, [](float x) { return x == 0; });
            if (!isZero && scaleOf(block) == 0) all.store(false, std::memory_order_relaxed);
        }
    });
    return all;
}

void Blocks::pack(const Kernels& kernels, const float* w, int columns, int k, void* panel) {
    for (int b = 0; b < k / SIZE; b++) {
        Block8 block(kernels, panel, b);
        for (int n = 0; n < kernels.panel; n++) {
            const float* source = w + size_t(n) * k + size_t(b) * SIZE;
            float scale = n < columns ? scaleOf(source) : 0;
            int sum = 0;
            for (int i = 0; i < SIZE; i++) {
                int q = scale == 0 ? 0 : static_cast<int>(std::nearbyint(source[i] / scale));
                block.weight(n, i) = static_cast<int8_t>(q);
                sum += q;
            }
            block.scales[n] = scale;
            block.sums[n] = static_cast<int16_t>(sum);
        }
    }
}

float Blocks::weight(const Kernels& kernels, const void* panel, int column, int k) {
    Block8 block(kernels, const_cast<void*>(panel), k / SIZE);
    return block.scales[column] * block.weight(column, k % SIZE);
}

}  // namespace rpt
