#pragma once

#include <vector>

#include "batch.h"
#include "results.h"

namespace rpt {

/**
 * A part of a batch that is computed on its own. Of a batch that is divided, the first part has the segments that others
 * continue, and each of the rest some of the segments that no other continues. Those parts have the segments of the first
 * one that they continue as segments without rows of their own, whose keys and values are read.
 */
struct Part {
    Batch batch;
    Targets targets;
    /** Index of each target among those of the whole batch. */
    std::vector<int> order;
    /** For each segment its first row in the first part; -1 where the rows are those of this part. */
    std::vector<int> shared;
    std::vector<RowLoss> losses;

    int rows() const { return batch.rows(); }
};

/**
 * Divides a batch, with pages assigned, into parts: parts after the first have at most so many rows, unless a single
 * segment has more. One part alone is the whole batch, which has no more rows than that beside the shared ones.
 */
std::vector<Part> divide(Batch batch, Targets targets, int tokensPerPage, int mostRows);

/** Pages that the parts need at the same time. */
int pagesOf(const std::vector<Part>& parts);

}  // namespace rpt
