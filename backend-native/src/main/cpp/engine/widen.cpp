#include "widen.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "isa/kernels.h"

namespace rpt {

void widen(Pool& pool, float* x, size_t n) {
    constexpr size_t STRETCH = size_t(1) << 16;
    const char* narrow = reinterpret_cast<const char*>(x) + n * sizeof(bf16);
    // From first to last, a single never ends behind the next bfloat16 that is still to be read.
    auto widenSome = [&](size_t begin, size_t end) {
        for (size_t i = begin; i < end; i++) {
            bf16 half;
            std::memcpy(&half, narrow + i * sizeof(half), sizeof(half));
            uint32_t bits = uint32_t(half) << 16;
            std::memcpy(x + i, &bits, sizeof(bits));
        }
    };
    size_t done = 0;
    while (n - done > 2 * STRETCH) {
        // The singles of half of what is left lie before all bfloat16 that are left: threads share them.
        size_t begin = done, end = done + (n - done) / 2;
        pool.run(static_cast<int>((end - begin + STRETCH - 1) / STRETCH), [&](int i, int) {
            widenSome(begin + i * STRETCH, std::min(end, begin + (i + 1) * STRETCH));
        });
        done = end;
    }
    widenSome(done, n);
}

}  // namespace rpt
