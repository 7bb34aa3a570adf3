// Attention over a tree of segments and its gradient against double loops that repeat every prefix, at sizes on and off
// every page; and a cache that grows token by token against a pass over whole sequences, bit for bit.

#include "attention.h"
#include "check.h"
#include "exact_attention.h"
#include "passes.h"

using namespace rpt;
using check::shape;
using check::tree;

namespace {

AttentionInput inputOf(const Config& c, const float* fused) {
    return {fused, fused + c.queryWidth(), fused + c.queryWidth() + c.keyWidth(), c.fusedWidth()};
}

void compare(const Kernels& kernels, const Config& c, Batch batch, Precision precision = Precision::FP32) {
    Budget budget(size_t(1) << 30);
    Pool pool(2);
    auto operations = check::cpu(kernels, pool, budget, precision);
    Compute& compute = operations->compute();
    compute.attention = precision;
    int rows = batch.rows(), width = c.fusedWidth();
    // Kernels may read a panel beyond the end.
    std::vector<float> fused = check::numbers(size_t(rows) * width + 64, 1);
    std::vector<float> dMixed = check::numbers(size_t(rows) * c.queryWidth() + 64, 2);
    for (float& value : fused) value *= 2;
    if (precision == Precision::BF16)
        for (std::vector<float>* values : {&fused, &dMixed})
            for (float& value : *values) value = static_cast<float>(check::rounded(value));
    std::vector<float> mixed(dMixed.size()), logSumExp(size_t(rows) * c.heads), dFused(fused.size());
    AttentionWorkspace workspace;
    Pages pages;
    pages.reserve(c, *operations, assignPages(batch, kernels.panel), Pages::Keep::ONE_LAYER, "test");
    AttentionPlan plan(c, batch, kernels.panel, 2);
    attend(compute, c, batch, plan, pages, 0, inputOf(c, fused.data()), mixed.data(), logSumExp.data());
    std::vector<int> own(batch.segments.size(), -1);
    attendBackward(compute, c, batch, fused.data(), width, mixed.data(), logSumExp.data(), dMixed.data(), dFused.data(),
                   c.window(0), {own, nullptr, nullptr}, workspace);
    check::ExactAttention exact(c, batch, fused, dMixed);
    // Factors of values are rounded to 1 / 512 of themselves, and values are at most 2.
    double tolerance = precision == Precision::BF16 ? 4e-3 : 2e-5;
    for (size_t i = 0; i < size_t(rows) * c.queryWidth(); i++) CHECK_NEAR(exact.mixed[i], mixed[i], tolerance);
    if (precision == Precision::FP32) {
        for (size_t i = 0; i < size_t(rows) * width; i++)
            CHECK_NEAR(exact.dFused[i], dFused[i], 5e-5 * (1 + std::fabs(exact.dFused[i])));
        return;
    }
    // Every term of a gradient is rounded to 1 / 512 of itself: errors are small beside the length of the gradient.
    double error = 0, length = 0;
    for (size_t i = 0; i < size_t(rows) * width; i++) {
        error += std::pow(exact.dFused[i] - dFused[i], 2);
        length += std::pow(exact.dFused[i], 2);
    }
    CHECK(error < 1e-5 * length);
}

void grownTokenByToken(const Kernels& kernels, const Config& c, int prompt, int completion, Precision precision) {
    Budget budget(size_t(1) << 30);
    Pool pool(1);
    auto operations = check::cpu(kernels, pool, budget, precision);
    Compute& compute = operations->compute();
    compute.attention = precision;
    Batch whole = tree(prompt, completion, completion);
    int rows = whole.rows(), width = c.fusedWidth();
    std::vector<float> fused = check::numbers(size_t(rows) * width + 64, 3);
    Pages pages;
    pages.reserve(c, *operations, assignPages(whole, kernels.panel), Pages::Keep::EVERY_LAYER, "test");
    std::vector<float> mixed(size_t(rows) * c.queryWidth()), one(c.queryWidth());
    attend(compute, c, whole, AttentionPlan(c, whole, kernels.panel, 1), pages, 0, inputOf(c, fused.data()),
           mixed.data(), nullptr);
    for (size_t s = 0; s < whole.segments.size(); s++)
        for (int i = 0; i < whole.segments[s].length; i++) {
            Batch step = whole;
            step.tokens.resize(1);
            for (size_t other = 0; other < step.segments.size(); other++) {
                Segment& segment = step.segments[other];
                segment.past = other == s ? i : segment.length;
                segment.length = other == s ? 1 : 0;
                segment.start = 0;
            }
            size_t row = whole.segments[s].start + i;
            attend(compute, c, step, AttentionPlan(c, step, kernels.panel, 1), pages, 0,
                   inputOf(c, fused.data() + row * width), one.data(), nullptr);
            CHECK(!std::memcmp(one.data(), mixed.data() + row * c.queryWidth(), one.size() * sizeof(float)));
        }
}

}  // namespace

int main() {
    check::eachTable([](const Kernels& kernels) {
        for (int size : check::SIZES) compare(kernels, shape(2, 1, 14), tree(size, 13, 5));
        compare(kernels, shape(6, 2, 64), tree(64, 49, 50));
        compare(kernels, shape(3, 3, 10), tree(1, 1, 1));
        compare(kernels, shape(2, 1, 130), tree(20, 3, 4));
        for (int window : {1, 4, 13, 64, 200}) {
            compare(kernels, shape(4, 2, 14, window), tree(21, 13, 9));
            compare(kernels, shape(2, 1, 14, window), tree(98, 67, 35));
        }
        for (int size : {1, 5, 64, 149}) compare(kernels, shape(4, 2, size), tree(98, 67, 35), Precision::BF16);
        compare(kernels, shape(6, 1, 14, 61), tree(98, 67, 35), Precision::BF16);
        for (Precision precision : {Precision::FP32, Precision::BF16}) {
            grownTokenByToken(kernels, shape(6, 2, 18), 67, 9, precision);
            grownTokenByToken(kernels, shape(6, 2, 13, 11), 67, 9, precision);
            grownTokenByToken(kernels, shape(2, 1, 9), 1100, 3, precision);
            grownTokenByToken(kernels, shape(2, 1, 9, 300), 1100, 3, precision);
        }
    });
}
