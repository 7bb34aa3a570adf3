#pragma once

#include <cstddef>

#include "batch.h"
#include "model.h"
#include "pages.h"

namespace rpt {

/**
 * How the rows of a batch are cut into blocks that are computed together: consecutive rows of segments with the same
 * parent, whose common keys are then read once.
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
    /** The pages before a segment, first to last. */
    std::vector<std::vector<Part>> prefixes;
    /** Most columns of a row of scores: keys, each page padded to its full width. */
    int columns = 0;
    int rowsPerBlock;

    /** tokensPerPage is that of the pages; tasks are kept small enough for every thread to get some. */
    AttentionPlan(const Config& config, const Batch& batch, int tokensPerPage, int threads);

    /** Bytes of scratch that a worker needs. */
    size_t scratchBytes(const Config& config) const;
};

/**
 * Causal attention of new rows over the pages of their segments and of those before them. The rows of sibling segments
 * go through the keys of their common prefix together. One softmax runs over the scores of shared and private keys side
 * by side, so nothing has to be merged, and a row has the same bits however many siblings it has.
 *
 * @param queries rotated queries, [rows][stride]
 * @param mixed result, [rows][heads * headSize]
 * @param logSumExp log-sum-exp of each row's scaled scores, [rows][heads]; null where it is not needed
 */
void attend(Compute& compute, const Config& config, const Batch& batch, const AttentionPlan& plan, const Pages& pages,
            int layer, const float* queries, ptrdiff_t stride, float* mixed, float* logSumExp);

/** Memory of attendBackward, used again by the next layer. */
struct AttentionWorkspace {
    Block packed;
    Block products;
};

/**
 * Gradient of attend() for batches without a past: from the gradient of `mixed` to that of the rotated queries, keys
 * and values, which lie one after the other in rows of `stride` floats. dFused is overwritten.
 */
void attendBackward(Compute& compute, const Config& config, const Batch& batch, const float* fused, ptrdiff_t stride,
                    const float* mixed, const float* logSumExp, const float* dMixed, float* dFused,
                    AttentionWorkspace& workspace);

}  // namespace rpt
