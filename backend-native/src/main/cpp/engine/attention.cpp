#include "attention.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace rpt {

namespace {

constexpr int MAX_ROWS = 16;

int pagesOf(int tokens, int tokensPerPage) {
    return (tokens + tokensPerPage - 1) / tokensPerPage;
}

std::vector<AttentionPlan::Part> prefixOf(const Batch& batch, int parent, int tokensPerPage) {
    std::vector<int> chain;
    for (int s = parent; s >= 0; s = batch.segments[s].parent) chain.push_back(s);
    std::vector<AttentionPlan::Part> parts;
    for (auto s = chain.rbegin(); s != chain.rend(); ++s) {
        const Segment& segment = batch.segments[*s];
        for (int done = 0, page = 0; done < segment.total(); done += tokensPerPage, page++)
            parts.push_back({segment.pages[page], std::min(tokensPerPage, segment.total() - done)});
    }
    return parts;
}

/** One block of rows and one key head: scores, softmax, mixture. */
class Strip {
public:
    Strip(const Kernels& kernels, const Config& config, const Batch& batch, const AttentionPlan& plan,
          const Pages& pages, int layer, int head, float* scratch)
        : kernels_(kernels),
          config_(config),
          batch_(batch),
          plan_(plan),
          pages_(pages),
          layer_(layer),
          head_(head),
          panel_(pages.tokensPerPage()),
          sharing_(config.sharing()),
          size_(config.headSize),
          queries_(scratch),
          out_(queries_ + size_t(plan.rowsPerBlock) * sharing_ * size_),
          sums_(reinterpret_cast<SoftmaxStats*>(out_ + size_t(plan.rowsPerBlock) * sharing_ * size_)),
          scores_(reinterpret_cast<float*>(sums_ + size_t(plan.rowsPerBlock) * sharing_)) {}

    /** Rows times keys of all products so far. */
    int64_t pairs() const { return pairs_; }

    void run(const AttentionPlan::Block& block, const float* queries, ptrdiff_t stride, float* mixed,
             float* logSumExp) {
        const std::vector<AttentionPlan::Part>& prefix = plan_.prefixes[block.prefix];
        int shared = static_cast<int>(prefix.size()) * panel_;
        int all = block.rows * sharing_;
        for (int r = 0; r < block.rows; r++)
            std::memcpy(queries_ + size_t(r) * sharing_ * size_,
                        queries + (block.firstRow + r) * stride + size_t(head_) * sharing_ * size_,
                        size_t(sharing_) * size_ * sizeof(float));
        for (size_t i = 0; i < prefix.size(); i++)
            score(prefix[i].page, prefix[i].tokens, 0, all, static_cast<int>(i) * panel_);
        eachOwn(block, [&](const Segment& segment, int token, int first, int rows) {
            scoreOwn(segment, token, first, rows, shared, prefix);
        });
        if (logSumExp) store(block, logSumExp);
        for (size_t i = 0; i < prefix.size(); i++)
            mix(prefix[i].page, prefix[i].tokens, 0, all, static_cast<int>(i) * panel_, i > 0);
        eachOwn(block, [&](const Segment& segment, int token, int first, int rows) {
            int seen = segment.past + token + rows;
            for (int page = 0; page * panel_ < seen; page++)
                mix(segment.pages[page], std::min(panel_, seen - page * panel_), first * sharing_, rows * sharing_,
                    shared + page * panel_, shared > 0 || page > 0);
        });
        for (int r = 0; r < all; r++) {
            float scale = 1 / sums_[r].sum;
            float* target = mixed + place(block, r) * size_;
            for (int d = 0; d < size_; d++) target[d] = out_[size_t(r) * size_ + d] * scale;
        }
    }

private:
    /** Index of a row of scores among the heads of all rows. */
    size_t place(const AttentionPlan::Block& block, int r) const {
        return size_t(block.firstRow + r / sharing_) * config_.heads + head_ * sharing_ + r % sharing_;
    }

    /** Calls visit(segment, first new token, first row of the block, rows) for the segments of a block. */
    template <class Visit>
    void eachOwn(const AttentionPlan::Block& block, Visit visit) const {
        int done = 0;
        for (int s = block.firstSegment; done < block.rows; s++) {
            const Segment& segment = batch_.segments[s];
            int from = block.firstRow + done - segment.start;
            int rows = std::min(segment.length - from, block.rows - done);
            if (rows <= 0) continue;
            visit(segment, from, done, rows);
            done += rows;
        }
    }

    void score(int page, int tokens, int first, int rows, int column) {
        pairs_ += int64_t(rows) * tokens;
        kernels_.gemm(queries_ + size_t(first) * size_, size_, pages_.keys(page, layer_, head_), panel_, size_,
                      scores_ + size_t(first) * plan_.columns + column, plan_.columns, rows, tokens, false);
        hide(first, rows, column + tokens, column + panel_);
    }

    void hide(int first, int rows, int from, int to) {
        for (int r = first; r < first + rows; r++)
            std::fill(scores_ + size_t(r) * plan_.columns + from, scores_ + size_t(r) * plan_.columns + to, -INFINITY);
    }

