#include "pages.h"

#include <cstring>
#include <utility>

namespace rpt {

size_t Pages::pageBytes(const Config& config, const Kernels& kernels, Keep keep) {
    size_t layer = size_t(2) * config.keyWidth() * kernels.panel * sizeof(float);
    return keep == Keep::EVERY_LAYER ? layer * config.layers : layer;
}

void Pages::reserve(const Config& config, Compute& compute, int pages, Keep keep, const char* what) {
    panel_ = compute.kernels.panel;
    heads_ = config.keyValueHeads;
    headSize_ = config.headSize;
    matrix_ = size_t(headSize_) * panel_;
    size_t layer = 2 * matrix_ * heads_;
    layerFloats_ = keep == Keep::EVERY_LAYER ? layer : 0;
    pageFloats_ = keep == Keep::EVERY_LAYER ? layer * config.layers : layer;
    block_.ensure(compute.budget, pageBytes(config, compute.kernels, keep) * pages, what);
}

void Pages::grow(const Config& config, Compute& compute, int pages, const char* what) {
    Pages larger;
    larger.reserve(config, compute, pages, Keep::EVERY_LAYER, what);
    if (block_.size() > 0) std::memcpy(larger.block_.as<char>(), block_.as<char>(), block_.size());
    *this = std::move(larger);
}

void Pages::write(const Segment& segment, int layer, const float* keys, const float* values, ptrdiff_t stride) const {
    for (int i = 0; i < segment.length; i++) {
        int at = segment.past + i;
        int page = segment.pages[at / panel_];
        int column = at % panel_;
        const float* key = keys + (segment.start + i) * stride;
        const float* value = values + (segment.start + i) * stride;
        for (int head = 0; head < heads_; head++) {
            float* turned = this->keys(page, layer, head) + column;
            for (int d = 0; d < headSize_; d++) turned[d * panel_] = key[head * headSize_ + d];
            std::memcpy(this->values(page, layer, head) + size_t(column) * headSize_, value + head * headSize_,
                        headSize_ * sizeof(float));
        }
    }
}

}  // namespace rpt
