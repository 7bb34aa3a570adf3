#include <algorithm>
#include <cmath>
#include <cstring>

#include "attention.h"

namespace rpt {

namespace {

constexpr int ROWS = 48;

/** A stretch of keys of one segment, at most a panel, and the rows that see it. */
struct KeyBlock {
    /** Keys and values of the first key head, and where their gradients go, rows `stride` apart. */
    const float *key, *value;
    float *dKey, *dValue;
    ptrdiff_t stride;
    int keys;
    int position;  // of the first key
    /** Row that sees the first key only, the next row two keys, and so on; before firstRow if it sees all of them. */
    int diagonal;
    int firstRow, lastRow;  // the rows that see at least one of the keys
    bool isShared;          // gradients are added to those that other batches gave
};

/** Rows of one segment, whose keys are a list of key blocks. */
struct QueryBlock {
    int segment;
    int firstRow;
    int rows;
};

/**
 * Factors of products in bfloat16: of each key block and head, keys and values as right-hand panels and keys in pairs of
 * tokens; of each row and head, queries and gradients of the mixture, side by side and in pairs of rows.
 */
class NarrowFactors {
public:
    NarrowFactors(const Config& config, int panel, int keyBlocks, int rows)
        : size_(config.headSize),
          step_(size_ + size_ % 2),
          panel_(panel),
          heads_(config.heads),
          keyHeads_(config.keyValueHeads),
          rowStart_(size_t(keyBlocks) * keyHeads_ * blockSize()),
          pairStart_(rowStart_ + size_t(2) * rows * heads_ * step_),
          pairs_((rows + 1) / 2) {}

    size_t bytes() const { return (pairStart_ + size_t(4) * pairs_ * heads_ * size_) * sizeof(bf16); }
    void place(bf16* memory) { memory_ = memory; }
    /** Elements from head to head, and those from row to row. */
    ptrdiff_t step() const { return step_; }
    ptrdiff_t rowStep() const { return ptrdiff_t(heads_) * step_; }

    bf16* keys(int block, int head) const { return memory_ + (size_t(block) * keyHeads_ + head) * blockSize(); }
    bf16* values(int block, int head) const { return keys(block, head) + size_t(step_) * panel_; }
    bf16* keyPairs(int block, int head) const { return values(block, head) + size_t(step_) * panel_; }
    bf16* query(int row, int head) const { return memory_ + rowStart_ + (size_t(row) * heads_ + head) * step_; }
    bf16* dMixed(int row, int head) const { return query(row, head) + (pairStart_ - rowStart_) / 2; }
    /** Of an even row and the next. */
    bf16* queryPairs(int row, int head) const {
        return memory_ + pairStart_ + (size_t(head) * pairs_ + row / 2) * 2 * size_;
    }
    bf16* dMixedPairs(int row, int head) const { return queryPairs(row, head) + size_t(heads_) * pairs_ * 2 * size_; }

private:
    size_t blockSize() const { return size_t(panel_) * (2 * size_t(step_) + size_); }

