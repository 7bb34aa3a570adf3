#pragma once

#include <cstddef>
#include <vector>

namespace rpt {

/** The shape of a decoder and where its weights lie in one array of floats, see Weights. */
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

    int queryWidth() const { return heads * headSize; }
    int keyWidth() const { return keyValueHeads * headSize; }
    /** Width of the fused query, key and value projection. */
    int fusedWidth() const { return queryWidth() + 2 * keyWidth(); }
    /** Query heads per key head. */
    int sharing() const { return heads / keyValueHeads; }
};

/** First element of each weight of a layer, counted from the layer's first; ABSENT where the model has none. */
struct LayerOffsets {
    static constexpr long ABSENT = -1;

    long inputNorm;
    long fused;      // query, key, value rows one after the other
    long fusedBias;  // their biases
    long queryNorm;
    long keyNorm;
    long output;
    long outputBias;
    long postNorm;
    long gateUp;  // gate rows, then up rows
    long down;
};

/** Where the weights are. */
struct Layout {
    size_t embedding;
    size_t finalNorm;
    size_t head;  // the embedding if tied
    size_t layerStart;
    size_t layerSize;
    size_t total;
    LayerOffsets layer;
};

}  // namespace rpt
