#include "frozen.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>

#include "blocks.h"
#include "rows.h"

namespace rpt {

bool areNarrow(Compute& compute, const float* x, size_t n) {
    constexpr size_t STRETCH = 1 << 14;
    std::atomic<uint32_t> low{0};
    compute.pool.run(static_cast<int>((n + STRETCH - 1) / STRETCH), [&](int i, int) {
        // The lower half of the bits of a bfloat16 is 0.
        uint32_t any = 0;
        for (size_t k = i * STRETCH; k < std::min(n, (i + 1) * STRETCH); k++) {
            uint32_t bits;
            std::memcpy(&bits, x + k, sizeof(bits));
            any |= bits & 0xffff;
        }
        low.fetch_or(any, std::memory_order_relaxed);
    });
    return low == 0;
}

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
        size_t start = layout.startOf(config, l), place = next;
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
    const int vocabulary = static_cast<int>(vocabulary_), hidden = static_cast<int>(hidden_);
    bool isBlocks = compute_.precision == Precision::INT8 && Blocks::hold(compute_, rows, vocabulary, hidden);
    rows_ = isBlocks ? Rows::BLOCKS : areNarrow(compute_, rows, vocabulary_ * hidden_) ? Rows::NARROW : Rows::WIDE;
    size_t blocks = hidden_ / Blocks::SIZE, size = rows_ == Rows::NARROW ? sizeof(bf16) : sizeof(float);
    size_t bytes = isBlocks ? blocks * (Blocks::SIZE + sizeof(float)) : hidden_ * size;
    embedding_.allocate(compute_.budget, vocabulary_ * bytes, "the embedding");
    eachRow(compute_.pool, vocabulary, [&](int row) {
        const float* from = rows + row * hidden_;
        char* to = embedding_.as<char>() + row * bytes;
        switch (rows_) {
            case Rows::BLOCKS:
                for (size_t b = 0; b < blocks; b++) {
                    float scale = Blocks::scaleOf(from + b * Blocks::SIZE);
                    std::memcpy(to + b * sizeof(float), &scale, sizeof(scale));
                    for (size_t i = b * Blocks::SIZE; i < (b + 1) * Blocks::SIZE; i++)
                        to[blocks * sizeof(float) + i] =
                            static_cast<char>(scale == 0 ? 0 : static_cast<int>(std::nearbyint(from[i] / scale)));
                }
                return;
            case Rows::NARROW:
                return compute_.kernels.toBf16(from, hidden, reinterpret_cast<bf16*>(to));
            case Rows::WIDE:
                std::memcpy(to, from, bytes);
        }
    });
}

void FrozenParts::embed(int token, float* x) const {
    switch (rows_) {
        case Rows::BLOCKS: {
            size_t blocks = hidden_ / Blocks::SIZE;
            const char* row = embedding_.as<char>() + token * blocks * (Blocks::SIZE + sizeof(float));
            const int8_t* q = reinterpret_cast<const int8_t*>(row + blocks * sizeof(float));
            for (size_t i = 0; i < hidden_; i++) {
                float scale;
                std::memcpy(&scale, row + i / Blocks::SIZE * sizeof(float), sizeof(scale));
                x[i] = scale * q[i];
            }
            return;
        }
        case Rows::NARROW: {
            const bf16* row = embedding_.as<bf16>() + token * hidden_;
            for (size_t i = 0; i < hidden_; i++) {
                uint32_t bits = uint32_t(row[i]) << 16;
                std::memcpy(x + i, &bits, sizeof(bits));
            }
            return;
        }
        case Rows::WIDE:
            std::memcpy(x, embedding_.as<float>() + token * hidden_, hidden_ * sizeof(float));
    }
}

}  // namespace rpt
