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
    /** Radians per position, [headSize / 2]. */
    std::vector<double> frequencies;
    /** Ids that no token has: pairs of a first id and the one behind the last, ascending. Their probability is 0. */
    std::vector<int> absent = {};

    int queryWidth() const { return heads * headSize; }
    int keyWidth() const { return keyValueHeads * headSize; }
    /** Width of the fused query, key and value projection. */
    int fusedWidth() const { return queryWidth() + 2 * keyWidth(); }
    /** Query heads per key head. */
    int sharing() const { return heads / keyValueHeads; }
};

/** First element of each weight of a layer, counted from the layer's first; ABSENT where the model has none. */
struct LayerOffsets {
    static constexpr int64_t ABSENT = -1;

    int64_t inputNorm;
    int64_t fused;      // query, key, value rows one after the other
    int64_t fusedBias;  // their biases
    int64_t queryNorm;
    int64_t keyNorm;
    int64_t output;
    int64_t outputBias;
    int64_t postNorm;
    int64_t gateUp;  // gate rows, then up rows
    int64_t down;
};

/** Where the weights lie in the model's array of floats. */
struct Layout {
    size_t embedding;
    size_t finalNorm;
    size_t head;  // the embedding if tied
    size_t layerStart;
    size_t layerSize;
    size_t total;
    LayerOffsets layer;
};

/** Throws std::invalid_argument, naming the field, if the numbers make no model or a weight lies outside the array. */
void validate(const Config& config, const Layout& layout);

}  // namespace rpt
