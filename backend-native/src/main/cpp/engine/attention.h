#pragma once

#include <cstddef>

#include "batch.h"
#include "matrix.h"
#include "pages.h"

namespace rpt {

/**
 * Divides the rows of a batch into blocks to compute together: consecutive rows of segments with the same parent, so
 * that the keys they share are read once.
 */
struct AttentionPlan {
    /** Pages of keys between two updates of a softmax. */
    static constexpr int TILE_PAGES = 16;

    struct Block {
        int prefix;  // index into prefixes
        int firstSegment;
        int firstRow;
        int rows;
    };
    struct Part {
        int page;
        int tokens;
        int position;  // of the first token
    };
    /** New tokens of a segment, all in one page. */
    struct Write {
        int segment;
        int from, to;
    };

    std::vector<Block> blocks;
    /** The pages of all segments before one, first to last. */
    std::vector<std::vector<Part>> prefixes;
    /** Of each segment, whether a single block has all of its rows and all that see them; it stores their keys itself. */
    std::vector<char> isPrivate;
    /** Keys to store before any block runs. */
    std::vector<Write> writes;
    int rowsPerBlock;

    /** Keeps blocks small enough that every thread gets some. */
    AttentionPlan(const Config& config, const Batch& batch, int tokensPerPage, int threads);

    /** Bytes of scratch that a worker needs for a batch of so many rows, or fewer. */
    static size_t scratchBytes(const Config& config, int rows, int tokensPerPage, int threads);
    size_t scratchBytes(const Config& config) const { return scratchBytes(config, rowsPerBlock, tokensPerPage_); }

private:
    static int rowsPerBlockOf(const Config& config, int rows, int threads);
    static size_t scratchBytes(const Config& config, int rowsPerBlock, int tokensPerPage);

    int tokensPerPage_;
};

/** Rotated queries, rotated keys, and values of all rows, `stride` floats from row to row. */
struct AttentionInput {
    const float *queries, *keys, *values;
    ptrdiff_t stride;
};

/**
 * Stores keys and values of new rows in their pages; then causal attention of these rows over the pages of their own
 * segments and all earlier ones, within the layer's window. Rows of sibling segments read the keys of their common
 * prefix together. The softmax goes over a row's keys in tiles that depend on the row alone, so a row has the same bits
 * however many siblings and new rows it has beside it. Products are in the precision of the pages.
 *
 * @param mixed result, [rows][heads * headSize]
 * @param logSumExp log-sum-exp of each row's scaled scores, [rows][heads]; null where it is not needed
 */
void attend(Compute& compute, const Config& config, const Batch& batch, const AttentionPlan& plan, const Pages& pages,
            int layer, const AttentionInput& in, float* mixed, float* logSumExp);

/** Memory of attendBackward that every layer reuses. */
struct AttentionWorkspace {
    Block packed;
    Block products;
};

/**
 * Gradient of attend(): from the gradient of `mixed` to that of the rotated queries, keys and values, which lie one after
 * the other in rows of `stride` floats. dFused is overwritten. A segment of the batch has rows alone, or a past alone,
 * whose keys and values are shared ones.
 *
 * @param window how many tokens a token sees, 0 for all
 */
void attendBackward(Compute& compute, const Config& config, const Batch& batch, const float* fused, ptrdiff_t stride,
                    const float* mixed, const float* logSumExp, const float* dMixed, float* dFused,
                    int window, const SharedKeys& shared, AttentionWorkspace& workspace);

}  // namespace rpt
