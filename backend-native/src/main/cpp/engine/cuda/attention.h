#pragma once

#include "launch.h"
#include "operations.h"

namespace rpt::cuda {

/** Queries of one key head that a block computes together: those of some rows. */
constexpr int QUERIES = 32;
/** Keys of a tile, one for each lane of a warp. */
constexpr int KEYS = 32;
/** Keys whose softmax is made apart from that of others, from the first key of a sequence on: whole tiles. */
constexpr int SPLIT = 512;
/** Tokens of a page. A page of a head has keys, then values, [PAGE][headSize] each. */
constexpr int PAGE = 16;

/** Consecutive rows of segments with the same parent, and the keys they share. */
struct QueryBlock {
    int firstRow, rows;
    int prefix, prefixLength;   // first of `slots`
    int firstPart, parts;       // of `parts`
    int firstPartial, splits;   // of the partial results; 0 splits if the block writes its rows itself
};

/** Rows of one segment in a block, and the keys of that segment alone. */
struct QueryPart {
    int first, rows;  // counted from the first row of the block
    int pages;        // first of `pages`
    int seen;         // keys that the first row sees, those of the prefix included; the next row sees one more
};

/** What one thread block computes for each key head: the splits from one to before another of a block of queries. */
struct QueryWork {
    int block;
    int firstSplit, endSplit;
};

/** All of that in the memory of the device. */
struct AttentionLists {
    const QueryBlock* blocks;
    const QueryPart* parts;
    const QueryWork* work;
    const int* slots;  // PAGE times a page, plus the place in it, of each key of a prefix
    const int* pages;  // of each segment that has rows, one after the other
    int blockCount, workCount, partialCount;
};

/** A layer of pages. */
struct KeyPages {
    char* base;
    int64_t pageStep, headStep, valueOffset;  // bytes
    bool isNarrow;
};

struct AttentionShape {
    int heads, keyValueHeads, headSize;
    float scale;
    int window;  // tokens that a token sees, 0 for all

    __host__ __device__ int sharing() const { return heads / keyValueHeads; }
    __host__ __device__ int keyWidth() const { return keyValueHeads * headSize; }
    __host__ __device__ int fusedWidth() const { return (heads + 2 * keyValueHeads) * headSize; }
};

/** Stores keys and values of each row at its slot. */
void storeKeys(cudaStream_t stream, const AttentionShape& shape, const KeyPages& pages, const int* rowSlots, int rows,
               const float* fused);

/** Floats of partial results. */
size_t partialFloats(const AttentionShape& shape, int partials);
/** Bytes of shared memory that the gradient of attention needs, which is more than attention itself does. */
size_t attentionSharedBytes(int headSize, bool isNarrow);

/**
 * Causal attention of queries over the pages of their own segment and its ancestors. A row's softmax goes over its keys
 * in tiles and splits that are counted from the first key of its sequence, so a row has the same bits whatever rows are
 * beside it, whatever the others share, and whether its splits run side by side or one after the other.
 */
void attend(cudaStream_t stream, const AttentionShape& shape, const AttentionLists& lists, const KeyPages& pages,
            const float* fused, float* mixed, float* logSumExp, float* partials);

/** A stretch of keys of one segment, at most KEYS, and the rows that see it. */
struct KeyBlock {
    int source;    // a row of the batch, or of the shared keys if isShared
    int keys;
    int position;  // of the first key
    int diagonal;  // the row that sees the first key only, the next row two keys; far before firstRow if it sees all
    int firstRow, lastRow;
    int isShared;
};

/** Rows of one segment, and the blocks of keys that they see. */
struct GradientBlock {
    int firstRow, rows;
    int firstKeys, keyBlocks;  // of `chains`
};

struct GradientLists {
    const KeyBlock* keyBlocks;
    const GradientBlock* queryBlocks;
    const int* chains;     // key blocks in the order of their keys
    const int* positions;  // of each row
    int keyBlockCount, queryBlockCount;
};

/** Tensors of attendBackward, see Operations. */
struct GradientTensors {
    const float *fused, *mixed, *logSumExp, *dMixed;
    float* dFused;
    const float* shared;
    float* dShared;
};

/** @param products scratch, [rows][heads] */
void attendBackward(cudaStream_t stream, const AttentionShape& shape, const GradientLists& lists, bool isNarrow,
                    int rows, const GradientTensors& tensors, float* products);

}  // namespace rpt::cuda
