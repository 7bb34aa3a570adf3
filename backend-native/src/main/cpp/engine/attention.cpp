#include "attention.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace rpt {

namespace {

constexpr int MAX_ROWS = 16;
// Rows of scores that are worth a block: more of them do not make products faster.
constexpr int MAX_QUERIES = 48;

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
            parts.push_back(
                {segment.pages[page], std::min(tokensPerPage, segment.total() - done), segment.position + done});
    }
    return parts;
}

/**
 * One block of rows and one key head. Goes over the keys tile by tile: a tile is the same stretch of a row's keys
 * whatever block the row is in, so a row has the same bits in every block.
 */
class Strip {
public:
    Strip(const Kernels& kernels, const Config& config, const Batch& batch, const AttentionPlan& plan,
          const Pages& pages, int layer, int head, char* scratch)
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
          width_(ptrdiff_t(TILE_PAGES) * panel_),
          queries_(scratch),
          out_(reinterpret_cast<float*>(queries_ + queryRows() * step() * sizeof(float))),
          stats_(reinterpret_cast<SoftmaxStats*>(out_ + queryRows() * size_)),
          scores_(reinterpret_cast<float*>(stats_ + queryRows())) {}

    /** Rows times keys of all products so far. */
    int64_t pairs() const { return pairs_; }

    void run(const AttentionPlan::Block& block, const AttentionInput& in, float* mixed, float* logSumExp) {
        block_ = &block;
        prefix_ = &plan_.prefixes[block.prefix];
        writeOwn(in);
        readQueries(in);
        gone_ = goneTokens();
        std::fill_n(stats_, size_t(block.rows) * sharing_, SoftmaxStats{});
        std::memset(out_, 0, size_t(block.rows) * sharing_ * size_ * sizeof(float));
        for (int tile = 0; tile < tiles(); tile++) addTile(tile);
        for (int r = 0; r < block.rows * sharing_; r++) {
            kernels_.scaled(1 / stats_[r].sum, out_ + size_t(r) * size_, size_, mixed + place(r) * size_);
            if (logSumExp) logSumExp[place(r)] = stats_[r].max * config_.scale() + std::log(stats_[r].sum);
        }
    }

private:
    static constexpr int TILE_PAGES = AttentionPlan::TILE_PAGES;

    /** New rows of a segment in the block. */
    struct Own {
        const Segment& segment;
        int token;  // the first one, among the new tokens of the segment
        int first;  // its place in the block
        int rows;

        /** Tokens of the segment that the row sees. */
        int seen(int row) const { return segment.past + token + row + 1; }
        int mostSeen() const { return seen(rows - 1); }
    };

    size_t queryRows() const { return size_t(plan_.rowsPerBlock) * sharing_; }

    /** Index of a row of scores among the heads of all rows. */
    size_t place(int r) const {
        return size_t(block_->firstRow + r / sharing_) * config_.heads + head_ * sharing_ + r % sharing_;
    }

    template <class Visit>
    void eachOwn(Visit visit) const {
        int done = 0;
        for (int s = block_->firstSegment; done < block_->rows; s++) {
            const Segment& segment = batch_.segments[s];
            int from = block_->firstRow + done - segment.start;
            int rows = std::min(segment.length - from, block_->rows - done);
            if (rows <= 0) continue;
            visit(Own{segment, from, done, rows});
            done += rows;
        }
    }

    /** Stores keys and values that no other block reads. */
    void writeOwn(const AttentionInput& in) const {
        eachOwn([&](const Own& own) {
            if (plan_.isPrivate[&own.segment - batch_.segments.data()])
                pages_.write(kernels_, own.segment, 0, own.rows, layer_, head_, in.keys, in.values, in.stride);
        });
    }

    void readQueries(const AttentionInput& in) {
        for (int r = 0; r < block_->rows * sharing_; r++) {
            const float* query = in.queries + (block_->firstRow + r / sharing_) * in.stride
                                 + (size_t(head_) * sharing_ + r % sharing_) * size_;
            if (pages_.areNarrow()) {
                bf16* narrow = reinterpret_cast<bf16*>(queries_) + r * step();
                kernels_.toBf16(query, size_, narrow);
                if (size_ % 2) narrow[size_] = 0;
            } else {
                std::memcpy(reinterpret_cast<float*>(queries_) + r * step(), query, size_ * sizeof(float));
            }
        }
    }

    /** Elements from query to query. */
    ptrdiff_t step() const { return pages_.areNarrow() ? size_ + size_ % 2 : size_; }

    int prefixPages() const { return static_cast<int>(prefix_->size()); }

    /** Tiles up to the last token that a row sees. */
    int tiles() const {
        int pages = 0;
        eachOwn([&](const Own& own) { pages = std::max(pages, pagesOf(own.mostSeen(), panel_)); });
        return (prefixPages() + pages + TILE_PAGES - 1) / TILE_PAGES;
    }

    /** First tokens that have left the window of every row. */
    int goneTokens() const {
        int window = config_.window(layer_);
        if (window == 0) return 0;
        int gone = config_.context;
        eachOwn([&](const Own& own) { gone = std::min(gone, own.segment.position + own.seen(0) - window); });
        return gone;
    }

