#pragma once

// The compiler's own vectors: one source for every instruction set, as wide as the flags of the including file
// allow. Only headers without inline functions may be included beside this one: an inline function compiled here could
// replace the copy of a file with lower flags.

#include <cstdint>
#include <cstring>

namespace {

#if defined(__AVX512F__)
constexpr int LANES = 16;
#elif defined(__AVX__)
constexpr int LANES = 8;
#else
constexpr int LANES = 4;
#endif

typedef float Vec __attribute__((vector_size(LANES * 4)));
typedef double DVec __attribute__((vector_size(LANES * 8)));
typedef int32_t IVec __attribute__((vector_size(LANES * 4)));
typedef uint32_t UVec __attribute__((vector_size(LANES * 4)));
typedef uint16_t HVec __attribute__((vector_size(LANES * 2)));
typedef float LooseVec __attribute__((vector_size(LANES * 4), aligned(4), may_alias));
typedef uint32_t LooseUVec __attribute__((vector_size(LANES * 4), aligned(2), may_alias));
typedef uint16_t LooseHVec __attribute__((vector_size(LANES * 2), aligned(2), may_alias));
typedef uint32_t LooseWord __attribute__((aligned(2), may_alias));
typedef uint16_t LooseHalf __attribute__((may_alias));

inline Vec load(const float* p) {
    return *reinterpret_cast<const LooseVec*>(p);
}
inline void store(float* p, Vec v) {
    *reinterpret_cast<LooseVec*>(p) = v;
}
// x - 0 is x for every x, signed zeros included, so this is a plain broadcast.
inline Vec spread(float x) {
    return x - Vec{};
}

/** 0 < n <= LANES elements, the others filled with `rest`. */
inline Vec loadPart(const float* p, int n, float rest) {
    if (n < 1 || n > LANES) __builtin_unreachable();
    Vec v = spread(rest);
    __builtin_memcpy(&v, p, n * sizeof(float));
    return v;
}
inline void storePart(float* p, Vec v, int n) {
    if (n < 1 || n > LANES) __builtin_unreachable();
    __builtin_memcpy(p, &v, n * sizeof(float));
}

inline float sumLanes(Vec v) {
    float sum = 0;
    for (int i = 0; i < LANES; i++) sum += v[i];
    return sum;
}
inline float maxLanes(Vec v) {
    float most = v[0];
    for (int i = 1; i < LANES; i++) most = v[i] > most ? v[i] : most;
    return most;
}
inline Vec larger(Vec a, Vec b) {
    return a > b ? a : b;
}

/** exp(x) to about one unit in the last place; below -87 exactly 0; NaN stays NaN. */
inline Vec expVec(Vec x) {
    constexpr float LOWEST = -87.0f, HIGHEST = 89.0f;
    Vec t = x > spread(HIGHEST) ? spread(HIGHEST) : x;
    t = t < spread(LOWEST) ? spread(LOWEST) : t;
    const float magic = 12582912.0f;  // adding 1.5 * 2^23 rounds to an integer in the low bits
    Vec shifted = t * spread(1.44269504088896341f) + spread(magic);
    Vec n = shifted - spread(magic);
    Vec r = t - n * spread(0.693359375f);
    r = r - n * spread(-2.12194440e-4f);
    Vec p = spread(1.9841270e-4f);
    p = p * r + spread(1.3888889e-3f);
    p = p * r + spread(8.3333333e-3f);
    p = p * r + spread(4.1666667e-2f);
    p = p * r + spread(1.6666667e-1f);
    p = p * r + spread(0.5f);
    p = p * r * r + r + spread(1.0f);
    // 2^n in two factors, so that n = 128 does not overflow the exponent before the product does.
    IVec whole = __builtin_convertvector(n, IVec);
    IVec half = whole >> 1;
    IVec low = (half + 127) << 23, high = (whole - half + 127) << 23;
    Vec y = p * (Vec)low * (Vec)high;
    y = x < spread(LOWEST) ? Vec{} : y;
    return x == x ? y : x;
}

/** The bits of the nearest bfloat16, in the lower half of each lane; NaN stays NaN. */
inline UVec narrowBits(Vec x) {
    UVec bits = (UVec)x;
    UVec rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
    UVec quiet = (bits >> 16) | 0x40;
    return x == x ? rounded : quiet;
}

inline HVec narrow(Vec x) {
    return __builtin_convertvector(narrowBits(x), HVec);
}

#if defined(__AVX512F__)
#define RPT_EACH_LANE(f) f(0), f(1), f(2), f(3), f(4), f(5), f(6), f(7), f(8), f(9), f(10), f(11), f(12), f(13), f(14), f(15)
#elif defined(__AVX__)
#define RPT_EACH_LANE(f) f(0), f(1), f(2), f(3), f(4), f(5), f(6), f(7)
#else
#define RPT_EACH_LANE(f) f(0), f(1), f(2), f(3)
#endif

/** Swaps the odd blocks of H words of v[i] with the even ones of v[i + H]. */
template <int H>
inline void swapBlocks(UVec (&v)[LANES]) {
#define RPT_OF_FIRST(l) ((l) & H ? LANES + (l)-H : (l))
#define RPT_OF_SECOND(l) ((l) & H ? LANES + (l) : (l) + H)
#pragma GCC unroll 16
    for (int i = 0; i < LANES; i++) {
        if (i & H) continue;
        UVec a = v[i], b = v[i + H];
        v[i] = __builtin_shufflevector(a, b, RPT_EACH_LANE(RPT_OF_FIRST));
        v[i + H] = __builtin_shufflevector(a, b, RPT_EACH_LANE(RPT_OF_SECOND));
    }
#undef RPT_OF_FIRST
#undef RPT_OF_SECOND
}

/** Transposes a square of words (Eklundh 1972). */
inline void turnSquare(UVec (&v)[LANES]) {
    if constexpr (LANES > 8) swapBlocks<8>(v);
    if constexpr (LANES > 4) swapBlocks<4>(v);
    swapBlocks<2>(v);
    swapBlocks<1>(v);
}

/** a[0], b[0], a[1], b[1] and so on: the first half of it, or the second. */
inline UVec zipFirst(UVec a, UVec b) {
#define RPT_ZIP(l) (l) / 2 + (l) % 2 * LANES
    return __builtin_shufflevector(a, b, RPT_EACH_LANE(RPT_ZIP));
#undef RPT_ZIP
}
inline UVec zipSecond(UVec a, UVec b) {
#define RPT_ZIP(l) LANES / 2 + (l) / 2 + (l) % 2 * LANES
    return __builtin_shufflevector(a, b, RPT_EACH_LANE(RPT_ZIP));
#undef RPT_ZIP
}
#undef RPT_EACH_LANE

}  // namespace
