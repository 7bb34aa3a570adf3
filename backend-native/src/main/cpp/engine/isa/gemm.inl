// Register-tiled matrix products. A tile is ROWS x VECTORS accumulators; the reduced dimension runs from first to last
// in every one of them, so an element has the same bits in a tile of any height.

namespace {

#if defined(__AVX512F__)
constexpr int MAX_ROWS = 8, MAX_VECTORS = 3;
#elif defined(__AVX__)
constexpr int MAX_ROWS = 6, MAX_VECTORS = 2;
#elif defined(__aarch64__)
constexpr int MAX_ROWS = 8, MAX_VECTORS = 3;
#else
constexpr int MAX_ROWS = 4, MAX_VECTORS = 2;
#endif
constexpr int PANEL = MAX_VECTORS * LANES;

template <int ROWS, int VECTORS>
inline void storeTile(Vec (&sum)[ROWS][VECTORS], float* c, ptrdiff_t ldc, int n) {
    if (n == VECTORS * LANES) {
        for (int i = 0; i < ROWS; i++)
            for (int j = 0; j < VECTORS; j++) store(c + i * ldc + j * LANES, sum[i][j]);
        return;
    }
    for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < VECTORS; j++) {
            int rest = n - j * LANES;
            storePart(c + i * ldc + j * LANES, sum[i][j], rest < LANES ? rest : LANES);
        }
}

// Not left to the compiler: a tile whose address is passed on does not stay in registers.
template <int ROWS, int VECTORS>
[[gnu::always_inline]] inline void loadTile(Vec (&sum)[ROWS][VECTORS], const float* c, ptrdiff_t ldc, int n, bool accumulate) {
    for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < VECTORS; j++) {
            int rest = n - j * LANES;
            if (!accumulate) sum[i][j] = Vec{};
            else if (rest >= LANES) sum[i][j] = load(c + i * ldc + j * LANES);
            else sum[i][j] = loadPart(c + i * ldc + j * LANES, rest, 0);
        }
}

template <int ROWS, int VECTORS>
void tile(const float* a, ptrdiff_t lda, const float* b, ptrdiff_t ldb, int k, float* c, ptrdiff_t ldc, int n,
          bool accumulate) {
    Vec sum[ROWS][VECTORS];
    loadTile<ROWS, VECTORS>(sum, c, ldc, n, accumulate);
    for (int p = 0; p < k; p++) {
        const float* row = b + p * ldb;
        Vec right[VECTORS];
#pragma GCC unroll 4
        for (int j = 0; j < VECTORS; j++) {
            right[j] = load(row + j * LANES);
            __builtin_prefetch(row + j * LANES + 8 * ldb);
        }
#pragma GCC unroll 8
        for (int i = 0; i < ROWS; i++) {
            Vec left = spread(a[i * lda + p]);
#pragma GCC unroll 4
            for (int j = 0; j < VECTORS; j++) sum[i][j] += left * right[j];
        }
    }
    storeTile<ROWS, VECTORS>(sum, c, ldc, n);
}

// Adds the products of two adjacent k, with the instruction for it where there is one.
inline Vec dotPair(Vec sum, LooseWord a, UVec b) {
#if defined(__AVX512BF16__)
    return (Vec)_mm512_dpbf16_ps((__m512)sum, (__m512bh)_mm512_set1_epi32((int)a), (__m512bh)b);
#else
    UVec evenB = b << 16, oddB = b & 0xffff0000u;
    uint32_t evenA = a << 16, oddA = a & 0xffff0000u;
    float even, odd;
    __builtin_memcpy(&even, &evenA, 4);
    __builtin_memcpy(&odd, &oddA, 4);
    sum += spread(even) * (Vec)evenB;
    return sum + spread(odd) * (Vec)oddB;
#endif
}

/** Fetches a whole row of b ahead, or only its first vector. */
enum class Fetch { ROW, VECTOR };

