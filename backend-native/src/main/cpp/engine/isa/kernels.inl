// One table of kernels. The including file defines RPT_TABLE (the function that returns it) and RPT_NAME.

#include "kernels.h"
#include "simd.h"

#if defined(__AVX2__)
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
#include "int8.inl"
#undef RPT_ROW
#include "rows.inl"
#include "attention.inl"

namespace rpt {

const Kernels& RPT_TABLE() {
    static constexpr Kernels table = {RPT_NAME,
                                      PANEL,
                                      gemm,
                                      gemmBf16,
                                      gemmPairs,
                                      packRows,
                                      packRowsBf16,
                                      packNarrowRows,
                                      packColumns,
                                      packColumnsBf16,
                                      turnPanelBf16,
                                      transpose,
                                      transposeBf16,
                                      toBf16,
                                      gemmInt8,
                                      gemmBlocks,
                                      packRowsInt8,
                                      quantise,
                                      rmsNorm,
                                      rmsNormBackward,
                                      rotate,
                                      siluMul,
                                      siluMulBackward,
                                      geluMul,
                                      geluMulBackward,
                                      softmaxTile,
                                      softmaxTileBf16,
                                      softmaxBackward,
                                      scaled,
                                      expShifted,
                                      expSum,
                                      maxOf,
                                      axpy,
                                      dot,
                                      sumOfSquares,
                                      adamw,
                                      adamwBf16};
    return table;
}

}  // namespace rpt
