#pragma once

#include <vector>

#include "attention.h"
#include "batch.h"

namespace rpt::cuda {

/** Divides the rows of a batch among thread blocks, see AttentionLists; in the memory of the host. */
struct AttentionPlan {
    std::vector<QueryBlock> blocks;
    std::vector<QueryPart> parts;
    std::vector<QueryWork> work;
    std::vector<int> slots;
    std::vector<int> pages;
    std::vector<int> rowSlots;  // where the keys and values of each row are stored
    int partialCount = 0;

    /**
     * @param busy thread blocks that keep the device busy: with fewer, splits of long sequences run side by side
     * @param mostPartials partial results that there is room for
     */
    AttentionPlan(const Config& config, const Batch& batch, int busy, int mostPartials);

private:
    void addBlocks(const Config& config, const Batch& batch);
    void addWork(const Config& config, int busy, int mostPartials);
};

/** Blocks of keys and of queries of the gradient, see GradientLists. */
struct GradientPlan {
    std::vector<KeyBlock> keyBlocks;
    std::vector<GradientBlock> queryBlocks;
    std::vector<int> chains;

    /** @param sharedRows first row of each segment among the shared keys, see SharedKeys */
    GradientPlan(const Config& config, const Batch& batch, const std::vector<int>& sharedRows);
};

}  // namespace rpt::cuda