    /** Scores against the rows' own segment up to each row's own token, and the softmax over all of a row's scores. */
    void scoreOwn(const Segment& segment, int token, int first, int rows, int column,
                  const std::vector<AttentionPlan::Part>& prefix) {
        float scale = config_.scale();
        int seen = segment.past + token + rows;
        for (int page = 0; page * panel_ < seen; page++)
            score(segment.pages[page], std::min(panel_, seen - page * panel_), first * sharing_, rows * sharing_,
                  column + page * panel_);
        int end = column + pagesOf(seen, panel_) * panel_;
        for (int r = 0; r < rows; r++) {
            hide((first + r) * sharing_, sharing_, column + segment.past + token + r + 1, end);
            if (config_.window(layer_) > 0) hideOld(segment, token + r, (first + r) * sharing_, column, prefix);
            for (int i = (first + r) * sharing_; i < (first + r + 1) * sharing_; i++)
                sums_[i] = kernels_.softmax(scores_ + size_t(i) * plan_.columns, end, scale);
        }
    }

    /** Hides what has left the window of a row: the oldest tokens of the prefix, then of its own segment. */
    void hideOld(const Segment& segment, int token, int first, int column,
                 const std::vector<AttentionPlan::Part>& prefix) {
        int hidden = segment.position + segment.past + token + 1 - config_.window(layer_);
        for (size_t i = 0; i < prefix.size() && hidden > 0; i++) {
            int begin = static_cast<int>(i) * panel_;
            hide(first, sharing_, begin, begin + std::min(hidden, prefix[i].tokens));
            hidden -= prefix[i].tokens;
        }
        if (hidden > 0) hide(first, sharing_, column, column + hidden);
    }

    void store(const AttentionPlan::Block& block, float* logSumExp) {
        for (int r = 0; r < block.rows * sharing_; r++)
            logSumExp[place(block, r)] = sums_[r].max + std::log(sums_[r].sum);
    }

    void mix(int page, int tokens, int first, int rows, int column, bool accumulate) {
        pairs_ += int64_t(rows) * tokens;
        for (int d = 0; d < size_; d += kernels_.panel)
            kernels_.gemm(scores_ + size_t(first) * plan_.columns + column, plan_.columns,
                          pages_.values(page, layer_, head_) + d, size_, tokens, out_ + size_t(first) * size_ + d,
                          size_, rows, std::min(kernels_.panel, size_ - d), accumulate);
    }

    const Kernels& kernels_;
    const Config& config_;
    const Batch& batch_;
    const AttentionPlan& plan_;
    const Pages& pages_;
    const int layer_, head_, panel_, sharing_, size_;
    float* const queries_;
    float* const out_;
    SoftmaxStats* const sums_;
    float* const scores_;
    int64_t pairs_ = 0;
};

}  // namespace

AttentionPlan::AttentionPlan(const Config& config, const Batch& batch, int tokensPerPage, int threads) {
    rowsPerBlock = std::clamp(batch.rows() * config.keyValueHeads / (4 * threads), 1, MAX_ROWS);
    int parent = -2;
    for (size_t s = 0; s < batch.segments.size(); s++) {
        const Segment& segment = batch.segments[s];
        if (segment.length == 0) continue;
        if (segment.parent != parent) {
            prefixes.push_back(prefixOf(batch, segment.parent, tokensPerPage));
            parent = segment.parent;
        }
        int prefix = static_cast<int>(prefixes.size()) - 1;
        int pages = static_cast<int>(prefixes.back().size()) + pagesOf(segment.total(), tokensPerPage);
        columns = std::max(columns, pages * tokensPerPage);
        for (int done = 0; done < segment.length;) {
            bool joins = !blocks.empty() && blocks.back().prefix == prefix && blocks.back().rows < rowsPerBlock
                         && blocks.back().firstRow + blocks.back().rows == segment.start + done;
            if (!joins) blocks.push_back({prefix, static_cast<int>(s), segment.start + done, 0});
            int rows = std::min(rowsPerBlock - blocks.back().rows, segment.length - done);
            blocks.back().rows += rows;
            done += rows;
        }
    }
}

size_t AttentionPlan::scratchBytes(const Config& config) const {
    size_t rows = size_t(rowsPerBlock) * config.sharing();
    return rows * ((2 * size_t(config.headSize) + columns) * sizeof(float) + sizeof(SoftmaxStats));
}

void attend(Compute& compute, const Config& config, const Batch& batch, const AttentionPlan& plan, const Pages& pages,
            int layer, const float* queries, ptrdiff_t stride, float* mixed, float* logSumExp) {
    compute.ensureScratch(plan.scratchBytes(config));
    compute.pool.run(static_cast<int>(plan.blocks.size()) * config.keyValueHeads, [&](int task, int worker) {
        Strip strip(compute.kernels, config, batch, plan, pages, layer, task % config.keyValueHeads,
                    compute.scratch[worker].as<float>());
        strip.run(plan.blocks[task / config.keyValueHeads], queries, stride, mixed, logSumExp);
        compute.count(strip.pairs(), config.headSize, 1);
    });
}

}  // namespace rpt
