#include <algorithm>
#include <optional>

#include "attention_plan.h"
#include "cuda_operations.h"
#include "errors.h"
#include "norms.h"
#include "pages.h"
#include "projection.h"

namespace rpt::cuda {

namespace {

// Bytes of partial results of attention: enough for as many splits as a device computes at a time.
constexpr size_t PARTIAL_BYTES = size_t(128) << 20;
// Thread blocks that a processor of the device runs at a time.
constexpr int BUSY = 2;

HeadRows headRows(const Config& c, const Projection& p) {
    return {.heads = c.heads,
            .keyValueHeads = c.keyValueHeads,
            .headSize = c.headSize,
            .bias = p.bias,
            .queryNorm = p.queryNorm,
            .keyNorm = p.keyNorm,
            .queryNormWidth = c.queryNormWidth(),
            .keyNormWidth = c.keyNormWidth(),
            .added = c.normAdded,
            .epsilon = c.epsilon,
            .rotary = p.rotary,
            .rotarySize = c.rotaryWidth()};
}

int mostPartials(const AttentionShape& shape) {
    return static_cast<int>(PARTIAL_BYTES / (partialFloats(shape, 1) * sizeof(float)));
}

/** Everything that depends on the batch alone, on the device from the first time that it is used. */
class CudaPlan final : public BatchPlan {
public:
    CudaPlan(const Config& config, const Batch& batch, const AttentionShape& shape, int busy, Spare& spare,
             cudaStream_t stream)
        : BatchPlan(config, batch), spare_(spare), stream_(stream) {
        AttentionPlan plan(config, batch, busy, mostPartials(shape));
        Upload in;
        size_t tokensAt = in.add(batch.tokens), positionsAt = in.add(positionsOf(batch)),
               slotsAt = in.add(plan.rowSlots), blocksAt = in.add(plan.blocks), partsAt = in.add(plan.parts),
               workAt = in.add(plan.work), prefixesAt = in.add(plan.slots), pagesAt = in.add(plan.pages);
        block_ = bring(in);
        tokens = at<int>(block_, tokensAt);
        positions = at<int>(block_, positionsAt);
        rowSlots = at<int>(block_, slotsAt);
        lists = {at<QueryBlock>(block_, blocksAt),     at<QueryPart>(block_, partsAt),
                 at<QueryWork>(block_, workAt),        at<int>(block_, prefixesAt),
                 at<int>(block_, pagesAt),             static_cast<int>(plan.blocks.size()),
                 static_cast<int>(plan.work.size()),   plan.partialCount};
        for (const QueryPart& part : plan.parts) pairs += int64_t(part.rows) * (2 * part.seen + part.rows - 1) / 2;
    }
    ~CudaPlan() override {
        spare_.give(std::move(block_));
        if (gradients_) spare_.give(std::move(gradientBlock_));
    }

    const GradientLists& gradients(const SharedKeys& shared) const {
        if (!gradients_) {
            GradientPlan plan(config, batch, shared.rows);
            Upload in;
            size_t keysAt = in.add(plan.keyBlocks), queriesAt = in.add(plan.queryBlocks),
                   chainsAt = in.add(plan.chains);
            gradientBlock_ = bring(in);
            gradients_ = {at<KeyBlock>(gradientBlock_, keysAt), at<GradientBlock>(gradientBlock_, queriesAt),
                          at<int>(gradientBlock_, chainsAt),    positions,
                          static_cast<int>(plan.keyBlocks.size()), static_cast<int>(plan.queryBlocks.size())};
        }
        return *gradients_;
    }

    const int *tokens, *positions, *rowSlots;
    AttentionLists lists;
    int64_t pairs = 0;  // of queries and keys of a head

private:
    Block bring(const Upload& in) const {
        Block block = spare_.take(in.size(), "the plan of a batch");
        in.copy(stream_, block.as<char>());
        return block;
    }
    template <class T>
    static const T* at(const Block& block, size_t offset) {
        return reinterpret_cast<const T*>(block.as<char>() + offset);
    }

