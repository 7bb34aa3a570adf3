// Products of 8-bit integers. Weights are w = scale q with q in -127..127 and one scale for each column, activations
// x = step (u - 128) with u in 1..255 and one step for each row. Sums are exact: sum u q - 128 sum q = sum (u - 128) q,
// modulo 2^32 on the way, so no instruction set and no order of addition changes a bit of them.

namespace {

constexpr float INT8_MOST = 127;
constexpr int INT8_ZERO = 128;
constexpr int INT8_GROUP = 4;  // adjacent k that are stored together

typedef uint8_t BVec __attribute__((vector_size(LANES)));
typedef int16_t SVec __attribute__((vector_size(LANES * 4)));
typedef uint32_t LooseWord8 __attribute__((aligned(1), may_alias));
typedef uint32_t LooseUVec8 __attribute__((vector_size(LANES * 4), aligned(1), may_alias));

struct Int8Panel {
    float* scales;
    int32_t* corrections;
    int8_t* weights;

    explicit Int8Panel(void* place)
        : scales(static_cast<float*>(place)),
          corrections(static_cast<int32_t*>(place) + PANEL),
          weights(static_cast<int8_t*>(place) + 8 * PANEL) {}
};

/** The largest absolute value; NaN if any value is NaN. */
inline float absoluteMax(const float* x, int n) {
    Vec most = {};
    for (int i = 0; i < n; i += LANES) {
        Vec v = n - i >= LANES ? load(x + i) : loadPart(x + i, n - i, 0);
        v = (Vec)((UVec)v & 0x7fffffffu);
        Vec next = v <= most ? most : v;
        most = most == most ? next : most;
    }
    float result = 0;
    for (int i = 0; i < LANES; i++)
        if (!(most[i] <= result)) result = result == result ? most[i] : result;
    return result;
}

/** x / step rounded to the nearest integer, ties to even, plus 128. A division, since a product could be fused. */
inline BVec toBytes(Vec x, float step) {
    const float magic = 12582912.0f;  // adding 1.5 * 2^23 rounds to an integer in the low bits
    Vec shifted = x / spread(step) + spread(magic);
    return __builtin_convertvector((UVec)shifted + INT8_ZERO, BVec);
}

/** The step of a row: 0 if all values are nearly 0, NaN if any is not finite. */
inline float stepOf(const float* x, int n) {
    constexpr float LEAST = 1.17549435e-38f;
    float most = absoluteMax(x, n);
    if (most - most != 0) return __builtin_nanf("");
    float step = most / INT8_MOST;
    return step < LEAST ? 0 : step;
}

/** Quantises n values with that step; writes 128 throughout if the step is 0 or NaN. */
inline void fillBytes(const float* x, int n, float step, uint8_t* target) {
    bool hasNumbers = step > 0;
    for (int i = 0; i < n; i += LANES) {
        int count = n - i < LANES ? n - i : LANES;
        BVec bytes = hasNumbers ? toBytes(loadPart(x + i, count, 0), step) : BVec{} + (uint8_t)INT8_ZERO;
        __builtin_memcpy(target + i, &bytes, count);
    }
}

float quantise(const float* x, int n, uint8_t* target) {
    float step = stepOf(x, n);
    fillBytes(x, n, step, target);
    return step;
}

void packRowsInt8(const float* source, ptrdiff_t ld, int columns, int k, void* place) {
    constexpr int STRETCH = INT8_GROUP * BLOCK;
    Int8Panel panel(place);
    for (int n = 0; n < PANEL; n++) {
        const float* column = source + n * ld;
        panel.scales[n] = n < columns ? stepOf(column, k) : 0;
        int32_t sum = 0;
        for (int start = 0; start < k; start += STRETCH) {
            uint8_t bytes[STRETCH];
            int count = k - start < STRETCH ? k - start : STRETCH;
            int end = (count + INT8_GROUP - 1) / INT8_GROUP * INT8_GROUP;
            for (int p = n < columns ? count : 0; p < end; p++) bytes[p] = INT8_ZERO;
            if (n < columns) fillBytes(column + start, count, panel.scales[n], bytes);
            for (int p = 0; p < end; p++) sum += bytes[p] - INT8_ZERO;
            // Flipping the highest bit subtracts 128.
            for (int p = 0; p < end; p += INT8_GROUP) {
                uint32_t four = *reinterpret_cast<const LooseWord8*>(bytes + p) ^ 0x80808080u;
                __builtin_memcpy(panel.weights + ((ptrdiff_t)(start + p) / INT8_GROUP * PANEL + n) * INT8_GROUP, &four,
                                 sizeof(four));
            }
        }
        panel.corrections[n] = INT8_ZERO * sum;
    }
}

// Adds the products of four adjacent k, unsigned times signed: with the instruction for it where there is one,
// otherwise with pairs of 16-bit integers, whose products do not saturate either.
inline UVec dotFour(UVec sum, uint32_t a, UVec b) {
#if defined(__AVX512VNNI__)
    return (UVec)_mm512_dpbusd_epi32((__m512i)sum, _mm512_set1_epi32((int)a), (__m512i)b);
#elif defined(__AVX2__)
    UVec evenA = UVec{} + (a & 0x00ff00ffu), oddA = UVec{} + (a >> 8 & 0x00ff00ffu);
    SVec oddB = (SVec)b >> 8, evenB = (SVec)(b << 8) >> 8;
#if defined(__AVX512BW__)
    sum += (UVec)_mm512_madd_epi16((__m512i)evenA, (__m512i)evenB);
    return sum + (UVec)_mm512_madd_epi16((__m512i)oddA, (__m512i)oddB);
#else
    sum += (UVec)_mm256_madd_epi16((__m256i)evenA, (__m256i)evenB);
    return sum + (UVec)_mm256_madd_epi16((__m256i)oddA, (__m256i)oddB);
#endif
#else
    for (int byte = 0; byte < INT8_GROUP; byte++) {
        IVec right = (IVec)(b << (24 - 8 * byte)) >> 24;
        sum += (UVec)right * (a >> 8 * byte & 0xff);
    }
    return sum;
#endif
}

constexpr int BLOCK8 = 32;  // adjacent k that share a scale
constexpr int BLOCK8_BYTES = 4 + 2 + BLOCK8;
typedef int16_t LooseShorts8 __attribute__((vector_size(LANES * 2), aligned(2), may_alias));

template <int ROWS, int VECTORS>
void tileBlocks(const uint8_t* a, ptrdiff_t lda, const float* steps, const char* b, int blocks, float* c, ptrdiff_t ldc,
                int n, bool accumulate) {
    constexpr int AHEAD = 2048;
    Vec total[ROWS][VECTORS] = {};
    for (int block = 0; block < blocks; block++, b += (ptrdiff_t)BLOCK8_BYTES * PANEL, a += BLOCK8) {
        const float* scales = reinterpret_cast<const float*>(b);
        const int16_t* sums = reinterpret_cast<const int16_t*>(b + 4 * PANEL);
        const char* weights = b + 6 * PANEL;
        UVec sum[ROWS][VECTORS] = {};
        for (int p = 0; p < BLOCK8 / INT8_GROUP; p++) {
            UVec right[VECTORS];
#pragma GCC unroll 4
            for (int j = 0; j < VECTORS; j++) {
                const char* here = weights + INT8_GROUP * ((ptrdiff_t)p * PANEL + j * LANES);
                right[j] = *reinterpret_cast<const LooseUVec8*>(here);
                __builtin_prefetch(here + AHEAD);
            }
#pragma GCC unroll 8
            for (int i = 0; i < ROWS; i++) {
                uint32_t left = *reinterpret_cast<const LooseWord8*>(a + i * lda + INT8_GROUP * p);
#pragma GCC unroll 4
                for (int j = 0; j < VECTORS; j++) sum[i][j] = dotFour(sum[i][j], left, right[j]);
            }
        }
        for (int j = 0; j < VECTORS; j++) {
            Vec scale = load(scales + j * LANES);
            IVec q = __builtin_convertvector(*reinterpret_cast<const LooseShorts8*>(sums + j * LANES), IVec);
            for (int i = 0; i < ROWS; i++)
                total[i][j] += __builtin_convertvector((IVec)sum[i][j] - INT8_ZERO * q, Vec) * scale;
        }
    }
    Vec result[ROWS][VECTORS];
    loadTile<ROWS, VECTORS>(result, c, ldc, n, accumulate);
    for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < VECTORS; j++) result[i][j] += total[i][j] * spread(steps[i]);
    storeTile<ROWS, VECTORS>(result, c, ldc, n);
}