    int size_, step_, panel_, heads_, keyHeads_;
    size_t rowStart_, pairStart_;
    size_t pairs_;
    bf16* memory_ = nullptr;
};

/** pairs[n][2] = two rows, the second one 0 if null. */
void interleave(const bf16* even, const bf16* odd, int n, bf16* pairs) {
    for (int i = 0; i < n; i++) {
        pairs[2 * i] = even[i];
        pairs[2 * i + 1] = odd ? odd[i] : 0;
    }
}

/**
 * Recomputes scores, one panel of keys at a time; P = exp(S - logSumExp), dS = P (dP - sum of dO O). One
 * pass over key blocks collects dK and dV from all rows that see them, a second one over query blocks collects dQ, so
 * no two threads add to the same element.
 */
class AttentionGradient {
public:
    AttentionGradient(Compute& compute, const Config& config, const Batch& batch, const float* fused, ptrdiff_t stride,
                      const float* mixed, const float* logSumExp, const float* dMixed, float* dFused,
                      int window, const SharedKeys& shared, AttentionWorkspace& workspace)
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
          isNarrow_(compute.attention == Precision::BF16),
          positions_(positionsOf(batch)),
          packed_(workspace.packed),
          products_(workspace.products),
          narrow_(config, panel_, findBlocks(shared), batch.rows()) {
        compute_.ensureScratch((size_t(4) * ROWS * panel_ + size_t(std::max(2 * panel_, ROWS)) * size_)
                               * sizeof(float));
        isNarrow_ ? packNarrow() : packKeys();
        sumProducts(mixed);
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
    /** Returns the number of key blocks. */
    int findBlocks(const SharedKeys& shared) {
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
            for (int done = 0; done < segment.past; done += panel_)
                addShared(segment, shared, done, end[s]);
            for (int done = 0; done < segment.length; done += panel_) addOwn(segment, done, end[s]);
            for (int done = 0; done < segment.length; done += ROWS)
                queryBlocks_.push_back(
                    {static_cast<int>(s), segment.start + done, std::min(ROWS, segment.length - done)});
        }
        return firstBlock_[count] = static_cast<int>(keyBlocks_.size());
    }

    void addOwn(const Segment& segment, int done, int end) {
        int row = segment.start + done, width = config_.keyWidth();
        const float* key = fused_ + row * stride_ + config_.queryWidth();
        float* dKey = dFused_ + row * stride_ + config_.queryWidth();
        keyBlocks_.push_back({key, key + width, dKey, dKey + width, stride_, std::min(panel_, segment.length - done),
                              segment.position + done, row, row, end, false});
    }

    void addShared(const Segment& segment, const SharedKeys& shared, int done, int end) {
        int width = config_.keyWidth();
        size_t at = size_t(shared.rows[&segment - batch_.segments.data()] + done) * 2 * width;
        const float* key = shared.values + at;
        float* dKey = shared.gradients + at;
        keyBlocks_.push_back({key, key + width, dKey, dKey + width, 2 * ptrdiff_t(width),
                              std::min(panel_, segment.past - done), segment.position + done,
                              segment.start - panel_, segment.start, end, true});
    }

    /** Keys and values of every block as right-hand panels, transposed. */
    void packKeys() {
        size_t matrix = size_t(size_) * panel_;
        packed_.ensure(compute_.budget, keyBlocks_.size() * config_.keyValueHeads * 2 * matrix * sizeof(float),
                       "transposed keys and values");
        compute_.pool.run(static_cast<int>(keyBlocks_.size()), [&](int b, int) {
            for (int head = 0; head < config_.keyValueHeads; head++) {
                const KeyBlock& block = keyBlocks_[b];
                kernels_.packRows(block.key + head * size_, block.stride, block.keys, size_, packedKeys(b, head));
                kernels_.packRows(block.value + head * size_, block.stride, block.keys, size_,
                                  packedKeys(b, head) + matrix);
            }
        });
    }