    Spare& spare_;
    cudaStream_t stream_;
    Block block_;
    mutable Block gradientBlock_;
    mutable std::optional<GradientLists> gradients_;
};

const CudaPlan& cuda(const BatchPlan& plan) {
    return static_cast<const CudaPlan&>(plan);
}

}  // namespace

const int* CudaOperations::tokensOf(const BatchPlan& plan) {
    return cuda(plan).tokens;
}

AttentionShape CudaOperations::shapeOf(const Config& c, int layer) const {
    return {c.heads, c.keyValueHeads, c.headSize, c.scale(), c.window(layer)};
}

std::unique_ptr<BatchPlan> CudaOperations::plan(const Config& config, const Batch& batch) {
    // Of the gradient, which needs the most.
    size_t shared = attentionSharedBytes(config.headSize, isNarrow());
    require(shared <= static_cast<size_t>(sharedLimit_), [&] {
        return "Config.headSize is " + std::to_string(config.headSize) + ": attention needs " + std::to_string(shared)
               + " bytes of shared memory, the CUDA device has " + std::to_string(sharedLimit_);
    });
    require(config.sharing() <= QUERIES, [&] {
        return std::to_string(config.sharing()) + " heads share a key head, a CUDA device computes at most "
               + std::to_string(QUERIES);
    });
    return std::make_unique<CudaPlan>(config, batch, shapeOf(config, 0), BUSY * processors_, spare_, stream_);
}

void CudaOperations::project(const BatchPlan& plan, const Projection& projection, float* fused, float* raw) {
    cuda::project(stream_, headRows(plan.config, projection), plan.batch.rows(), cuda(plan).positions, fused, raw);
}

void CudaOperations::projectBackward(const BatchPlan& plan, const Projection& projection, const float* raw,
                                     float* dFused, float* dQueryNorm, float* dKeyNorm) {
    HeadRows rows = headRows(plan.config, projection);
    int count = plan.batch.rows();
    cuda::projectBackward(stream_, rows, count, cuda(plan).positions, raw, dFused, dQueryNorm, dKeyNorm,
                          sums(projectBackwardFloats(rows, count)));
}

PageShape CudaOperations::pageShape(const Config& config) const {
    size_t bytes = size_t(PAGE) * config.headSize * (isNarrow() ? sizeof(bf16) : sizeof(float));
    return {PAGE, bytes, bytes, isNarrow()};
}

void CudaOperations::attend(const BatchPlan& plan, const Pages& pages, int layer, const float* fused, float* mixed,
                            float* logSumExp) {
    const CudaPlan& own = cuda(plan);
    AttentionShape shape = shapeOf(plan.config, layer);
    auto address = [&](int page, int head) { return pages.keys<char>(page, layer, head); };
    KeyPages keys{address(0, 0), address(1, 0) - address(0, 0), address(0, 1) - address(0, 0),
                  pages.values<char>(0, layer, 0) - address(0, 0), isNarrow()};
    storeKeys(stream_, shape, keys, own.rowSlots, plan.batch.rows(), fused);
    partials_.ensure(budget(), partialFloats(shape, own.lists.partialCount) * sizeof(float), "attention");
    cuda::attend(stream_, shape, own.lists, keys, fused, mixed, logSumExp, partials_.as<float>());
    count_ += 4 * own.pairs * shape.heads * shape.headSize;
}

void CudaOperations::attendBackward(const BatchPlan& plan, int layer, const float* fused, const float* mixed,
                                    const float* logSumExp, const float* dMixed, float* dFused,
                                    const SharedKeys& shared) {
    const CudaPlan& own = cuda(plan);
    AttentionShape shape = shapeOf(plan.config, layer);
    int rows = plan.batch.rows();
    cuda::attendBackward(stream_, shape, own.gradients(shared), isNarrow(), rows,
                         {fused, mixed, logSumExp, dMixed, dFused, shared.values, shared.gradients},
                         sums(size_t(rows) * shape.heads));
    // Scores twice, their gradients twice, and what they give queries, keys and values.
    count_ += 14 * own.pairs * shape.heads * shape.headSize;
}

// Memory of its own.

namespace {

size_t missing(size_t needed, const Block& held) {
    return needed > held.size() ? needed - held.size() : 0;
}

int widest(const Config& c) {
    return std::max({c.fusedWidth(), 2 * c.intermediate, c.hidden});
}

}  // namespace

CudaOperations::Room CudaOperations::room(const Config& c, int rows) const {
    size_t whole = (size_t(rows) + PRODUCT_ROWS - 1) / PRODUCT_ROWS * PRODUCT_ROWS;
    size_t in = std::max({c.hidden, c.queryWidth(), c.intermediate}) + size_t(8);
    size_t out = std::max(widest(c), c.vocabulary);
    AttentionShape shape = shapeOf(c, 0);
    size_t partials = std::min<int64_t>(mostPartials(shape), int64_t(rows) * ((c.context + SPLIT - 1) / SPLIT));
    return {.left = isNarrow() ? Bytes(whole) * Bytes(in * sizeof(bf16)) : Bytes(0),
            .rest = Bytes(PRODUCT_ROWS) * Bytes((out + (isNarrow() ? 0 : in)) * sizeof(float)),
            .partials = Bytes(partialFloats(shape, 1)) * Bytes(partials * sizeof(float))};
}

size_t CudaOperations::missingBytes(const Config& config, int rows) const {
    Room room = this->room(config, rows);
    return Bytes(missing(room.left, left_)) + Bytes(missing(room.rest, rest_))
           + Bytes(missing(room.partials, partials_));
}

void CudaOperations::reserve(const Config& config, int rows) {
    Room room = this->room(config, rows);
    left_.ensure(budget(), room.left, "rounded activations");
    rest_.ensure(budget(), room.rest, "a product of few rows");
    partials_.ensure(budget(), room.partials, "attention");
}

size_t CudaOperations::backwardBytes(const Config& c, int rows) const {
    // Rounded gradients and activations of the widest product, and partial sums of the gradients of norms.
    size_t element = isNarrow() ? sizeof(bf16) : sizeof(float);
    size_t sums = std::max<size_t>(sumFloats(rows, widest(c)) + rows,
                                   size_t(rows) * (c.heads + c.keyValueHeads));
    return Bytes(rows) * Bytes(2 * (size_t(widest(c)) + 8) * element) + Bytes(sums) * Bytes(sizeof(float));
}

}  // namespace rpt::cuda
