#include "config.h"

#include <cmath>
#include <cstdint>

#include <algorithm>

#include "errors.h"
#include "memory.h"

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

void requireExperts(const Config& c) {
    requireLayers("Config.expertLayers", c.expertLayers, c.layers, 0, 1);
    bool any = std::count(c.expertLayers.begin(), c.expertLayers.end(), 1) > 0;
    require(any == (c.experts > 0), [&] {
        return "Config.experts is " + std::to_string(c.experts) + ", but "
               + (any ? "Config.expertLayers has some" : "no layer of Config.expertLayers has any");
    });
    if (!any) return;
    requirePositive("Config.expertWidth", c.expertWidth);
    require(c.expertsPerToken > 0 && c.expertsPerToken <= c.experts, [&] {
        return "Config.expertsPerToken is " + std::to_string(c.expertsPerToken)
               + ", must be at least 1 and at most Config.experts, which is " + std::to_string(c.experts);
    });
    requireWidth("Config.experts", c.experts);
    requireWidth("2 * Config.expertsPerToken * Config.expertWidth",
                 Bytes(2 * int64_t(c.expertsPerToken)) * Bytes(c.expertWidth));
    requireWidth("Config.expertsPerToken * Config.hidden", Bytes(c.expertsPerToken) * Bytes(c.hidden));
    require(!c.normsBehind, [] {
        return std::string("Config.normsBehind is true, which layers with experts do not have");
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
    requireRotations(c);
    requireExperts(c);
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

int Config::feedWidth() const {
    bool all = std::count(expertLayers.begin(), expertLayers.end(), 1) == layers;
    return all ? expertsPerToken * expertWidth : std::max(intermediate, expertsPerToken * expertWidth);
}

size_t Layout::startOf(const Config& c, int layer) const {
    size_t start = layerStart;
    for (int l = 0; l < layer; l++) start += sizeOf(c, l);
    return start;
}

float Config::scale() const {
    return attentionScale > 0 ? attentionScale : 1 / std::sqrt(static_cast<float>(headSize));
}

void validate(const Config& c, const Layout& at) {
    requireModel(c);
    size_t hidden = c.hidden;
    requireWithin("Layout.embedding", at.embedding, c.vocabulary * hidden, "Layout.total", at.total);
    requireWithin("Layout.finalNorm", at.finalNorm, hidden, "Layout.total", at.total);
    requireWithin("Layout.head", at.head, c.vocabulary * hidden, "Layout.total", at.total);
    size_t withExperts = std::count(c.expertLayers.begin(), c.expertLayers.end(), 1);
    size_t without = c.layers - withExperts;
    size_t layers = Bytes(at.layerSize) * Bytes(without) + Bytes(at.expertLayerSize) * Bytes(withExperts);
    require(layers <= at.total, [&] {
        return (without > 0 ? "Layout.layerSize is " + std::to_string(at.layerSize)
                            : "Layout.expertLayerSize is " + std::to_string(at.expertLayerSize))
               + " for " + std::to_string(c.layers) + " layers, beyond Layout.total, which is "
               + std::to_string(at.total);
    });
    requireWithin("Layout.layerStart", at.layerStart, layers, "Layout.total", at.total);
    auto weight = [&](const char* name, int64_t offset, size_t size) {
        if (without > 0) requireWithin(name, offset, size, "Layout.layerSize", at.layerSize);
        if (withExperts > 0) requireWithin(name, offset, size, "Layout.expertLayerSize", at.expertLayerSize);
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
    if (without > 0) {
        requireWithin("LayerOffsets.gateUp", at.layer.gateUp, 2 * hidden * c.intermediate, "Layout.layerSize",
                      at.layerSize);
        requireWithin("LayerOffsets.down", at.layer.down, hidden * c.intermediate, "Layout.layerSize", at.layerSize);
    }
    if (withExperts > 0) {
        requireWithin("LayerOffsets.router", at.layer.router, c.experts * hidden, "Layout.expertLayerSize",
                      at.expertLayerSize);
        requireWithin("LayerOffsets.experts", at.layer.experts, Bytes(c.experts) * Bytes(expertSize(c)),
                      "Layout.expertLayerSize", at.expertLayerSize);
    }
}

}  // namespace rpt