    void packNarrow() {
        packed_.ensure(compute_.budget, narrow_.bytes(), "rounded queries, keys and values");
        narrow_.place(packed_.as<bf16>());
        compute_.pool.run(static_cast<int>(keyBlocks_.size()), [&](int b, int worker) {
            const KeyBlock& block = keyBlocks_[b];
            bf16* rounded = compute_.scratch[worker].as<bf16>();
            for (int head = 0; head < config_.keyValueHeads; head++) {
                const float *key = block.key + head * size_, *value = block.value + head * size_;
                kernels_.packRowsBf16(key, block.stride, block.keys, size_, narrow_.keys(b, head));
                kernels_.packRowsBf16(value, block.stride, block.keys, size_, narrow_.values(b, head));
                for (int k = 0; k < block.keys; k++)
                    kernels_.toBf16(key + k * block.stride, size_, rounded + size_t(k) * size_);
                for (int k = 0; k < block.keys; k += 2)
                    interleave(rounded + size_t(k) * size_, k + 1 < block.keys ? rounded + size_t(k + 1) * size_ : nullptr,
                               size_, narrow_.keyPairs(b, head) + size_t(k) * size_);
            }
        });
        compute_.pool.run((batch_.rows() + 1) / 2, [&](int pair, int) {
            int first = 2 * pair, last = std::min(first + 1, batch_.rows() - 1);
            for (int row = first; row <= last; row++)
                for (int head = 0; head < config_.heads; head++) {
                    bf16 *query = narrow_.query(row, head), *dMixed = narrow_.dMixed(row, head);
                    kernels_.toBf16(this->query(row, head), size_, query);
                    kernels_.toBf16(this->dMixed(row, head), size_, dMixed);
                    if (size_ % 2) query[size_] = dMixed[size_] = 0;
                }
            for (int head = 0; head < config_.heads; head++) {
                bool isPair = last > first;
                interleave(narrow_.query(first, head), isPair ? narrow_.query(last, head) : nullptr, size_,
                           narrow_.queryPairs(first, head));
                interleave(narrow_.dMixed(first, head), isPair ? narrow_.dMixed(last, head) : nullptr, size_,
                           narrow_.dMixedPairs(first, head));
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
    const float* dMixed(int row, int head) const { return dMixed_ + (size_t(row) * config_.heads + head) * size_; }
    float* packedKeys(int block, int head) const {
        return packed_.as<float>() + (size_t(block) * config_.keyValueHeads + head) * 2 * size_ * panel_;
    }

    /** p[rows][panel] = P and d[rows][panel] = dS of rows against the keys of a block. */
    void scores(int b, int keyHead, int row, int rows, int head, float* p, float* d) const {
        const KeyBlock& block = keyBlocks_[b];
        if (isNarrow_) {
            kernels_.gemmBf16(narrow_.query(row, head), narrow_.rowStep(), narrow_.keys(b, keyHead), size_, p, panel_,
                              rows, block.keys, false);
            kernels_.gemmBf16(narrow_.dMixed(row, head), narrow_.rowStep(), narrow_.values(b, keyHead), size_, d,
                              panel_, rows, block.keys, false);
        } else {
            const float* keys = packedKeys(b, keyHead);
            kernels_.gemm(query(row, head), stride_, keys, panel_, size_, p, panel_, rows, block.keys, false);
            kernels_.gemm(dMixed(row, head), ptrdiff_t(config_.heads) * size_, keys + size_t(size_) * panel_, panel_,
                          size_, d, panel_, rows, block.keys, false);
        }
        for (int r = 0; r < rows; r++) {
            float* pr = p + size_t(r) * panel_;
            float* dr = d + size_t(r) * panel_;
            size_t at = size_t(row + r) * config_.heads + head;
            int seen = row + r < block.firstRow ? 0 : std::clamp(row + r - block.diagonal + 1, 0, block.keys);
            kernels_.softmaxBackward(pr, dr, seen, panel_, scale_, logSumExp_[at], products_.as<float>()[at]);
            int old = window_ > 0 ? positions_[row + r] + 1 - window_ - block.position : 0;
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
        compute_.count(int64_t(4) * (block.lastRow - block.firstRow) * sharing_, size_, block.keys);
        // Narrow rows come in pairs, so blocks of them start at an even one.
        for (int row = block.firstRow - block.firstRow % 2; row < block.lastRow; row += ROWS) {
            int rows = std::min(ROWS, block.lastRow - row);
            for (int head = keyHead * sharing_; head < (keyHead + 1) * sharing_; head++) {
                scores(b, keyHead, row, rows, head, p, d);
                if (isNarrow_) {
                    bf16 *pNarrow = reinterpret_cast<bf16*>(pTurned), *dNarrow = reinterpret_cast<bf16*>(dTurned);
                    kernels_.transposeBf16(p, panel_, rows, block.keys, pNarrow, ROWS);
                    kernels_.transposeBf16(d, panel_, rows, block.keys, dNarrow, ROWS);
                    add(pNarrow, ROWS, narrow_.dMixedPairs(row, head), rows, dValue, block.keys);
                    add(dNarrow, ROWS, narrow_.queryPairs(row, head), rows, dKey, block.keys);
                    continue;
                }
                kernels_.transpose(p, panel_, rows, block.keys, pTurned, ROWS);
                kernels_.transpose(d, panel_, rows, block.keys, dTurned, ROWS);
                add(pTurned, ROWS, dMixed(row, head), ptrdiff_t(config_.heads) * size_, rows, dValue, block.keys);
                add(dTurned, ROWS, query(row, head), stride_, rows, dKey, block.keys);
            }
        }
        for (int k = 0; k < block.keys; k++) {
            ptrdiff_t at = k * block.stride + keyHead * size_;
            keep(block, dKey + size_t(k) * size_, block.dKey + at);
            keep(block, dValue + size_t(k) * size_, block.dValue + at);
        }
    }

    void keep(const KeyBlock& block, const float* sum, float* target) const {
        if (block.isShared) kernels_.axpy(1, sum, size_, target);
        else std::memcpy(target, sum, size_ * sizeof(float));
    }

    void queries(const QueryBlock& block, int keyHead, float* scratch) {
        size_t tile = size_t(ROWS) * panel_;
        float *p = scratch, *d = p + tile, *dQuery = d + tile;
        bf16* dNarrow = reinterpret_cast<bf16*>(dQuery + size_t(ROWS) * size_);
        int64_t keys = 0;
        for (int head = keyHead * sharing_; head < (keyHead + 1) * sharing_; head++) {
            std::memset(dQuery, 0, size_t(block.rows) * size_ * sizeof(float));
            for (int s = block.segment; s >= 0; s = batch_.segments[s].parent)
                for (int b = firstBlock_[s]; b < firstBlock_[s + 1]; b++) {
                    if (keyBlocks_[b].diagonal >= block.firstRow + block.rows) break;
                    keys += keyBlocks_[b].keys;
                    scores(b, keyHead, block.firstRow, block.rows, head, p, d);
                    if (isNarrow_) {
                        kernels_.toBf16(d, block.rows * panel_, dNarrow);
                        add(dNarrow, panel_, narrow_.keyPairs(b, keyHead), keyBlocks_[b].keys, dQuery, block.rows);
                        continue;
                    }
                    add(d, panel_, keyBlocks_[b].key + keyHead * size_, keyBlocks_[b].stride, keyBlocks_[b].keys, dQuery,
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

    /** The same with b in pairs of k. */
    void add(const bf16* a, ptrdiff_t lda, const bf16* b, int k, float* sum, int rows) const {
        kernels_.gemmPairs(a, lda, b, 2 * ptrdiff_t(size_), k, sum, size_, rows, size_, true);
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
    const bool isNarrow_;
    const std::vector<int> positions_;
    Block& packed_;
    Block& products_;
    std::vector<KeyBlock> keyBlocks_;
    std::vector<QueryBlock> queryBlocks_;
    std::vector<int> firstBlock_;
    NarrowFactors narrow_;
};

}  // namespace

void attendBackward(Compute& compute, const Config& config, const Batch& batch, const float* fused, ptrdiff_t stride,
                    const float* mixed, const float* logSumExp, const float* dMixed, float* dFused,
                    int window, const SharedKeys& shared, AttentionWorkspace& workspace) {
    AttentionGradient(compute, config, batch, fused, stride, mixed, logSumExp, dMixed, dFused, window, shared, workspace)
        .run();
}

}  // namespace rpt
