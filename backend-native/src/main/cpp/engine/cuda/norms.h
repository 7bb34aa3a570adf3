#pragma once

#include "launch.h"
#include "operations.h"

namespace rpt::cuda {

/**
 * y[i] = norm(x[i]), plus residual[i] unless that is null; copy[i] = x[i] unless that is null. Indices of rows are in
 * the memory of the device.
 */
void norm(cudaStream_t stream, const Norm& norm, const ConstRows& x, int count, const float* residual, float* y,
          float* copy);

/** Floats that normBackward needs beside its arguments. */
size_t normBackwardFloats(int count, int width);

/** dx[i] += dL/dx[i], and dw += the sum over rows unless null, in the order of sumColumns, from dy[i]. */
void normBackward(cudaStream_t stream, const Norm& norm, const ConstRows& x, int count, const float* dy, float* dx,
                  float* dw, float* scratch);

/** Rows per partial sum, as GRADIENT_ROWS on the CPU. */
constexpr int SUM_ROWS = 64;

/** Floats of partial sums of columns. */
inline size_t sumFloats(int rows, int width) {
    return size_t((rows + SUM_ROWS - 1) / SUM_ROWS) * width;
}

/**
 * sum[width] += the sum of y[rows][width] over rows: blocks of SUM_ROWS rows, each from first to last, then the blocks
 * from first to last.
 */
void sumColumns(cudaStream_t stream, const float* y, int rows, int width, float* sum, float* scratch);

/** sum[width] += each of the partial sums, which are `step` floats apart, from first to last. */
void sumPartials(cudaStream_t stream, const float* partials, int blocks, int width, int step, float* sum);

}  // namespace rpt::cuda
