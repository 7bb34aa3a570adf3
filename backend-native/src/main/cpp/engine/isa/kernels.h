#pragma once

// Not <cstddef>, which has inline functions: see simd.h.
#include <stddef.h>

#include <cstdint>

namespace rpt {

/** bfloat16: the upper half of a single. */
using bf16 = uint16_t;

/** A softmax over the part of a row that has been read: its log-sum-exp is scale max + log(sum). */
struct SoftmaxStats {
    float max = -3e38f;
    float sum = 0;
};

/** Constants of one AdamW update, rounded once from double: 1 - beta loses its digits in single precision. */
struct AdamStep {
    float gradientScale;
    float beta1, rest1;  // rest = 1 - beta
    float beta2, rest2;
    float epsilon, rate, decay;
    float firstCorrection, secondCorrection;  // 1 / (1 - beta^t)
};

/**
 * The arithmetic that depends on the instruction set. One table per set, each compiled from kernels.inl with flags of
 * its own; chosen once by selectKernels. Every output element is accumulated in one fixed order over the reduced
 * dimension, whatever the number of rows: results do not depend on batch composition or threads.
 *
 * A panel holds `panel` columns of the right-hand matrix B[k][n]: float [k][panel], or bf16 [(k+1)/2][panel][2] with
 * odd k padded by zero. A panel of 8-bit weights w = scale q has a float scale for each column, 128 times the sum of
 * the column's q as int32, and q as int8 [(k+3)/4][panel][4], padded by zero. With a scale for each 32 k there are
 * blocks one after the other: a float scale for each column, the sum of its q as int16, and q [8][panel][4]. Kernels
 * may read up to one panel beyond the end of a right-hand matrix that is not packed.
 */
struct Kernels {
    const char* name;
    int panel;

    /** c[m][n] (+)= a[m][k] b[k][n], n <= panel; rows of b are ldb apart. */
    void (*gemm)(const float* a, ptrdiff_t lda, const float* b, ptrdiff_t ldb, int k, float* c, ptrdiff_t ldc, int m,
                 int n, bool accumulate);
    /** As gemm over a packed panel; rows of a hold an even number of elements. */
    void (*gemmBf16)(const bf16* a, ptrdiff_t lda, const bf16* b, int k, float* c, ptrdiff_t ldc, int m, int n,
                     bool accumulate);

    /**
     * As gemmBf16 for any n, with b [(k+1)/2][n][2] whose pairs of rows are ldb apart. May read up to a vector beyond the
     * end of b.
     */
    void (*gemmPairs)(const bf16* a, ptrdiff_t lda, const bf16* b, ptrdiff_t ldb, int k, float* c, ptrdiff_t ldc, int m,
                      int n, bool accumulate);

    /** Packs B[k][n] = source[n][k] for n < columns <= panel. */
    void (*packRows)(const float* source, ptrdiff_t ld, int columns, int k, float* panel);
    void (*packRowsBf16)(const float* source, ptrdiff_t ld, int columns, int k, bf16* panel);
    /** As packRowsBf16 for numbers that are bfloat16 already. */
    void (*packNarrowRows)(const bf16* source, ptrdiff_t ld, int columns, int k, bf16* panel);
    /** Packs B[k][n] = source[k][n] for n < columns <= panel. */
    void (*packColumns)(const float* source, ptrdiff_t ld, int columns, int k, float* panel);
    void (*packColumnsBf16)(const float* source, ptrdiff_t ld, int columns, int k, bf16* panel);
    /**
     * B^T from B: target[(r + 1)/2][panel][2] holds source[c][r] for r < rows <= panel, from a packed bfloat16 panel
     * source[(c + 1)/2][panel][2] with c < columns <= panel; what it has beyond them is 0.
     */
    void (*turnPanelBf16)(const bf16* source, int columns, int rows, bf16* target);
    /** target[c][r] = source[r][c]. */
    void (*transpose)(const float* source, ptrdiff_t ld, int rows, int columns, float* target, ptrdiff_t ldt);
    void (*transposeBf16)(const float* source, ptrdiff_t ld, int rows, int columns, bf16* target, ptrdiff_t ldt);
    /** Rounds to nearest, ties to even; NaN stays NaN. */
    void (*toBf16)(const float* source, int n, bf16* target);

