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

/** `count` <= 2 LANES numbers in pairs, padded with 0. */
inline UVec loadPairs(const bf16* source, int count) {
    if (count == 2 * LANES) return *reinterpret_cast<const LooseUVec*>(source);
    bf16 padded[2 * LANES] = {};
    for (int i = 0; i < count; i++) padded[i] = source[i];
    return *reinterpret_cast<LooseUVec*>(padded);
}

void packNarrowRows(const bf16* source, ptrdiff_t ld, int columns, int k, bf16* panel) {
    for (int start = 0; start < k; start += 2 * LANES) {
        int count = k - start < 2 * LANES ? k - start : 2 * LANES;
        for (int n = 0; n < PANEL; n += LANES) {
            UVec square[LANES];
            for (int i = 0; i < LANES; i++)
                square[i] = n + i < columns ? loadPairs(source + (n + i) * ld + start, count) : UVec{};
            turnSquare(square);
            for (int p = 0; p < (count + 1) / 2; p++)
                *reinterpret_cast<LooseUVec*>(panel + ((ptrdiff_t)(start / 2 + p) * PANEL + n) * 2) = square[p];
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

void turnPanelBf16(const bf16* source, int columns, int rows, bf16* target) {
    int pairs = (columns + 1) / 2;
    for (int first = 0; first < rows; first += LANES)
        for (int start = 0; start < PANEL / 2; start += LANES) {
            UVec square[LANES];
            for (int i = 0; i < LANES; i++)
                square[i] = start + i < pairs ? *reinterpret_cast<const LooseUVec*>(
                                                    source + ((ptrdiff_t)(start + i) * PANEL + first) * 2)
                                              : UVec{};
            turnSquare(square);
            for (int i = 0; i < LANES && first + i < rows; i += 2) {
                UVec even = square[i], odd = square[i + 1];
                UVec low = (even & 0xffff) | odd << 16, high = even >> 16 | (odd & 0xffff0000u);
                bf16* row = target + ((ptrdiff_t)(first + i) / 2 * PANEL + 2 * start) * 2;
                *reinterpret_cast<LooseUVec*>(row) = zipFirst(low, high);
                if (2 * start + LANES < PANEL) *reinterpret_cast<LooseUVec*>(row + 2 * LANES) = zipSecond(low, high);
            }
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
    for (int r = 0; r < rows; r += 2 * LANES) {
        int c = 0;
        for (; c + LANES <= columns && r + 2 * LANES <= rows; c += LANES) {
            UVec square[LANES];
            for (int i = 0; i < LANES; i++) {
                const float* even = source + (r + 2 * i) * ld + c;
                square[i] = narrowBits(load(even)) | narrowBits(load(even + ld)) << 16;
            }
            turnSquare(square);
            for (int i = 0; i < LANES; i++) *reinterpret_cast<LooseUVec*>(target + (c + i) * ldt + r) = square[i];
        }
        for (; c < columns; c++)
            for (int i = r; i < r + 2 * LANES && i < rows; i += 2) {
                target[c * ldt + i] = narrowOne(source[i * ld + c]);
                target[c * ldt + i + 1] = i + 1 < rows ? narrowOne(source[(i + 1) * ld + c]) : 0;
            }
    }
}

void toBf16(const float* source, int n, bf16* target) {
    int i = 0;
    for (; i + LANES <= n; i += LANES) *reinterpret_cast<LooseHVec*>(target + i) = narrow(load(source + i));
    for (; i < n; i++) target[i] = narrowOne(source[i]);
}

}  // namespace
