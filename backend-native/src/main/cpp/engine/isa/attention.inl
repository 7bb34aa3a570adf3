// Kernels of attention: products over pairs with a right-hand matrix of any width, and a softmax tile by tile.

namespace {

#if defined(__AVX512F__)
constexpr int WIDE_ROWS = 6, WIDE_VECTORS = 4;
#else
constexpr int WIDE_ROWS = MAX_ROWS, WIDE_VECTORS = MAX_VECTORS;
#endif

template <int ROWS, int VECTORS>
void tilePairs(const bf16* a, ptrdiff_t lda, const bf16* b, ptrdiff_t ldb, int pairs, float* c, ptrdiff_t ldc, int n,
               bool accumulate) {
    Vec sum[ROWS][VECTORS];
    loadTile<ROWS, VECTORS>(sum, c, ldc, n, accumulate);
    for (int p = 0; p < pairs; p++) {
        const bf16* row = b + p * ldb;
        UVec right[VECTORS];
#pragma GCC unroll 4
        for (int j = 0; j < VECTORS; j++) right[j] = *reinterpret_cast<const LooseUVec*>(row + 2 * j * LANES);
#pragma GCC unroll 8
        for (int i = 0; i < ROWS; i++) {
            LooseWord left = *reinterpret_cast<const LooseWord*>(a + i * lda + 2 * p);
#pragma GCC unroll 4
            for (int j = 0; j < VECTORS; j++) sum[i][j] = dotPair(sum[i][j], left, right[j]);
        }
    }
    storeTile<ROWS, VECTORS>(sum, c, ldc, n);
}

using TilePairs = void (*)(const bf16*, ptrdiff_t, const bf16*, ptrdiff_t, int, float*, ptrdiff_t, int, bool);

#define RPT_PAIRS(vectors, most)                                                                            \
    {                                                                                                       \
        tilePairs<1, vectors>, tilePairs<2, vectors>, tilePairs<3, vectors>, tilePairs<4, vectors>,         \
            tilePairs < most<5 ? most : 5, vectors>, tilePairs < most<6 ? most : 6, vectors>,               \
            tilePairs < most<7 ? most : 7, vectors>, tilePairs < most<8 ? most : 8, vectors>                \
    }

constexpr TilePairs TILES_PAIRS[4][8] = {RPT_PAIRS(1, MAX_ROWS), RPT_PAIRS(2, MAX_ROWS),
                                         RPT_PAIRS(MAX_VECTORS, MAX_ROWS), RPT_PAIRS(WIDE_VECTORS, WIDE_ROWS)};
#undef RPT_PAIRS

void gemmPairs(const bf16* a, ptrdiff_t lda, const bf16* b, ptrdiff_t ldb, int k, float* c, ptrdiff_t ldc, int m,
               int n, bool accumulate) {
    int vectors = (n + LANES - 1) / LANES;
    int parts = (vectors + WIDE_VECTORS - 1) / WIDE_VECTORS;
    int width = (vectors + parts - 1) / parts * LANES;
    for (int from = 0; from < n; from += width) {
        int columns = n - from < width ? n - from : width;
        int index = (columns + LANES - 1) / LANES - 1;
        int most = index == WIDE_VECTORS - 1 ? WIDE_ROWS : MAX_ROWS;
        for (int i = 0; i < m; i += most) {
            int rows = m - i < most ? m - i : most;
            TILES_PAIRS[index][rows - 1](a + i * lda, lda, b + 2 * from, ldb, (k + 1) / 2, c + i * ldc + from, ldc,
                                         columns, accumulate);
        }
    }
}

/** 2^x for x <= 0, to 4e-6 of it: far more than a bfloat16 keeps. Below -126 exactly 0; NaN stays NaN. */
inline Vec roughPower(Vec x) {
    constexpr float LOWEST = -126.0f;
    const float magic = 12582912.0f;  // adding 1.5 * 2^23 rounds to an integer in the low bits
    Vec t = x < spread(LOWEST) ? spread(LOWEST) : x;
    Vec shifted = t + spread(magic);
    Vec r = t - (shifted - spread(magic));
    Vec p = spread(0.00958285074f);
    p = p * r + spread(0.0559064371f);
    p = p * r + spread(0.240240987f);
    p = p * r + spread(0.693124192f);
    p = p * r + spread(1.0f);
    Vec y = (Vec)((IVec)p + ((IVec)shifted << 23));
    y = x < spread(LOWEST) ? Vec{} : y;
    return x == x ? y : x;
}

inline float foldMax(Vec v) {
    float lanes[LANES];
    store(lanes, v);
    for (int width = LANES / 2; width > 0; width /= 2)
        for (int i = 0; i < width; i++) lanes[i] = lanes[i] > lanes[i + width] ? lanes[i] : lanes[i + width];
    return lanes[0];
}

inline float foldSum(Vec v) {
    float lanes[LANES];
    store(lanes, v);
    for (int width = LANES / 2; width > 0; width /= 2)
        for (int i = 0; i < width; i++) lanes[i] += lanes[i + width];
    return lanes[0];
}

/** Updates a row's maximum with those of a tile; returns e^(the old one - the new one), scaled. */
inline float raise(const float* x, int seen, float scale, SoftmaxStats& row) {
    Vec most = spread(row.max);
    eachVector(seen, [&](int i, int count) { most = larger(get(x + i, count, -__builtin_inff()), most); });
    float old = row.max;
    row.max = foldMax(most);
    return row.max == old ? 1.0f : expVec(spread((old - row.max) * scale))[0];
}

float softmaxTile(float* x, int seen, int width, float scale, SoftmaxStats& row) {
    float factor = raise(x, seen, scale, row);
    Vec sum{}, max = spread(row.max), scales = spread(scale);
    eachVector(seen, [&](int i, int count) {
        Vec e = expVec((get(x + i, count, -__builtin_inff()) - max) * scales);
        put(x + i, e, count);
        sum += e;
    });
    for (int i = seen; i < width; i++) x[i] = 0;
    row.sum = row.sum * factor + foldSum(sum);
    return factor;
}

inline HVec narrowPositive(Vec x) {
#if defined(__AVX512BF16__)
    return (HVec)_mm512_cvtneps_pbh((__m512)x);
#else
    return narrow(x);
#endif
}

float softmaxTileBf16(float* x, int seen, int width, float scale, SoftmaxStats& row) {
    float factor = raise(x, seen, scale, row);
    Vec sum{}, max = spread(row.max), scales = spread(scale * 1.44269504088896341f);
    // The narrow numbers take the place of wide ones that have been read.
    LooseHalf* p = reinterpret_cast<LooseHalf*>(x);
    int i = 0;
    for (; i < seen; i += LANES) {
        Vec e = roughPower((get(x + i, seen - i < LANES ? seen - i : LANES, -__builtin_inff()) - max) * scales);
        sum += e;
        *reinterpret_cast<LooseHVec*>(p + i) = narrowPositive(e);
    }
    for (; i < width; i += LANES) *reinterpret_cast<LooseHVec*>(p + i) = HVec{};
    row.sum = row.sum * factor + foldSum(sum);
    return factor;
}

void softmaxBackward(float* p, float* d, int seen, int width, float scale, float shift, float product) {
    Vec scales = spread(scale), shifts = spread(shift), products = spread(product);
    eachVector(seen, [&](int i, int count) {
        Vec e = expVec(get(p + i, count) * scales - shifts);
        put(p + i, e, count);
        put(d + i, e * (get(d + i, count) - products) * scales, count);
    });
    for (int i = seen; i < width; i++) p[i] = d[i] = 0;
}

void scaled(float a, const float* x, int n, float* y) {
    Vec factor = spread(a);
    eachVector(n, [&](int i, int count) { put(y + i, factor * get(x + i, count), count); });
}

}  // namespace
