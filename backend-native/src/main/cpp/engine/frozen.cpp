#include "frozen.h"

namespace rpt {

FrozenVectors::FrozenVectors(Budget& budget, const Config& config, const Layout& layout) {
    size_t next = 0;
    auto add = [&](size_t begin, size_t count) {
        stretches_.push_back({begin, count, next});
        next += count;
    };
    add(layout.finalNorm, config.hidden);
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
    vectors_.allocate(budget, next * sizeof(float), "norms and biases");
}

float* FrozenVectors::find(size_t offset, size_t count) const {
    for (const Stretch& stretch : stretches_)
        if (offset >= stretch.begin && offset + count <= stretch.begin + stretch.count)
            return vectors() + stretch.place + (offset - stretch.begin);
    return nullptr;
}

}  // namespace rpt
