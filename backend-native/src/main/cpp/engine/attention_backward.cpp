#include <algorithm>
#include <cmath>
#include <cstring>

#include "attention.h"

namespace rpt {

namespace {

constexpr int ROWS = 48;

/** A stretch of keys of one segment, at most a panel, and the rows that see it. */
struct KeyBlock {
    int firstKey;
    int keys;
    int lastRow;  // end of the segment's subtree: rows from firstKey on see at least one of the keys
};

/** Rows of one segment, whose keys are a list of key blocks. */
struct QueryBlock {
    int segment;
    int firstRow;
    int rows;
};

/**
 * Recomputes scores, one panel of keys at a time; P = exp(S - logSumExp), dS = P (dP - sum of dO O). One
 * pass over key blocks collects dK and dV from all rows that see them, a second one over query blocks collects dQ, so
 * no two threads add to the same element.
 */
class AttentionGradient {
public:
    AttentionGradient(Compute& compute, const Config& config, const Batch& batch, const float* fused, ptrdiff_t stride,
                      const float* mixed, const float* logSumExp, const float* dMixed, float* dFused, int window,
                      AttentionWorkspace& workspace)
        : compute_(compute),
          kernels_(compute.kernels),
          config_(config),
          batch_(batch),
          fused_(fused),
          stride_(stride),
          logSumExp_(logSumExp),
          dMixed_(dMixed),
          dFused_(dFused),
          size_(config.headSize),
          panel_(compute.kernels.panel),
          sharing_(config.sharing()),
          scale_(config.scale()),
          window_(window),
          positions_(positionsOf(batch)),
          packed_(workspace.packed),
          products_(workspace.products) {
        findBlocks();
        packKeys();
        sumProducts(mixed);
        compute_.ensureScratch((size_t(4) * ROWS * panel_ + size_t(std::max(2 * panel_, ROWS)) * size_)
                               * sizeof(float));
    }

    void run() {
        int heads = config_.keyValueHeads;
        compute_.pool.run(static_cast<int>(keyBlocks_.size()) * heads, [&](int task, int worker) {
            keysAndValues(task / heads, task % heads, compute_.scratch[worker].as<float>());
        });
        compute_.pool.run(static_cast<int>(queryBlocks_.size()) * heads, [&](int task, int worker) {
            queries(queryBlocks_[task / heads], task % heads, compute_.scratch[worker].as<float>());
        });
    }

private:
    void findBlocks() {
        size_t count = batch_.segments.size();
        std::vector<int> end(count);
        for (size_t s = count; s-- > 0;) {
            const Segment& segment = batch_.segments[s];
            end[s] = std::max(end[s], segment.start + segment.length);
            if (segment.parent >= 0) end[segment.parent] = std::max(end[segment.parent], end[s]);
        }
        firstBlock_.resize(count + 1);
        for (size_t s = 0; s < count; s++) {
            const Segment& segment = batch_.segments[s];
            firstBlock_[s] = static_cast<int>(keyBlocks_.size());
            for (int done = 0; done < segment.length; done += panel_)
                keyBlocks_.push_back({segment.start + done, std::min(panel_, segment.length - done), end[s]});
            for (int done = 0; done < segment.length; done += ROWS)
                queryBlocks_.push_back(
                    {static_cast<int>(s), segment.start + done, std::min(ROWS, segment.length - done)});
        }
        firstBlock_[count] = static_cast<int>(keyBlocks_.size());
    }

    /** Keys and values of every block as right-hand panels, transposed. */
    void packKeys() {
        size_t matrix = size_t(size_) * panel_;
        packed_.ensure(compute_.budget, keyBlocks_.size() * config_.keyValueHeads * 2 * matrix * sizeof(float),
                       "transposed keys and values");
        compute_.pool.run(static_cast<int>(keyBlocks_.size()), [&](int b, int) {
            for (int head = 0; head < config_.keyValueHeads; head++) {
                kernels_.packRows(key(keyBlocks_[b].firstKey, head), stride_, keyBlocks_[b].keys, size_,
                                  packedKeys(b, head));
                kernels_.packRows(value(keyBlocks_[b].firstKey, head), stride_, keyBlocks_[b].keys, size_,
                                  packedKeys(b, head) + matrix);
            }
        });
    }

    void sumProducts(const float* mixed) {
        size_t rows = size_t(batch_.rows()) * config_.heads;
        products_.ensure(compute_.budget, rows * sizeof(float), "attention gradients");
        compute_.pool.run(batch_.rows(), [&](int row, int) {
            for (int h = 0; h < config_.heads; h++) {
                size_t at = size_t(row) * config_.heads + h;
                products_.as<float>()[at] = kernels_.dot(mixed + at * size_, dMixed_ + at * size_, size_);
            }
        });
    }

    const float* query(int row, int head) const { return fused_ + row * stride_ + size_t(head) * size_; }
    const float* key(int row, int head) const { return query(row, config_.heads + head); }
    const float* value(int row, int head) const { return key(row, config_.keyValueHeads + head); }
    const float* dMixed(int row, int head) const { return dMixed_ + (size_t(row) * config_.heads + head) * size_; }
    float* packedKeys(int block, int head) const {
        return packed_.as<float>() + (size_t(block) * config_.keyValueHeads + head) * 2 * size_ * panel_;
    }

