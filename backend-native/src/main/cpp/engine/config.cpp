#include "config.h"

#include <cmath>
#include <cstdint>

#include "errors.h"

namespace rpt {

namespace {

void requirePositive(const char* name, int value) {
    require(value > 0, [&] { return std::string(name) + " is " + std::to_string(value) + ", must be at least 1"; });
}

/** Widths are ints throughout the engine, also when they are rounded up to whole panels. */
constexpr int64_t MOST_COLUMNS = INT32_MAX - 4096;

void requireWidth(const char* name, int64_t value) {
    require(value <= MOST_COLUMNS, [&] {
        return std::string(name) + " is " + std::to_string(value) + ", must be at most "
               + std::to_string(MOST_COLUMNS);
    });
}

/** A weight of so many elements lies within a stretch of so many. */
void requireWithin(const char* name, int64_t offset, size_t size, const char* stretch, size_t elements) {
    require(offset >= 0 && size <= elements && static_cast<size_t>(offset) <= elements - size, [&] {
        return std::string(name) + " is " + std::to_string(offset) + " and the weight has " + std::to_string(size)
               + " elements, beyond " + stretch + ", which is " + std::to_string(elements);
    });
}

void requireModel(const Config& c) {
    requirePositive("Config.vocabulary", c.vocabulary);
    requirePositive("Config.hidden", c.hidden);
    requirePositive("Config.intermediate", c.intermediate);
    requirePositive("Config.layers", c.layers);
    requirePositive("Config.heads", c.heads);
    requirePositive("Config.keyValueHeads", c.keyValueHeads);
    requirePositive("Config.headSize", c.headSize);
    requirePositive("Config.context", c.context);
    require(c.heads % c.keyValueHeads == 0, [&] {
        return "Config.heads is " + std::to_string(c.heads) + ", must be a multiple of Config.keyValueHeads, which is "
               + std::to_string(c.keyValueHeads);
    });
    requireWidth("(Config.heads + 2 Config.keyValueHeads) * Config.headSize",
                 (int64_t(c.heads) + 2 * int64_t(c.keyValueHeads)) * c.headSize);
    requireWidth("Config.vocabulary", c.vocabulary);
    requireWidth("Config.hidden", c.hidden);
    requireWidth("2 * Config.intermediate", 2 * int64_t(c.intermediate));
    require(c.headSize % 2 == 0,
            [&] { return "Config.headSize is " + std::to_string(c.headSize) + ", must be even for rotary positions"; });
    require(std::isfinite(c.epsilon) && c.epsilon > 0,
            [&] { return "Config.epsilon is " + std::to_string(c.epsilon) + ", must be positive and finite"; });
    require(c.frequencies.size() == static_cast<size_t>(c.headSize / 2), [&] {
        return "Config.frequencies has " + std::to_string(c.frequencies.size()) + " values, must have "
               + std::to_string(c.headSize / 2) + ": half of Config.headSize";
    });
    for (size_t i = 0; i < c.absent.size(); i++) {
        int least = i == 0 ? 0 : c.absent[i - 1] + 1;
        require(c.absent.size() % 2 == 0 && c.absent[i] >= least && c.absent[i] <= c.vocabulary, [&] {
            return "Config.absent[" + std::to_string(i) + "] is " + std::to_string(c.absent[i])
                   + ", must be one of ascending pairs from " + std::to_string(least) + " to Config.vocabulary, which is "
                   + std::to_string(c.vocabulary);
        });
    }
}

}  // namespace

void validate(const Config& c, const Layout& at) {
    requireModel(c);
    size_t hidden = c.hidden, head = c.headSize;
    requireWithin("Layout.embedding", at.embedding, c.vocabulary * hidden, "Layout.total", at.total);
    requireWithin("Layout.finalNorm", at.finalNorm, hidden, "Layout.total", at.total);
    requireWithin("Layout.head", at.head, c.vocabulary * hidden, "Layout.total", at.total);
    require(at.layerSize <= at.total / c.layers, [&] {
        return "Layout.layerSize is " + std::to_string(at.layerSize) + " for " + std::to_string(c.layers)
               + " layers, beyond Layout.total, which is " + std::to_string(at.total);
    });
    requireWithin("Layout.layerStart", at.layerStart, at.layerSize * c.layers, "Layout.total", at.total);
    auto weight = [&](const char* name, int64_t offset, size_t size) {
        requireWithin(name, offset, size, "Layout.layerSize", at.layerSize);
    };
    auto optional = [&](const char* name, int64_t offset, size_t size) {
        if (offset != LayerOffsets::ABSENT) weight(name, offset, size);
    };
    weight("LayerOffsets.inputNorm", at.layer.inputNorm, hidden);
    weight("LayerOffsets.fused", at.layer.fused, c.fusedWidth() * hidden);
    optional("LayerOffsets.fusedBias", at.layer.fusedBias, c.fusedWidth());
    if (c.queryKeyNorm) {
        weight("LayerOffsets.queryNorm", at.layer.queryNorm, head);
        weight("LayerOffsets.keyNorm", at.layer.keyNorm, head);
    }
    weight("LayerOffsets.output", at.layer.output, c.queryWidth() * hidden);
    optional("LayerOffsets.outputBias", at.layer.outputBias, hidden);
    weight("LayerOffsets.postNorm", at.layer.postNorm, hidden);
    weight("LayerOffsets.gateUp", at.layer.gateUp, 2 * hidden * c.intermediate);
    weight("LayerOffsets.down", at.layer.down, hidden * c.intermediate);
}

}  // namespace rpt
