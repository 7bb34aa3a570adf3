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

/** A list with a number for each layer, or none. */
void requireLayers(const char* name, const std::vector<int>& list, int layers, int least, int most) {
    require(list.empty() || list.size() == static_cast<size_t>(layers), [&] {
        return std::string(name) + " has " + std::to_string(list.size()) + " values, must have one for each of "
               + std::to_string(layers) + " layers";
    });
    for (int value : list)
        require(value >= least && value <= most, [&] {
            return std::string(name) + " holds " + std::to_string(value) + ", must be from " + std::to_string(least)
                   + " to " + std::to_string(most);
        });
}

void requireRotations(const Config& c) {
    require(c.rotarySize >= 0 && c.rotarySize % 2 == 0 && c.rotarySize <= c.headSize, [&] {
        return "Config.rotarySize is " + std::to_string(c.rotarySize) + ", must be even and at most Config.headSize, which is "
               + std::to_string(c.headSize);
    });
    size_t values = size_t(c.rotationCount()) * (c.rotaryWidth() / 2);
    require(c.frequencies.size() == values, [&] {
        return "Config.frequencies has " + std::to_string(c.frequencies.size()) + " values, must have "
               + std::to_string(values) + ": half of what rotates of a head, for each of "
               + std::to_string(c.rotationCount()) + " rotations";
    });
    requireLayers("Config.rotations", c.rotations, c.layers, -1, c.rotationCount() - 1);
    requireLayers("Config.windows", c.windows, c.layers, 0, INT32_MAX);
    require(std::isfinite(c.attentionScale) && c.attentionScale >= 0,
            [&] { return "Config.attentionScale is " + std::to_string(c.attentionScale) + ", must not be negative"; });
    require(std::isfinite(c.embeddingScale) && c.embeddingScale > 0,
            [&] { return "Config.embeddingScale is " + std::to_string(c.embeddingScale) + ", must be positive"; });
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
    requireRotations(c);
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

float Config::scale() const {
    return attentionScale > 0 ? attentionScale : 1 / std::sqrt(static_cast<float>(headSize));
}

void validate(const Config& c, const Layout& at) {
    requireModel(c);
    size_t hidden = c.hidden;
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
    optional("LayerOffsets.inputNorm", at.layer.inputNorm, hidden);
    weight("LayerOffsets.fused", at.layer.fused, c.fusedWidth() * hidden);
    optional("LayerOffsets.fusedBias", at.layer.fusedBias, c.fusedWidth());
    if (c.queryKeyNorm) {
        weight("LayerOffsets.queryNorm", at.layer.queryNorm, c.queryNormWidth());
        weight("LayerOffsets.keyNorm", at.layer.keyNorm, c.keyNormWidth());
    }
    weight("LayerOffsets.output", at.layer.output, c.queryWidth() * hidden);
    optional("LayerOffsets.outputBias", at.layer.outputBias, hidden);
    optional("LayerOffsets.postNorm", at.layer.postNorm, hidden);
    if (c.normsBehind) {
        weight("LayerOffsets.attentionNorm", at.layer.attentionNorm, hidden);
        weight("LayerOffsets.feedForwardNorm", at.layer.feedForwardNorm, hidden);
    }
    require(c.normsBehind || (at.layer.attentionNorm == LayerOffsets::ABSENT && at.layer.feedForwardNorm == LayerOffsets::ABSENT),
            [] { return std::string("Config.normsBehind is false, but LayerOffsets has norms behind"); });
    require((at.layer.inputNorm == LayerOffsets::ABSENT) == (at.layer.postNorm == LayerOffsets::ABSENT),
            [] { return std::string("LayerOffsets.inputNorm and postNorm must both be there, or neither"); });
    weight("LayerOffsets.gateUp", at.layer.gateUp, 2 * hidden * c.intermediate);
    weight("LayerOffsets.down", at.layer.down, hidden * c.intermediate);
}

}  // namespace rpt
