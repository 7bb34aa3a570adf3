#pragma once

#include <cstddef>

#include "batch.h"
#include "model.h"
#include "pages.h"

namespace rpt {

/**
 * Divides the rows of a batch into blocks to compute together: consecutive rows of segments with the same parent, so
 * that the keys they share are read once.
 */
struct AttentionPlan {
    struct Block {
        int prefix;  // index into prefixes
        int firstSegment;
        int firstRow;
        int rows;
    };
    struct Part {
        int page;
        int tokens;
    };

    std::vector<Block> blocks;
    /** The pages of all segments before one, first to last. */
    std::vector<std::vector<Part>> prefixes;
    /** Maximum columns in a row of scores: keys, each page padded to its full width. */
    int columns = 0;
    int rowsPerBlock;

    /** Keeps blocks small enough that every thread gets some. */
    AttentionPlan(const Config& config, const Batch& batch, int tokensPerPage, int threads);

    /** Bytes of scratch that a worker needs. */
    size_t scratchBytes(const Config& config) const;
};

/**
 * Causal attention of new rows over the pages of their own segments and all earlier ones, within the layer's window. Rows of sibling segments read
 * the keys of their common prefix together. One softmax runs over the scores of shared and private keys side by side,
 * so there is nothing to merge, and a row has the same bits however many siblings it has.
 *
 * @param queries rotated queries, [rows][stride]
 * @param mixed result, [rows][heads * headSize]
 * @param logSumExp log-sum-exp of each row's scaled scores, [rows][heads]; null where it is not needed
 */
void attend(Compute& compute, const Config& config, const Batch& batch, const AttentionPlan& plan, const Pages& pages,
            int layer, const float* queries, ptrdiff_t stride, float* mixed, float* logSumExp);

/** Memory of attendBackward that every layer reuses. */
struct AttentionWorkspace {
    Block packed;
    Block products;
};

/**
 * Gradient of attend() for batches without a past: from the gradient of `mixed` to that of the rotated queries, keys
 * and values, which lie one after the other in rows of `stride` floats. dFused is overwritten.
 *
 * @param window how many tokens a token sees, 0 for all
 */
void attendBackward(Compute& compute, const Config& config, const Batch& batch, const float* fused, ptrdiff_t stride,
                    const float* mixed, const float* logSumExp, const float* dMixed, float* dFused, int window,
                    AttentionWorkspace& workspace);

}  // namespace rpt
