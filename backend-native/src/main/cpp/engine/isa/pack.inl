// Packing of right-hand matrices into panels, transposition, and rounding to bfloat16.

namespace {

constexpr int BLOCK = 16;  // rows of a panel that are written together, so that they stay in the L1 cache

inline bf16 narrowOne(float x) {
    uint32_t bits;
    __builtin_memcpy(&bits, &x, 4);
    if (x != x) return (bf16)((bits >> 16) | 0x40);
    return (bf16)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

void packRows(const float* source, ptrdiff_t ld, int columns, int k, float* panel) {
    for (int start = 0; start < k; start += BLOCK) {
        int end = start + BLOCK < k ? start + BLOCK : k;
        for (int n = 0; n < PANEL; n++)
            for (int p = start; p < end; p++) panel[(ptrdiff_t)p * PANEL + n] = n < columns ? source[n * ld + p] : 0;
    }
}

/** Rounds `count` <= 2 BLOCK numbers to bfloat16 pairs, padded with 0. */
inline void roundPairs(const float* source, int count, uint32_t* pairs) {
    bf16* rounded = reinterpret_cast<bf16*>(pairs);
    int i = 0;
    for (; i + LANES <= count; i += LANES) *reinterpret_cast<LooseHVec*>(rounded + i) = narrow(load(source + i));
    for (; i < count; i++) rounded[i] = narrowOne(source[i]);
    for (; i < 2 * BLOCK; i++) rounded[i] = 0;
}

void packRowsBf16(const float* source, ptrdiff_t ld, int columns, int k, bf16* panel) {
    LooseWord* words = reinterpret_cast<LooseWord*>(panel);
    int pairs = (k + 1) / 2;
    for (int start = 0; start < pairs; start += BLOCK) {
        int end = start + BLOCK < pairs ? start + BLOCK : pairs;
        int count = k - 2 * start < 2 * BLOCK ? k - 2 * start : 2 * BLOCK;
        for (int n = 0; n < PANEL; n++) {
            uint32_t rounded[BLOCK] = {};
            if (n < columns) roundPairs(source + n * ld + 2 * start, count, rounded);
            for (int p = start; p < end; p++) words[(ptrdiff_t)p * PANEL + n] = rounded[p - start];
        }
    }
}

void packColumns(const float* source, ptrdiff_t ld, int columns, int k, float* panel) {
    for (int p = 0; p < k; p++) {
        float* row = panel + (ptrdiff_t)p * PANEL;
        for (int n = 0; n < columns; n++) row[n] = source[p * ld + n];
        for (int n = columns; n < PANEL; n++) row[n] = 0;
    }
}

void packColumnsBf16(const float* source, ptrdiff_t ld, int columns, int k, bf16* panel) {
    for (int p = 0; p < k; p += 2) {
        bf16* row = panel + (ptrdiff_t)p * PANEL;
        const float* even = source + p * ld;
        const float* odd = p + 1 < k ? even + ld : nullptr;
        int n = 0;
        for (; n + LANES <= columns; n += LANES) {
            UVec second = odd ? narrowBits(load(odd + n)) << 16 : UVec{};
            *reinterpret_cast<LooseUVec*>(row + 2 * n) = narrowBits(load(even + n)) | second;
        }
        for (; n < columns; n++) {
            row[2 * n] = narrowOne(even[n]);
            row[2 * n + 1] = odd ? narrowOne(odd[n]) : 0;
        }
        for (n *= 2; n < 2 * PANEL; n++) row[n] = 0;
    }
}

void transpose(const float* source, ptrdiff_t ld, int rows, int columns, float* target, ptrdiff_t ldt) {
    for (int start = 0; start < rows; start += BLOCK) {
        int end = start + BLOCK < rows ? start + BLOCK : rows;
        for (int c = 0; c < columns; c++)
            for (int r = start; r < end; r++) target[c * ldt + r] = source[r * ld + c];
    }
}

void transposeBf16(const float* source, ptrdiff_t ld, int rows, int columns, bf16* target, ptrdiff_t ldt) {
    for (int r = 0; r < rows; r += 2) {
        const float* even = source + r * ld;
        const float* odd = r + 1 < rows ? even + ld : nullptr;
        int c = 0;
        for (; c + LANES <= columns; c += LANES) {
            UVec second = odd ? narrowBits(load(odd + c)) << 16 : UVec{};
            UVec pairs = narrowBits(load(even + c)) | second;
            for (int i = 0; i < LANES; i++) *reinterpret_cast<LooseWord*>(target + (c + i) * ldt + r) = pairs[i];
        }
        for (; c < columns; c++) {
            target[c * ldt + r] = narrowOne(even[c]);
            target[c * ldt + r + 1] = odd ? narrowOne(odd[c]) : 0;
        }
    }
}

void toBf16(const float* source, int n, bf16* target) {
    int i = 0;
    for (; i + LANES <= n; i += LANES) *reinterpret_cast<LooseHVec*>(target + i) = narrow(load(source + i));
    for (; i < n; i++) target[i] = narrowOne(source[i]);
}

}  // namespace