template <Fetch FETCH, int ROWS, int VECTORS>
void tileBf16(const bf16* a, ptrdiff_t lda, const bf16* b, int pairs, ptrdiff_t ahead, float* c, ptrdiff_t ldc, int n,
              bool accumulate) {
    Vec sum[ROWS][VECTORS];
    loadTile<ROWS, VECTORS>(sum, c, ldc, n, accumulate);
    for (int p = 0; p < pairs; p++) {
        const bf16* row = b + (ptrdiff_t)p * 2 * PANEL;
        UVec right[VECTORS];
#pragma GCC unroll 4
        for (int j = 0; j < VECTORS; j++) {
            right[j] = *reinterpret_cast<const LooseUVec*>(row + 2 * j * LANES);
            if (FETCH == Fetch::ROW || j == 0) __builtin_prefetch(row + 2 * j * LANES + ahead);
        }
#pragma GCC unroll 8
        for (int i = 0; i < ROWS; i++) {
            LooseWord left = *reinterpret_cast<const LooseWord*>(a + i * lda + 2 * p);
#pragma GCC unroll 4
            for (int j = 0; j < VECTORS; j++) sum[i][j] = dotPair(sum[i][j], left, right[j]);
        }
    }
    storeTile<ROWS, VECTORS>(sum, c, ldc, n);
}

using Tile = void (*)(const float*, ptrdiff_t, const float*, ptrdiff_t, int, float*, ptrdiff_t, int, bool);
using TileBf16 = void (*)(const bf16*, ptrdiff_t, const bf16*, int, ptrdiff_t, float*, ptrdiff_t, int, bool);

template <int ROWS, int VECTORS>
constexpr TileBf16 nearBf16 = tileBf16<Fetch::ROW, ROWS, VECTORS>;
template <int ROWS, int VECTORS>
constexpr TileBf16 farBf16 = tileBf16<Fetch::VECTOR, ROWS, VECTORS>;

#define RPT_ROW(kernel, vectors)                                                                        \
    {                                                                                                   \
        kernel<1, vectors>, kernel<2, vectors>, kernel<3, vectors>, kernel<4, vectors>,                 \
            kernel < MAX_ROWS<5 ? MAX_ROWS : 5, vectors>, kernel < MAX_ROWS<6 ? MAX_ROWS : 6, vectors>, \
            kernel < MAX_ROWS<7 ? MAX_ROWS : 7, vectors>, kernel < MAX_ROWS<8 ? MAX_ROWS : 8, vectors>  \
    }

constexpr Tile TILES[3][8] = {RPT_ROW(tile, 1), RPT_ROW(tile, 2), RPT_ROW(tile, MAX_VECTORS)};
constexpr TileBf16 TILES_BF16[3][8] = {RPT_ROW(nearBf16, 1), RPT_ROW(nearBf16, 2), RPT_ROW(nearBf16, MAX_VECTORS)};
constexpr TileBf16 FAR_TILES_BF16[8] = RPT_ROW(farBf16, MAX_VECTORS);

void gemm(const float* a, ptrdiff_t lda, const float* b, ptrdiff_t ldb, int k, float* c, ptrdiff_t ldc, int m, int n,
          bool accumulate) {
    const Tile* tiles = TILES[(n + LANES - 1) / LANES - 1];
    for (int i = 0; i < m; i += MAX_ROWS) {
        int rows = m - i < MAX_ROWS ? m - i : MAX_ROWS;
        tiles[rows - 1](a + i * lda, lda, b, ldb, k, c + i * ldc, ldc, n, accumulate);
    }
}

void gemmBf16(const bf16* a, ptrdiff_t lda, const bf16* b, int k, float* c, ptrdiff_t ldc, int m, int n,
              bool accumulate) {
    // A product with few rows streams b from memory: it fetches what comes a few rows later. One with more of them goes
    // over the panel several times, and each time fetches a part of the next one, so that reading never pauses.
    constexpr ptrdiff_t AHEAD = 2048;
    int pairs = (k + 1) / 2, vectors = (n + LANES - 1) / LANES;
    bool isFar = vectors == MAX_VECTORS && m > (MAX_VECTORS - 1) * MAX_ROWS;
    const TileBf16* tiles = isFar ? FAR_TILES_BF16 : TILES_BF16[vectors - 1];
    for (int i = 0, pass = 0; i < m; i += MAX_ROWS, pass++) {
        int rows = m - i < MAX_ROWS ? m - i : MAX_ROWS;
        int part = pass < MAX_VECTORS ? pass : MAX_VECTORS - 1;
        ptrdiff_t ahead = isFar ? ptrdiff_t(pairs) * 2 * PANEL + 2 * part * LANES : AHEAD;
        tiles[rows - 1](a + i * lda, lda, b, pairs, ahead, c + i * ldc, ldc, n, accumulate);
    }
}

}  // namespace