    /** p[rows][panel] = P and d[rows][panel] = dS of rows against the keys of a block. */
    void scores(int b, int keyHead, int row, int rows, int head, float* p, float* d) const {
        const KeyBlock& block = keyBlocks_[b];
        const float* keys = packedKeys(b, keyHead);
        kernels_.gemm(query(row, head), stride_, keys, panel_, size_, p, panel_, rows, block.keys, false);
        kernels_.gemm(dMixed(row, head), ptrdiff_t(config_.heads) * size_, keys + size_t(size_) * panel_, panel_, size_,
                      d, panel_, rows, block.keys, false);
        for (int r = 0; r < rows; r++) {
            float* pr = p + size_t(r) * panel_;
            float* dr = d + size_t(r) * panel_;
            size_t at = size_t(row + r) * config_.heads + head;
            int seen = std::clamp(row + r - block.firstKey + 1, 0, block.keys);
            kernels_.expShifted(pr, seen, scale_, logSumExp_[at]);
            float product = products_.as<float>()[at];
            for (int c = 0; c < seen; c++) dr[c] = pr[c] * (dr[c] - product) * scale_;
            for (int c = seen; c < block.keys; c++) pr[c] = dr[c] = 0;
            int old = window_ > 0 ? positions_[row + r] + 1 - window_ - positions_[block.firstKey] : 0;
            for (int c = 0; c < std::min(old, block.keys); c++) pr[c] = dr[c] = 0;
        }
    }

    void keysAndValues(int b, int keyHead, float* scratch) {
        const KeyBlock& block = keyBlocks_[b];
        size_t tile = size_t(ROWS) * panel_;
        float *p = scratch, *d = p + tile, *pTurned = d + tile, *dTurned = pTurned + tile;
        float *dKey = dTurned + tile, *dValue = dKey + size_t(panel_) * size_;
        std::memset(dKey, 0, size_t(2) * panel_ * size_ * sizeof(float));
        // Scores, their gradients, and what they give keys and values: four products.
        compute_.count(int64_t(4) * (block.lastRow - block.firstKey) * sharing_, size_, block.keys);
        for (int row = block.firstKey; row < block.lastRow; row += ROWS) {
            int rows = std::min(ROWS, block.lastRow - row);
            for (int head = keyHead * sharing_; head < (keyHead + 1) * sharing_; head++) {
                scores(b, keyHead, row, rows, head, p, d);
                kernels_.transpose(p, panel_, rows, block.keys, pTurned, ROWS);
                kernels_.transpose(d, panel_, rows, block.keys, dTurned, ROWS);
                add(pTurned, ROWS, dMixed(row, head), ptrdiff_t(config_.heads) * size_, rows, dValue, block.keys);
                add(dTurned, ROWS, query(row, head), stride_, rows, dKey, block.keys);
            }
        }
        for (int k = 0; k < block.keys; k++) {
            float* target = dFused_ + (block.firstKey + k) * stride_ + size_t(config_.heads + keyHead) * size_;
            std::memcpy(target, dKey + size_t(k) * size_, size_ * sizeof(float));
            std::memcpy(target + config_.keyWidth(), dValue + size_t(k) * size_, size_ * sizeof(float));
        }
    }

    void queries(const QueryBlock& block, int keyHead, float* scratch) {
        size_t tile = size_t(ROWS) * panel_;
        float *p = scratch, *d = p + tile, *dQuery = d + tile;
        int64_t keys = 0;
        for (int head = keyHead * sharing_; head < (keyHead + 1) * sharing_; head++) {
            std::memset(dQuery, 0, size_t(block.rows) * size_ * sizeof(float));
            for (int s = block.segment; s >= 0; s = batch_.segments[s].parent)
                for (int b = firstBlock_[s]; b < firstBlock_[s + 1]; b++) {
                    if (keyBlocks_[b].firstKey >= block.firstRow + block.rows) break;
                    keys += keyBlocks_[b].keys;
                    scores(b, keyHead, block.firstRow, block.rows, head, p, d);
                    add(d, panel_, key(keyBlocks_[b].firstKey, keyHead), stride_, keyBlocks_[b].keys, dQuery,
                        block.rows);
                }
            for (int r = 0; r < block.rows; r++)
                std::memcpy(dFused_ + (block.firstRow + r) * stride_ + size_t(head) * size_, dQuery + size_t(r) * size_,
                            size_ * sizeof(float));
        }
        compute_.count(int64_t(3) * block.rows, size_, keys);
    }

    /** sum[rows][size] += a[rows][k] b[k][size]. */
    void add(const float* a, ptrdiff_t lda, const float* b, ptrdiff_t ldb, int k, float* sum, int rows) const {
        for (int c = 0; c < size_; c += panel_)
            kernels_.gemm(a, lda, b + c, ldb, k, sum + c, size_, rows, std::min(panel_, size_ - c), true);
    }

    Compute& compute_;
    const Kernels& kernels_;
    const Config& config_;
    const Batch& batch_;
    const float* const fused_;
    const ptrdiff_t stride_;
    const float* const logSumExp_;
    const float* const dMixed_;
    float* const dFused_;
    const int size_, panel_, sharing_;
    const float scale_;
    const int window_;
    const std::vector<int> positions_;
    Block& packed_;
    Block& products_;
    std::vector<KeyBlock> keyBlocks_;
    std::vector<QueryBlock> queryBlocks_;
    std::vector<int> firstBlock_;
};

}  // namespace

void attendBackward(Compute& compute, const Config& config, const Batch& batch, const float* fused, ptrdiff_t stride,
                    const float* mixed, const float* logSumExp, const float* dMixed, float* dFused, int window,
                    AttentionWorkspace& workspace) {
    AttentionGradient(compute, config, batch, fused, stride, mixed, logSumExp, dMixed, dFused, window, workspace).run();
}

}  // namespace rpt
