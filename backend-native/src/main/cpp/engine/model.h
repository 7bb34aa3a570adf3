#pragma once

#include <atomic>
#include <functional>
#include <vector>

#include "config.h"
#include "matrix.h"

namespace rpt {

/** Called between layers; true ends the operation with Cancelled. */
using CancelCheck = std::function<bool()>;

/** The packed matrices of one layer. */
struct PackedLayer {
    PackedMatrix fused, output, gateUp, down;
};

/** Every matrix of a model, packed for one direction of products into one block. */
struct PackedModel {
    Block block;
    std::vector<PackedLayer> layers;
    PackedMatrix head;
    bool fresh = false;
};

/**
 * Weights in single precision, and copies of the matrices packed for products in the precision of the model and
 * repacked after each change. Runs one operation at a time.
 */
class Model {
public:
    Model(const Kernels& kernels, Pool& pool, Budget& budget, Precision precision, Config config, Layout layout);

    const Config& config() const { return config_; }
    const Layout& layout() const { return layout_; }
    Compute& compute() { return compute_; }
    float* weights() const { return weights_.as<float>(); }

    const float* layerWeights(int layer) const { return weights() + layerStart(layer); }
    size_t layerStart(int layer) const { return layout_.layerStart + layout_.layerSize * layer; }

    /** Cosines, then sines, of a position, each [headSize / 2]. */
    const float* rotary(int position) const { return rotary_.as<float>() + size_t(position) * config_.headSize; }

    /** Matrices for y = x W^T; packs them if the weights have changed. */
    const PackedModel& forward();
    /** Matrices for dx = dy W. */
    const PackedModel& backward();

    void weightsChanged() { forward_.fresh = backward_.fresh = false; }

private:
    void fillRotary();

    Config config_;
    Layout layout_;
    Compute compute_;
    Block weights_;
    Block rotary_;
    PackedModel forward_;
    PackedModel backward_;
};

}  // namespace rpt