    /** Whether no row sees anything of a page; pages are counted from the first of the prefix. */
    bool isGone(const Own& own, int page) const {
        return gone_ > 0 && own.segment.position + (page - prefixPages() + 1) * panel_ <= gone_;
    }
    bool isGone(const AttentionPlan::Part& part) const { return gone_ > 0 && part.position + part.tokens <= gone_; }

    bool isTileGone(int tile) const {
        int last = (tile + 1) * TILE_PAGES - 1;
        if (last < prefixPages()) return isGone((*prefix_)[last]);
        bool all = true;
        eachOwn([&](const Own& own) { all = all && isGone(own, last); });
        return all;
    }

    /** Calls visit(part of a segment, first row of scores, rows, first column) for the pages of a tile. */
    template <class Visit>
    void eachPage(int tile, Visit visit) const {
        int first = tile * TILE_PAGES, end = first + TILE_PAGES;
        for (int page = first; page < std::min(end, prefixPages()); page++)
            if (!isGone((*prefix_)[page])) visit((*prefix_)[page], 0, block_->rows * sharing_, (page - first) * panel_);
        eachOwn([&](const Own& own) {
            for (int page = std::max(first, prefixPages()); page < std::min(end, ownEnd(own)); page++)
                if (!isGone(own, page))
                    visit(partOf(own, page), own.first * sharing_, own.rows * sharing_, (page - first) * panel_);
        });
    }

    /** The page behind the last one of which a row sees something. */
    int ownEnd(const Own& own) const { return prefixPages() + pagesOf(own.mostSeen(), panel_); }

    AttentionPlan::Part partOf(const Own& own, int page) const {
        int done = (page - prefixPages()) * panel_;
        return {own.segment.pages[page - prefixPages()], std::min(panel_, own.mostSeen() - done),
                own.segment.position + done};
    }

    void addTile(int tile) {
        if (isTileGone(tile)) return;
        eachPage(tile, [&](const AttentionPlan::Part& part, int first, int rows, int column) {
            pairs_ += int64_t(2) * rows * part.tokens;
            score(part, first, rows, column);
        });
        eachOwn([&](const Own& own) { normalise(own, tile * TILE_PAGES); });
        eachPage(tile, [&](const AttentionPlan::Part& part, int first, int rows, int column) {
            mix(part, first, rows, column);
        });
    }

    float* scores(int row) const { return scores_ + row * width_; }

    void score(const AttentionPlan::Part& part, int first, int rows, int column) const {
        float* target = scores(first) + column;
        if (pages_.areNarrow())
            kernels_.gemmBf16(reinterpret_cast<const bf16*>(queries_) + first * step(), step(),
                              pages_.keys<bf16>(part.page, layer_, head_), size_, target, width_, rows, part.tokens,
                              false);
        else
            kernels_.gemm(reinterpret_cast<const float*>(queries_) + first * step(), step(),
                          pages_.keys<float>(part.page, layer_, head_), panel_, size_, target, width_, rows,
                          part.tokens, false);
    }

    /** Turns the scores of a tile from a page on into factors of values, and makes earlier results fit to them. */
    void normalise(const Own& own, int firstPage) {
        int shared = std::clamp(prefixPages() - firstPage, 0, TILE_PAGES);
        int width = std::min(TILE_PAGES, ownEnd(own) - firstPage) * panel_;
        if (width <= 0) return;
        // Where the tokens of the segment would begin in the tile.
        int begin = (prefixPages() - firstPage) * panel_;
        for (int r = 0; r < own.rows; r++) {
            int seen = std::clamp(begin + own.seen(r), 0, width);
            int hidden = config_.window(layer_) > 0 ? own.segment.position + own.seen(r) - config_.window(layer_) : 0;
            for (int i = (own.first + r) * sharing_; i < (own.first + r + 1) * sharing_; i++) {
                float* x = scores(i);
                for (int p = 0; p < shared; p++) {
                    const AttentionPlan::Part& part = (*prefix_)[firstPage + p];
                    hide(x, p * panel_, p * panel_ + std::min(hidden - part.position, part.tokens));
                    hide(x, p * panel_ + part.tokens, (p + 1) * panel_);
                }
                hide(x, std::max(0, begin), std::min(seen, begin + hidden - own.segment.position));
                float factor = pages_.areNarrow()
                                   ? kernels_.softmaxTileBf16(x, seen, width, config_.scale(), stats_[i])
                                   : kernels_.softmaxTile(x, seen, width, config_.scale(), stats_[i]);
                float* out = out_ + size_t(i) * size_;
                if (factor != 1) kernels_.scaled(factor, out, size_, out);
            }
        }
    }

    static void hide(float* x, int from, int to) {
        if (from < to) std::fill(x + from, x + to, -INFINITY);
    }

