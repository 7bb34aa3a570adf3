#include "frozen.h"

#include <atomic>
#include <cstring>

#include "rows.h"

namespace rpt {

namespace {

/** Whether a number is a bfloat16: the lower half of its bits is 0. */
bool isNarrow(const float* x, size_t n) {
    uint32_t low = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t bits;
        std::memcpy(&bits, x + i, sizeof(bits));
        low |= bits & 0xffff;
    }
    return low == 0;
}

}  // namespace

FrozenParts::FrozenParts(Compute& compute, const Config& config, const Layout& layout)
    : compute_(compute), vocabulary_(config.vocabulary), hidden_(config.hidden) {
    size_t next = 0;
    auto add = [&](size_t begin, size_t count) {
        stretches_.push_back({begin, count, next});
        next += count;
    };
    add(layout.finalNorm, hidden_);
    layout_.layerStart = next;
    for (int l = 0; l < config.layers; l++) {
        size_t start = layout.layerStart + layout.layerSize * l, place = next;
        layout_.layer = {};
        eachVector(config, [&](int64_t LayerOffsets::* weight, size_t count) {
            int64_t offset = layout.layer.*weight;
            layout_.layer.*weight =
                offset == LayerOffsets::ABSENT ? LayerOffsets::ABSENT : static_cast<int64_t>(next - place);
            if (offset != LayerOffsets::ABSENT) add(start + offset, count);
        });
        layout_.layerSize = next - place;
    }
    layout_.total = next;
    vectors_.allocate(compute.budget, next * sizeof(float), "norms and biases");
}

float* FrozenParts::find(size_t offset, size_t count) const {
    for (const Stretch& stretch : stretches_)
        if (offset >= stretch.begin && offset + count <= stretch.begin + stretch.count)
            return vectors() + stretch.place + (offset - stretch.begin);
    return nullptr;
}

void FrozenParts::keepEmbedding(const float* rows) {
    std::atomic<bool> narrow{true};
    eachRow(compute_.pool, static_cast<int>(vocabulary_), [&](int row) {
        if (!isNarrow(rows + row * hidden_, hidden_)) narrow.store(false, std::memory_order_relaxed);
    });
    isNarrow_ = narrow;
    size_t size = isNarrow_ ? sizeof(bf16) : sizeof(float);
    embedding_.allocate(compute_.budget, vocabulary_ * hidden_ * size, "the embedding");
    eachRow(compute_.pool, static_cast<int>(vocabulary_), [&](int row) {
        if (isNarrow_) compute_.kernels.toBf16(rows + row * hidden_, static_cast<int>(hidden_),
                                               embedding_.as<bf16>() + row * hidden_);
        else std::memcpy(embedding_.as<float>() + row * hidden_, rows + row * hidden_, hidden_ * sizeof(float));
    });
}

void FrozenParts::embed(int token, float* x) const {
    if (!isNarrow_) {
        std::memcpy(x, embedding_.as<float>() + token * hidden_, hidden_ * sizeof(float));
        return;
    }
    const bf16* row = embedding_.as<bf16>() + token * hidden_;
    for (size_t i = 0; i < hidden_; i++) {
        uint32_t bits = uint32_t(row[i]) << 16;
        std::memcpy(x + i, &bits, sizeof(bits));
    }
}

}  // namespace rpt
