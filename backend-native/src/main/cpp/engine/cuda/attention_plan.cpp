#include "attention_plan.h"

#include <algorithm>

namespace rpt::cuda {

namespace {

/** Far before the first row, so that every row sees all keys of a block. */
constexpr int ALL = KEYS;

int splitsOf(int keys) {
    return (keys + SPLIT - 1) / SPLIT;
}

int rowsPerBlock(const Config& config) {
    return QUERIES / config.sharing();
}

}  // namespace

AttentionPlan::AttentionPlan(const Config& config, const Batch& batch, int busy, int mostPartials)
    : rowSlots(batch.rows()) {
    addBlocks(config, batch);
    addWork(config, busy, mostPartials);
}

void AttentionPlan::addBlocks(const Config& config, const Batch& batch) {
    int parent = -2, prefix = 0;
    for (const Segment& segment : batch.segments) {
        if (segment.length == 0) continue;
        if (segment.parent != parent) {
            prefix = static_cast<int>(slots.size());
            parent = segment.parent;
            std::vector<const Segment*> chain;
            for (int s = parent; s >= 0; s = batch.segments[s].parent) chain.push_back(&batch.segments[s]);
            for (auto s = chain.rbegin(); s != chain.rend(); ++s)
                for (int i = 0; i < (*s)->total(); i++) slots.push_back((*s)->pages[i / PAGE] * PAGE + i % PAGE);
        }
        int prefixLength = static_cast<int>(slots.size()) - prefix, firstPage = static_cast<int>(pages.size());
        pages.insert(pages.end(), segment.pages.begin(), segment.pages.end());
        for (int i = 0; i < segment.length; i++) {
            int at = segment.past + i;
            rowSlots[segment.start + i] = segment.pages[at / PAGE] * PAGE + at % PAGE;
        }
        for (int done = 0; done < segment.length;) {
            bool joins = !blocks.empty() && blocks.back().prefix == prefix
                         && blocks.back().prefixLength == prefixLength && blocks.back().rows < rowsPerBlock(config)
                         && blocks.back().firstRow + blocks.back().rows == segment.start + done;
            if (!joins)
                blocks.push_back(
                    {segment.start + done, 0, prefix, prefixLength, static_cast<int>(parts.size()), 0, 0, 0});
            QueryBlock& block = blocks.back();
            int rows = std::min(rowsPerBlock(config) - block.rows, segment.length - done);
            parts.push_back({block.rows, rows, firstPage, prefixLength + segment.past + done + 1});
            block.parts++;
            block.rows += rows;
            done += rows;
        }
    }
}

void AttentionPlan::addWork(const Config& config, int busy, int mostPartials) {
    std::vector<int> splits;
    int most = 0, total = 0;
    for (const QueryBlock& block : blocks) {
        int seen = 0;
        for (int i = 0; i < block.parts; i++) {
            const QueryPart& part = parts[block.firstPart + i];
            seen = std::max(seen, part.seen + part.rows - 1);
        }
        splits.push_back(splitsOf(seen));
        most = std::max(most, splits.back());
        total += splits.back();
    }
    bool isDivided = most > 1 && total <= mostPartials
                     && static_cast<int64_t>(blocks.size()) * config.keyValueHeads < busy;
    for (size_t b = 0; b < blocks.size(); b++) {
        if (!isDivided) {
            work.push_back({static_cast<int>(b), 0, splits[b]});
            continue;
        }
        blocks[b].firstPartial = partialCount;
        blocks[b].splits = splits[b];
        partialCount += splits[b];
        for (int split = 0; split < splits[b]; split++) work.push_back({static_cast<int>(b), split, split + 1});
    }
}

GradientPlan::GradientPlan(const Config& config, const Batch& batch, const std::vector<int>& sharedRows) {
    size_t count = batch.segments.size();
    std::vector<int> end(count), firstBlock(count + 1);
    for (size_t s = count; s-- > 0;) {
        const Segment& segment = batch.segments[s];
        end[s] = std::max(end[s], segment.start + segment.length);
        if (segment.parent >= 0) end[segment.parent] = std::max(end[segment.parent], end[s]);
    }
    for (size_t s = 0; s < count; s++) {
        const Segment& segment = batch.segments[s];
        firstBlock[s] = static_cast<int>(keyBlocks.size());
        for (int done = 0; done < segment.past; done += KEYS)
            keyBlocks.push_back({sharedRows[s] + done, std::min(KEYS, segment.past - done), segment.position + done,
                                 segment.start - ALL, segment.start, end[s], 1});
        for (int done = 0; done < segment.length; done += KEYS) {
            int row = segment.start + done;
            keyBlocks.push_back(
                {row, std::min(KEYS, segment.length - done), segment.position + done, row, row, end[s], 0});
        }
        firstBlock[s + 1] = static_cast<int>(keyBlocks.size());
    }
    for (size_t s = 0; s < count; s++) {
        const Segment& segment = batch.segments[s];
        std::vector<int> chain;
        for (int a = static_cast<int>(s); a >= 0; a = batch.segments[a].parent) chain.push_back(a);
        for (int done = 0; done < segment.length; done += rowsPerBlock(config)) {
            int row = segment.start + done, rows = std::min(rowsPerBlock(config), segment.length - done);
            int first = static_cast<int>(chains.size());
            for (auto a = chain.rbegin(); a != chain.rend(); ++a)
                for (int b = firstBlock[*a]; b < firstBlock[*a + 1]; b++)
                    if (keyBlocks[b].diagonal < row + rows) chains.push_back(b);
            queryBlocks.push_back({row, rows, first, static_cast<int>(chains.size()) - first});
        }
    }
}

}  // namespace rpt::cuda
