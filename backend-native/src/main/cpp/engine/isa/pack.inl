// Packing of right-hand matrices into panels, transposition, and rounding to bfloat16.

namespace {

constexpr int BLOCK = 16;  // rows of a panel that are written together, so that they stay in the nearest cache

inline bf16 narrowOne(float x) {
    uint32_t bits;
    __builtin_memcpy(&bits, &x, 4);
    if (x != x) return (bf16)((bits >> 16) | 0x40);
    return (bf16)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

void packRows(const float* source, long ld, int columns, int k, float* panel) {
    for (int start = 0; start < k; start += BLOCK) {
        int end = start + BLOCK < k ? start + BLOCK : k;
        for (int n = 0; n < PANEL; n++)
            for (int p = start; p < end; p++) panel[(long)p * PANEL + n] = n < columns ? source[n * ld + p] : 0;
    }
}

void packRowsBf16(const float* source, long ld, int columns, int k, bf16* panel) {
    int pairs = (k + 1) / 2;
    for (int start = 0; start < pairs; start += BLOCK) {
        int end = start + BLOCK < pairs ? start + BLOCK : pairs;
        for (int n = 0; n < PANEL; n++)
            for (int p = start; p < end; p++) {
                bf16* pair = panel + ((long)p * PANEL + n) * 2;
                pair[0] = n < columns ? narrowOne(source[n * ld + 2 * p]) : 0;
                pair[1] = n < columns && 2 * p + 1 < k ? narrowOne(source[n * ld + 2 * p + 1]) : 0;
            }
    }
}

void packColumns(const float* source, long ld, int columns, int k, float* panel) {
    for (int p = 0; p < k; p++) {
        float* row = panel + (long)p * PANEL;
        for (int n = 0; n < columns; n++) row[n] = source[p * ld + n];
        for (int n = columns; n < PANEL; n++) row[n] = 0;
    }
}

void packColumnsBf16(const float* source, long ld, int columns, int k, bf16* panel) {
    for (int p = 0; p < k; p += 2) {
        bf16* row = panel + (long)p * PANEL;
        const float* even = source + p * ld;
        const float* odd = p + 1 < k ? even + ld : nullptr;
        for (int n = 0; n < columns; n++) {
            row[2 * n] = narrowOne(even[n]);
            row[2 * n + 1] = odd ? narrowOne(odd[n]) : 0;
        }
        for (int n = 2 * columns; n < 2 * PANEL; n++) row[n] = 0;
    }
}

void transpose(const float* source, long ld, int rows, int columns, float* target, long ldt) {
    for (int start = 0; start < rows; start += BLOCK) {
        int end = start + BLOCK < rows ? start + BLOCK : rows;
        for (int c = 0; c < columns; c++)
            for (int r = start; r < end; r++) target[c * ldt + r] = source[r * ld + c];
    }
}

void transposeBf16(const float* source, long ld, int rows, int columns, bf16* target, long ldt) {
    for (int start = 0; start < rows; start += BLOCK) {
        int end = start + BLOCK < rows ? start + BLOCK : rows;
        for (int c = 0; c < columns; c++)
            for (int r = start; r < end; r++) target[c * ldt + r] = narrowOne(source[r * ld + c]);
    }
    if (rows % 2)
        for (int c = 0; c < columns; c++) target[c * ldt + rows] = 0;
}

void toBf16(const float* source, int n, bf16* target) {
    int i = 0;
    for (; i + LANES <= n; i += LANES) *reinterpret_cast<LooseHVec*>(target + i) = narrow(load(source + i));
    for (; i < n; i++) target[i] = narrowOne(source[i]);
}

}  // namespace