template <int ROWS, int VECTORS>
void tileInt8(const uint8_t* a, ptrdiff_t lda, const float* steps, const Int8Panel& b, int groups, float* c,
              ptrdiff_t ldc, int n, bool accumulate) {
    constexpr int AHEAD = 2048;
    UVec sum[ROWS][VECTORS] = {};
    for (int p = 0; p < groups; p++) {
        const int8_t* row = b.weights + (ptrdiff_t)p * INT8_GROUP * PANEL;
        UVec right[VECTORS];
#pragma GCC unroll 4
        for (int j = 0; j < VECTORS; j++) {
            right[j] = *reinterpret_cast<const LooseUVec8*>(row + INT8_GROUP * j * LANES);
            __builtin_prefetch(row + INT8_GROUP * j * LANES + AHEAD);
        }
#pragma GCC unroll 8
        for (int i = 0; i < ROWS; i++) {
            uint32_t left = *reinterpret_cast<const LooseWord8*>(a + i * lda + INT8_GROUP * p);
#pragma GCC unroll 4
            for (int j = 0; j < VECTORS; j++) sum[i][j] = dotFour(sum[i][j], left, right[j]);
        }
    }
    Vec result[ROWS][VECTORS];
    loadTile<ROWS, VECTORS>(result, c, ldc, n, accumulate);
    for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < VECTORS; j++) {
            UVec correction = *reinterpret_cast<const LooseUVec*>(b.corrections + j * LANES);
            Vec exact = __builtin_convertvector((IVec)(sum[i][j] - correction), Vec);
            result[i][j] += exact * (load(b.scales + j * LANES) * spread(steps[i]));
        }
    storeTile<ROWS, VECTORS>(result, c, ldc, n);
}

