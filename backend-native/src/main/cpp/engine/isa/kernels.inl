// One table of kernels. The including file defines RPT_TABLE (the function that returns it) and RPT_NAME.

#include "kernels.h"
#include "simd.h"

#if defined(__AVX512BF16__)
#include <immintrin.h>
#endif

#ifdef __clang__
#pragma STDC FP_CONTRACT ON
#endif

namespace {
using rpt::AdamStep;
using rpt::bf16;
using rpt::SoftmaxStats;
}  // namespace

#include "gemm.inl"
#include "pack.inl"
#include "rows.inl"

namespace rpt {

const Kernels& RPT_TABLE() {
    static constexpr Kernels table = {RPT_NAME,
                                      PANEL,
                                      gemm,
                                      gemmBf16,
                                      packRows,
                                      packRowsBf16,
                                      packColumns,
                                      packColumnsBf16,
                                      transpose,
                                      transposeBf16,
                                      toBf16,
                                      rmsNorm,
                                      rmsNormBackward,
                                      rotate,
                                      siluMul,
                                      siluMulBackward,
                                      softmax,
                                      expShifted,
                                      expSum,
                                      maxOf,
                                      axpy,
                                      dot,
                                      sumOfSquares,
                                      adamw};
    return table;
}

}  // namespace rpt
