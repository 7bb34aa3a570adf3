#pragma once

#include "launch.h"
#include "operations.h"

namespace rpt::cuda {

/** Partial sums of squares, one for each Operations::STRETCH of x. */
void sumOfSquares(cudaStream_t stream, const float* x, size_t n, double* partials);

/** One update of n parameters from `begin` on, see Operations::adamw. */
void adamw(cudaStream_t stream, float* parameters, const Moments& moments, const float* gradients, size_t begin,
           size_t n, const AdamStep& step, int64_t number);

}  // namespace rpt::cuda