using TileInt8 = void (*)(const uint8_t*, ptrdiff_t, const float*, const Int8Panel&, int, float*, ptrdiff_t, int, bool);

using TileBlocks = void (*)(const uint8_t*, ptrdiff_t, const float*, const char*, int, float*, ptrdiff_t, int, bool);

constexpr TileBlocks TILES_BLOCKS[3][8] = {RPT_ROW(tileBlocks, 1), RPT_ROW(tileBlocks, 2),
                                           RPT_ROW(tileBlocks, MAX_VECTORS)};

void gemmBlocks(const uint8_t* a, ptrdiff_t lda, const float* steps, const void* b, int k, float* c, ptrdiff_t ldc,
                int m, int n, bool accumulate) {
    const TileBlocks* tiles = TILES_BLOCKS[(n + LANES - 1) / LANES - 1];
    for (int i = 0; i < m; i += MAX_ROWS) {
        int rows = m - i < MAX_ROWS ? m - i : MAX_ROWS;
        tiles[rows - 1](a + i * lda, lda, steps + i, static_cast<const char*>(b), k / BLOCK8, c + i * ldc, ldc, n,
                        accumulate);
    }
}

constexpr TileInt8 TILES_INT8[3][8] = {RPT_ROW(tileInt8, 1), RPT_ROW(tileInt8, 2), RPT_ROW(tileInt8, MAX_VECTORS)};

void gemmInt8(const uint8_t* a, ptrdiff_t lda, const float* steps, const void* b, int k, float* c, ptrdiff_t ldc, int m,
              int n, bool accumulate) {
    const Int8Panel panel(const_cast<void*>(b));
    const TileInt8* tiles = TILES_INT8[(n + LANES - 1) / LANES - 1];
    for (int i = 0; i < m; i += MAX_ROWS) {
        int rows = m - i < MAX_ROWS ? m - i : MAX_ROWS;
        tiles[rows - 1](a + i * lda, lda, steps + i, panel, (k + INT8_GROUP - 1) / INT8_GROUP, c + i * ldc, ldc, n,
                        accumulate);
    }
}

}  // namespace
