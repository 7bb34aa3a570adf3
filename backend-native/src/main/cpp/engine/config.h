#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace rpt {

/** The shape of a decoder. */
struct Config {
    int vocabulary;
    int hidden;
    int intermediate;
    int layers;
    int heads;
    int keyValueHeads;
    int headSize;
    int context;
    float epsilon;
    bool queryKeyNorm;
    /** Radians per position, [rotary width / 2] for each rotation, one after the other. */
    std::vector<double> frequencies;
    /** Ids that no token has: pairs of a first id and the one behind the last, ascending. Their probability is 0. */
    std::vector<int> absent = {};
    /** What each rotation multiplies cosines and sines by; empty for one rotation that multiplies by 1. */
    std::vector<double> rotaryFactors = {};
    /** The rotation of each layer, -1 for none; empty for the first in every layer. */
    std::vector<int> rotations = {};
    /** How many tokens a token of each layer sees, itself included, 0 for all; empty for all in every layer. */
    std::vector<int> windows = {};
    /** Components of a head that rotate, the first ones; 0 for all. */
    int rotarySize = 0;
    /** Factor of products of queries and keys; 0 for 1 / sqrt(headSize). */
    float attentionScale = 0;
    float embeddingScale = 1;
    /** What is added to the weights of a norm: 0 or 1. */
    float normAdded = 0;
    /** Whether query and key norms cover all heads at once. */
    bool normOverAllHeads = false;
    /** Whether norms stand behind attention and feed-forward, too or alone. */
    bool normsBehind = false;
    /** Whether the feed-forward is gated by GELU and not by SiLU. */
    bool gelu = false;
    /** Feed-forwards of a layer with several, of which each row uses some; 0 if no layer has any. */
    int experts = 0;
    int expertsPerToken = 0;
    /** Width within an expert, as `intermediate` is that of a layer without. */
    int expertWidth = 0;
    /** Whether the factors of the experts of a row are divided by their sum. */
    bool sharesNormalised = false;
    /** 1 for each layer with experts and 0 for others; empty if no layer has any. */
    std::vector<int> expertLayers = {};

    int queryWidth() const { return heads * headSize; }
    int keyWidth() const { return keyValueHeads * headSize; }
    /** Width of the fused query, key and value projection. */
    int fusedWidth() const { return queryWidth() + 2 * keyWidth(); }
    /** Query heads per key head. */
    int sharing() const { return heads / keyValueHeads; }
    int rotaryWidth() const { return rotarySize > 0 ? rotarySize : headSize; }
    int rotationCount() const { return rotaryFactors.empty() ? 1 : static_cast<int>(rotaryFactors.size()); }
    int rotation(int layer) const { return rotations.empty() ? 0 : rotations[layer]; }
    bool hasExperts(int layer) const { return !expertLayers.empty() && expertLayers[layer] != 0; }
    /** The most that the activations of a feed-forward take of a row. */
    int feedWidth() const;
    /** Floats of a row for each expert that it uses, where layers have some. */
    size_t gatheredWidth() const { return size_t(expertsPerToken) * hidden; }
    int window(int layer) const { return windows.empty() ? 0 : windows[layer]; }
    float scale() const;
    /** Width of what a query or key norm covers. */
    int queryNormWidth() const { return normOverAllHeads ? queryWidth() : headSize; }
    int keyNormWidth() const { return normOverAllHeads ? keyWidth() : headSize; }
};

/**
 * First element of each weight of a layer, counted from the layer's first; ABSENT where the model has none. Layers with
 * and without experts differ in their feed-forward alone, which comes last.
 */
struct LayerOffsets {
    static constexpr int64_t ABSENT = -1;

    int64_t inputNorm;  // before attention
    int64_t fused;      // query, key, value rows one after the other
    int64_t fusedBias;  // their biases
    int64_t queryNorm;
    int64_t keyNorm;
    int64_t output;
    int64_t outputBias;
    int64_t postNorm;  // before the feed-forward
    int64_t gateUp;    // gate rows, then up rows; of a layer without experts
    int64_t down;
    int64_t attentionNorm = ABSENT;    // behind attention
    int64_t feedForwardNorm = ABSENT;  // behind the feed-forward
    int64_t router = ABSENT;           // a row for each expert
    int64_t experts = ABSENT;          // of each in turn gate rows, up rows, down
};

/** Elements of an expert. */
inline size_t expertSize(const Config& c) { return 3 * size_t(c.expertWidth) * c.hidden; }
/** Where the matrices of an expert lie in a layer. */
inline size_t expertGateUp(const Config& c, const LayerOffsets& at, int expert) {
    return at.experts + expertSize(c) * expert;
}
inline size_t expertDown(const Config& c, const LayerOffsets& at, int expert) {
    return expertGateUp(c, at, expert) + 2 * size_t(c.expertWidth) * c.hidden;
}

/** Where the weights lie in the model's array of floats. */
struct Layout {
    size_t embedding;
    size_t finalNorm;
    size_t head;  // the embedding if tied
    size_t layerStart;
    size_t layerSize;  // of a layer without experts
    size_t total;
    LayerOffsets layer;
    size_t expertLayerSize = 0;  // of a layer with experts

    size_t sizeOf(const Config& c, int layer) const { return c.hasExperts(layer) ? expertLayerSize : layerSize; }
    size_t startOf(const Config& c, int layer) const;
};

/** Throws std::invalid_argument, naming the field, if the numbers make no model or a weight lies outside the array. */
void validate(const Config& config, const Layout& layout);

}  // namespace rpt
