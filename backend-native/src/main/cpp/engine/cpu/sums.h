#pragma once

#include <cstring>

#include "matrix.h"

namespace rpt {

/** Rows per partial sum. This partition of the token axis is the same for any number of threads. */
constexpr int GRADIENT_ROWS = 64;

/**
 * sum[width] += the sum over all rows of what add(row, partial) adds to `partial`, in a fixed order: blocks of
 * GRADIENT_ROWS rows, first to last. A null sum is not wanted: then add() runs for what else it does.
 */
template <class Add>
void sumRows(Compute& compute, int rows, int width, float* sum, const Add& add) {
    int blocks = (rows + GRADIENT_ROWS - 1) / GRADIENT_ROWS;
    compute.partials.ensure(compute.budget, size_t(blocks) * width * sizeof(float), "partial sums of gradients");
    float* partials = compute.partials.as<float>();
    compute.pool.run(blocks, [&](int block, int) {
        std::memset(partials + size_t(block) * width, 0, width * sizeof(float));
        for (int row = block * GRADIENT_ROWS; row < std::min(rows, (block + 1) * GRADIENT_ROWS); row++)
            add(row, partials + size_t(block) * width);
    });
    for (int block = 0; sum && block < blocks; block++)
        compute.kernels.axpy(1, partials + size_t(block) * width, width, sum);
}

}  // namespace rpt
