#include "pages.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace rpt {

size_t Pages::pageBytes(const Config& config, const Operations& operations, Keep keep) {
    PageShape shape = operations.pageShape(config);
    size_t layer = (shape.keyBytes + shape.valueBytes) * config.keyValueHeads;
    return keep == Keep::EVERY_LAYER ? layer * config.layers : layer;
}

void Pages::reserve(const Config& config, const Operations& operations, int pages, Keep keep, const char* what) {
    PageShape shape = operations.pageShape(config);
    panel_ = shape.tokens;
    headSize_ = config.headSize;
    isNarrow_ = shape.isNarrow;
    keyBytes_ = shape.keyBytes;
    headBytes_ = shape.keyBytes + shape.valueBytes;
    layerBytes_ = keep == Keep::EVERY_LAYER ? headBytes_ * config.keyValueHeads : 0;
    pageBytes_ = pageBytes(config, operations, keep);
    block_.ensure(operations.budget(), pageBytes_ * pages, what);
}

void Pages::grow(const Config& config, Operations& operations, int pages, const char* what) {
    Pages larger;
    larger.reserve(config, operations, pages, Keep::EVERY_LAYER, what);
    if (block_.size() > 0) operations.copy(larger.block_.as<char>(), block_.as<char>(), block_.size());
    *this = std::move(larger);
}

void Pages::write(const Kernels& kernels, const Segment& segment, int from, int to, int layer, int head,
                  const float* keys, const float* values, ptrdiff_t stride) const {
    for (int i = from; i < to; i++) {
        int page = segment.pages[(segment.past + i) / panel_];
        int column = (segment.past + i) % panel_;
        const float* key = keys + (segment.start + i) * stride + size_t(head) * headSize_;
        const float* value = values + (segment.start + i) * stride + size_t(head) * headSize_;
        if (isNarrow_) {
            writeNarrow(kernels, page, column, layer, head, key, value);
            continue;
        }
        float* turned = this->keys<float>(page, layer, head) + column;
        for (int d = 0; d < headSize_; d++) turned[d * panel_] = key[d];
        std::memcpy(this->values<float>(page, layer, head) + size_t(column) * headSize_, value,
                    headSize_ * sizeof(float));
    }
}

void Pages::writeNarrow(const Kernels& kernels, int page, int column, int layer, int head, const float* key,
                        const float* value) const {
    constexpr int STRETCH = 64;
    uint32_t* turned = keys<uint32_t>(page, layer, head) + column;
    uint32_t* pairs = values<uint32_t>(page, layer, head) + size_t(column / 2) * headSize_;
    for (int begin = 0; begin < headSize_; begin += STRETCH) {
        int count = std::min(STRETCH, headSize_ - begin);
        bf16 rounded[STRETCH + 1];
        kernels.toBf16(key + begin, count, rounded);
        rounded[count] = 0;
        for (int d = 0; d < count; d += 2)
            turned[size_t(begin + d) / 2 * panel_] = rounded[d] | uint32_t(rounded[d + 1]) << 16;
        kernels.toBf16(value + begin, count, rounded);
        // The first token of a pair clears the place of the second, which a product may read.
        uint32_t* words = pairs + begin;
        if (column % 2 == 0)
            for (int d = 0; d < count; d++) words[d] = rounded[d];
        else
            for (int d = 0; d < count; d++) words[d] = (words[d] & 0xffff) | uint32_t(rounded[d]) << 16;
    }
}

}  // namespace rpt
