#pragma once

#include "launch.h"
#include "operations.h"

namespace rpt::cuda {

/** Rows of singles or bfloat16, `step` elements apart. */
struct Table {
    const void* data;
    int64_t step;
    bool isNarrow;
};

/** y[i] = factor * table[tokens[i]]. */
void embed(cudaStream_t stream, const Table& table, const int* tokens, int count, int width, float factor, float* y);

/** to[i] = from[i] for rows of a width. Indices of rows are in the memory of the device, here and below. */
void copyRows(cudaStream_t stream, const ConstRows& from, const Rows& to, int count, int width);

/** to[i] += factor from[i] for rows of a width that do not repeat. */
void addRows(cudaStream_t stream, float factor, const ConstRows& from, const Rows& to, int count, int width);

/** Which rows are added to the same one: those of group g are rows[starts[g]] to before rows[starts[g + 1]]. */
struct Groups {
    const int *targets, *starts, *rows;
    int count;
};

/** to[targets[g]] += factor from[row] for all rows of each group, in their order; `to` has no indices of its own. */
void addGroups(cudaStream_t stream, float factor, const ConstRows& from, const Groups& groups, const Rows& to,
               int width);

/** x *= factor. */
void scale(cudaStream_t stream, float factor, float* x, int64_t n);

/** h[rows][width] = act(gate) up from gateUp[rows][2 width]: SiLU, or GELU in its tanh form. */
void activate(cudaStream_t stream, bool gelu, const float* gateUp, int rows, int width, float* h);

/** dGateUp from dh. */
void activateBackward(cudaStream_t stream, bool gelu, const float* gateUp, const float* dh, int rows, int width,
                      float* dGateUp);

/** Rounds rows of `width` floats; both steps are those from row to row. */
void toBf16(cudaStream_t stream, const float* x, int64_t xStep, int rows, int width, bf16* y, int64_t yStep);

}  // namespace rpt::cuda