    /**
     * c[m][n] (+)= step[m] (a - 128) b over a panel of 8-bit weights; rows of a hold a multiple of 4 elements. The sums
     * are exact and the same for every instruction set.
     */
    void (*gemmInt8)(const uint8_t* a, ptrdiff_t lda, const float* steps, const void* b, int k, float* c, ptrdiff_t ldc,
                     int m, int n, bool accumulate);
    /**
     * As gemmInt8 over a panel of 8-bit weights with a scale for each 32 k, of which k is a multiple. Their sums are
     * exact; those of the blocks are added up in single precision, from the first to the last.
     */
    void (*gemmBlocks)(const uint8_t* a, ptrdiff_t lda, const float* steps, const void* b, int k, float* c,
                       ptrdiff_t ldc, int m, int n, bool accumulate);
    /** Packs B[k][n] = source[n][k] for n < columns <= panel, a scale for each column. */
    void (*packRowsInt8)(const float* source, ptrdiff_t ld, int columns, int k, void* panel);
    /**
     * target = x / step rounded to nearest, ties to even, plus 128, with step = max |x| / 127; returns the step. It is
     * NaN, and the target 128, where something is not finite.
     */
    float (*quantise)(const float* x, int n, uint8_t* target);

    /** y = (w + added) x / sqrt(mean(x^2) + epsilon). */
    void (*rmsNorm)(const float* x, const float* w, float added, int n, float epsilon, float* y);
    /** dx += dL/dx and dw += dL/dw for one row. */
    void (*rmsNormBackward)(const float* x, const float* w, float added, const float* dy, int n, float epsilon,
                            float* dx, float* dw);
    /** Turns the two halves of a head by the angles whose cosines and sines are given, [size/2]. */
    void (*rotate)(float* head, const float* cosine, const float* sine, int size);
    /** h = silu(gate) up. */
    void (*siluMul)(const float* gate, const float* up, int n, float* h);
    /** Gradients of siluMul. */
    void (*siluMulBackward)(const float* gate, const float* up, const float* dh, int n, float* dGate, float* dUp);
    /** h = gelu(gate) up with gelu(x) = x sigmoid(2 sqrt(2 / pi) (x + 0.044715 x^3)), and its gradients. */
    void (*geluMul)(const float* gate, const float* up, int n, float* h);
    void (*geluMulBackward)(const float* gate, const float* up, const float* dh, int n, float* dGate, float* dUp);
    /**
     * A tile of a softmax that goes over a row from tile to tile. Adds x[seen] to what the row was made of, writes
     * p = exp(scale (x - row.max)) in place, zeros from there to before p[width], and returns the factor
     * that turns p of earlier tiles into those of the new maximum. -infinity gives exactly 0.
     */
    float (*softmaxTile)(float* x, int seen, int width, float scale, SoftmaxStats& row);
    /** The same with p in bfloat16, from x on; width is a multiple of the panel. Sums are those of p before rounding, to 4e-6. */
    float (*softmaxTileBf16)(float* x, int seen, int width, float scale, SoftmaxStats& row);
    /** p = exp(scale p - shift) and d = p (d - product) scale in place; zeros in both from `seen` to before `width`. */
    void (*softmaxBackward)(float* p, float* d, int seen, int width, float scale, float shift, float product);
    /** y = a x. */
    void (*scaled)(float a, const float* x, int n, float* y);
    /** p = exp(scale p - shift) in place. */
    void (*expShifted)(float* p, int n, float scale, float shift);
    /** sum of exp(scale (x - max)). */
    float (*expSum)(const float* x, int n, float max, float scale);
    float (*max)(const float* x, int n);
    /** y += a x. */
    void (*axpy)(float a, const float* x, int n, float* y);
    float (*dot)(const float* x, const float* y, int n);
    double (*sumOfSquares)(const float* x, int n);
    void (*adamw)(float* w, const float* g, float* m, float* v, int n, const AdamStep& step);
    /**
     * As adamw with moments in bfloat16. The update uses the new moments before they are rounded; they are rounded up
     * or down at random, in proportion to where they lie between the two, by bits that depend on the key and the index
     * alone.
     */
    void (*adamwBf16)(float* w, const float* g, bf16* m, bf16* v, int n, const AdamStep& step, uint32_t key);
};

/** The table of an instruction set by name, or null if this build or this processor does not have it. */
const Kernels* kernelsNamed(const char* name);

/** The fastest table that this processor runs. */
const Kernels& bestKernels();

/** Names of the tables that this processor runs, fastest first, separated by commas. */
const char* usableKernels();

}  // namespace rpt