    void mix(const AttentionPlan::Part& part, int first, int rows, int column) const {
        float* out = out_ + size_t(first) * size_;
        if (pages_.areNarrow()) {
            kernels_.gemmPairs(reinterpret_cast<const bf16*>(scores(first)) + column, 2 * width_,
                               pages_.values<bf16>(part.page, layer_, head_), 2 * size_, part.tokens, out, size_, rows,
                               size_, true);
            return;
        }
        for (int d = 0; d < size_; d += kernels_.panel)
            kernels_.gemm(scores(first) + column, width_, pages_.values<float>(part.page, layer_, head_) + d, size_,
                          part.tokens, out + d, size_, rows, std::min(kernels_.panel, size_ - d), true);
    }

    const Kernels& kernels_;
    const Config& config_;
    const Batch& batch_;
    const AttentionPlan& plan_;
    const Pages& pages_;
    const int layer_, head_, panel_, sharing_, size_;
    const ptrdiff_t width_;  // columns of a tile
    char* const queries_;
    float* const out_;
    SoftmaxStats* const stats_;
    float* const scores_;
    const AttentionPlan::Block* block_ = nullptr;
    const std::vector<AttentionPlan::Part>* prefix_ = nullptr;
    int gone_ = 0;
    int64_t pairs_ = 0;
};

}  // namespace

AttentionPlan::AttentionPlan(const Config& config, const Batch& batch, int tokensPerPage, int threads)
    : isPrivate(batch.segments.size()), tokensPerPage_(tokensPerPage) {
    rowsPerBlock = rowsPerBlockOf(config, batch.rows(), threads);
    int parent = -2;
    for (size_t s = 0; s < batch.segments.size(); s++) {
        const Segment& segment = batch.segments[s];
        for (int a = segment.parent; segment.length > 0 && a >= 0; a = batch.segments[a].parent) isPrivate[a] = false;
        if (segment.length == 0) continue;
        if (segment.parent != parent) {
            prefixes.push_back(prefixOf(batch, segment.parent, tokensPerPage));
            parent = segment.parent;
        }
        int prefix = static_cast<int>(prefixes.size()) - 1;
        size_t before = blocks.size();
        bool joined = false;
        for (int done = 0; done < segment.length;) {
            bool joins = !blocks.empty() && blocks.back().prefix == prefix && blocks.back().rows < rowsPerBlock
                         && blocks.back().firstRow + blocks.back().rows == segment.start + done;
            if (!joins) blocks.push_back({prefix, static_cast<int>(s), segment.start + done, 0});
            joined = joined || (joins && done == 0);
            int rows = std::min(rowsPerBlock - blocks.back().rows, segment.length - done);
            blocks.back().rows += rows;
            done += rows;
        }
        isPrivate[s] = blocks.size() - before + joined == 1;
    }
    for (size_t s = 0; s < batch.segments.size(); s++) {
        const Segment& segment = batch.segments[s];
        if (isPrivate[s] || segment.length == 0) continue;
        for (int from = 0; from < segment.length;) {
            int to = std::min(segment.length, from + tokensPerPage - (segment.past + from) % tokensPerPage);
            writes.push_back({static_cast<int>(s), from, to});
            from = to;
        }
    }
}

int AttentionPlan::rowsPerBlockOf(const Config& config, int rows, int threads) {
    int most = std::clamp(MAX_QUERIES / config.sharing(), 1, MAX_ROWS);
    return static_cast<int>(std::clamp(int64_t(rows) * config.keyValueHeads / (4 * threads), int64_t(1), int64_t(most)));
}

size_t AttentionPlan::scratchBytes(const Config& config, int rows, int tokensPerPage, int threads) {
    return scratchBytes(config, rowsPerBlockOf(config, rows, threads), tokensPerPage);
}

size_t AttentionPlan::scratchBytes(const Config& config, int rowsPerBlock, int tokensPerPage) {
    size_t rows = size_t(rowsPerBlock) * config.sharing();
    size_t columns = size_t(TILE_PAGES) * tokensPerPage;
    return rows * ((2 * size_t(config.headSize) + 1 + columns) * sizeof(float) + sizeof(SoftmaxStats));
}

void attend(Compute& compute, const Config& config, const Batch& batch, const AttentionPlan& plan, const Pages& pages,
            int layer, const AttentionInput& in, float* mixed, float* logSumExp) {
    compute.ensureScratch(plan.scratchBytes(config));
    int heads = config.keyValueHeads;
    compute.pool.run(static_cast<int>(plan.writes.size()), [&](int task, int) {
        const AttentionPlan::Write& write = plan.writes[task];
        for (int head = 0; head < heads; head++)
            pages.write(compute.kernels, batch.segments[write.segment], write.from, write.to, layer, head, in.keys, in.values,
                        in.stride);
    });
    compute.pool.run(static_cast<int>(plan.blocks.size()) * heads, [&](int task, int worker) {
        Strip strip(compute.kernels, config, batch, plan, pages, layer, task % heads,
                    compute.scratch[worker].as<char>());
        strip.run(plan.blocks[task / heads], in, mixed, logSumExp);
        compute.count(strip.pairs(), config.headSize, 1);
    });
}

}  // namespace rpt
