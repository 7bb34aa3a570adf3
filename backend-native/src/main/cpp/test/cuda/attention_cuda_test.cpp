// Attention of the CUDA kernels over a tree of segments, and its gradient, against double loops that repeat every
// prefix; and the same bits for a row whatever is beside it and however its keys are divided.

#include "../exact_attention.h"
#include "cuda/attention_plan.h"
#include "on_device.h"

using namespace rpt;
using check::addSegment;
using check::OnDevice;
using check::shape;
using check::tree;

namespace {

cuda::AttentionShape shapeOf(const Config& c) {
    return {c.heads, c.keyValueHeads, c.headSize, c.scale(), c.window(0)};
}

struct Result {
    std::vector<float> mixed, logSumExp;
};

/** The same batch with the segments before one in the past: their keys are there, their rows are not. */
Batch decoding(const Batch& whole, int first) {
    Batch batch;
    int rows = whole.segments[first].start;
    batch.tokens.assign(whole.tokens.begin() + rows, whole.tokens.end());
    batch.segments = whole.segments;
    for (int s = 0; s < static_cast<int>(batch.segments.size()); s++) {
        Segment& segment = batch.segments[s];
        segment.start = std::max(0, segment.start - rows);
        if (s < first) std::swap(segment.past, segment.length);
    }
    return batch;
}

/**
 * @param first the segments before this one are in the past
 * @param busy 0 to let splits of keys follow each other in one block, a large number to let them run side by side
 */
Result attend(const Config& c, Batch whole, int first, const std::vector<float>& fused, bool isNarrow, int busy) {
    int pages = assignPages(whole, cuda::PAGE);
    Batch batch = decoding(whole, first);
    int rows = batch.rows(), skipped = whole.rows() - rows;
    cuda::AttentionPlan plan(c, batch, busy, 100000), all(c, whole, 0, 0);
    CHECK((plan.partialCount > 0) == (busy > 0 && plan.work.size() > plan.blocks.size()));
    int64_t headBytes = int64_t(cuda::PAGE) * c.headSize * (isNarrow ? 2 : 4);
    OnDevice<char> memory(pages * c.keyValueHeads * 2 * headBytes);
    cuda::KeyPages keyPages{memory, c.keyValueHeads * 2 * headBytes, 2 * headBytes, headBytes, isNarrow};
    OnDevice<cuda::QueryBlock> blocks(plan.blocks);
    OnDevice<cuda::QueryPart> parts(plan.parts);
    OnDevice<cuda::QueryWork> work(plan.work);
    OnDevice<int> slots(plan.slots), pageList(plan.pages), rowSlots(all.rowSlots);
    OnDevice<float> in(fused), mixed(size_t(rows) * c.queryWidth()), logSumExp(size_t(rows) * c.heads),
        partials(cuda::partialFloats(shapeOf(c), plan.partialCount));
    cuda::AttentionLists lists{blocks, parts, work, slots, pageList, static_cast<int>(plan.blocks.size()),
                               static_cast<int>(plan.work.size()), plan.partialCount};
    cuda::storeKeys(nullptr, shapeOf(c), keyPages, rowSlots, whole.rows(), in);
    cuda::attend(nullptr, shapeOf(c), lists, keyPages, in + size_t(skipped) * c.fusedWidth(), mixed, logSumExp,
                 partials);
    return {mixed.read(), logSumExp.read()};
}

std::vector<float> backward(const Config& c, const Batch& batch, const std::vector<float>& fused, const Result& result,
                            const std::vector<float>& dMixed, bool isNarrow) {
    cuda::GradientPlan plan(c, batch, std::vector<int>(batch.segments.size(), -1));
    OnDevice<cuda::KeyBlock> keyBlocks(plan.keyBlocks);
    OnDevice<cuda::GradientBlock> queryBlocks(plan.queryBlocks);
    OnDevice<int> chains(plan.chains), positions(positionsOf(batch));
    OnDevice<float> in(fused), mixed(result.mixed), logSumExp(result.logSumExp), d(dMixed), dFused(fused.size()),
        products(result.logSumExp.size());
    cuda::GradientLists lists{keyBlocks, queryBlocks, chains, positions, static_cast<int>(plan.keyBlocks.size()),
                              static_cast<int>(plan.queryBlocks.size())};
    cuda::attendBackward(nullptr, shapeOf(c), lists, isNarrow, batch.rows(),
                         {in, mixed, logSumExp, d, dFused, nullptr, nullptr}, products);
    return dFused.read();
}

std::vector<float> numbers(size_t count, uint32_t seed, bool isNarrow) {
    std::vector<float> values = check::numbers(count, seed);
    if (isNarrow)
        for (float& value : values) value = static_cast<float>(check::rounded(value));
    return values;
}

void compare(const Config& c, const Batch& batch, bool isNarrow) {
    std::vector<float> fused = numbers(size_t(batch.rows()) * c.fusedWidth(), 1, isNarrow);
    for (float& value : fused) value *= 2;
    std::vector<float> dMixed = numbers(size_t(batch.rows()) * c.queryWidth(), 2, isNarrow);
    check::ExactAttention exact(c, batch, fused, dMixed);
    Result result;
    check::inOrders([&] {
        Result again = attend(c, batch, 0, fused, isNarrow, 0);
        CHECK(result.mixed.empty() || again.mixed == result.mixed);
        result = again;
    });
    // Queries and factors are two bfloat16 each, keys and values here exact ones.
    double tolerance = isNarrow ? 4e-5 : 2e-6;
    for (size_t i = 0; i < exact.mixed.size(); i++) CHECK_NEAR(exact.mixed[i], result.mixed[i], tolerance);
    for (size_t i = 0; i < exact.logSumExp.size(); i++) CHECK_NEAR(exact.logSumExp[i], result.logSumExp[i], tolerance);
    std::vector<float> dFused = backward(c, batch, fused, result, dMixed, isNarrow);
    CHECK(dFused == backward(c, batch, fused, result, dMixed, isNarrow));
    for (size_t i = 0; i < exact.dFused.size(); i++)
        CHECK_NEAR(exact.dFused[i], dFused[i], (isNarrow ? 0.01 : 3e-6) * (1 + std::fabs(exact.dFused[i])));
}

/** A completion of a shared prompt has the bits that it has alone, whatever segments the prompt consists of. */
void sameBits(bool isNarrow) {
    Config c = shape(4, 2, 14);
    constexpr int PROMPT = 610, COMPLETION = 3, COUNT = 9;
    Batch shared;
    int first = addSegment(shared, -1, 300), prompt = addSegment(shared, first, PROMPT - 300);
    for (int i = 0; i < COUNT; i++) addSegment(shared, prompt, COMPLETION);
    std::vector<float> fused = numbers(size_t(shared.rows()) * c.fusedWidth(), 3, isNarrow);
    Result all = attend(c, shared, 2, fused, isNarrow, 0), divided = attend(c, shared, 2, fused, isNarrow, 1 << 20);
    CHECK(all.mixed == divided.mixed && all.logSumExp == divided.logSumExp);
    Batch alone;
    addSegment(alone, addSegment(alone, -1, PROMPT), COMPLETION);
    for (int i = 0; i < COUNT; i += 4) {
        std::vector<float> own(fused.begin(), fused.begin() + size_t(PROMPT) * c.fusedWidth());
        auto start = fused.begin() + size_t(PROMPT + i * COMPLETION) * c.fusedWidth();
        own.insert(own.end(), start, start + size_t(COMPLETION) * c.fusedWidth());
        Result one = attend(c, alone, 1, own, isNarrow, 0);
        for (int j = 0; j < COMPLETION * c.queryWidth(); j++)
            CHECK(one.mixed[j] == all.mixed[size_t(i) * COMPLETION * c.queryWidth() + j]);
    }
}

}  // namespace

int main() {
    for (bool isNarrow : {false, true}) {
        compare(shape(4, 2, 14), tree(7, 9, 5), isNarrow);
        compare(shape(2, 2, 32), tree(16, 33, 1), isNarrow);
        compare(shape(6, 1, 16), tree(1, 2, 40), isNarrow);
        compare(shape(4, 1, 6, 11), tree(37, 5, 20), isNarrow);
        sameBits(isNarrow);
    }
}
