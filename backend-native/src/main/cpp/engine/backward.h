#pragma once

#include <memory>

#include "decoder.h"

namespace rpt {

/** Buffers that the backward passes of all layers share. */
struct GradientWorkspace {
    float* dHidden;  // [T][intermediate], or [T expertsPerToken][expertWidth]
    float* dGateUp;  // twice as wide
    float* dNormed;  // [T][hidden]
    float* dMixed;   // [T][queryWidth]
    float* dFused;   // [T][fusedWidth]
    float* dBehind;  // of what a norm behind attention or feed-forward reads, [T][hidden]; only with such norms
    float* dGathered;  // of rows of experts, [T expertsPerToken][hidden]
    float* dRouted;    // of the products with the router, [T][experts]
    std::unique_ptr<Matrix> packed;

    static size_t floatsPerRow(const Config& config);
    void place(const Config& config, int rows, float* place);
};

/** Where the gradients of a layer go: to those of its masters, or of an adapter over frozen ones; the other is null. */
struct Gradients {
    float* layer;
    float* adapter;
};

/** What ties the part of a divided batch to the other parts, in one layer. */
struct PartLinks {
    /** What the segments of the part read. */
    SharedKeys read;
    /** Gradients that later parts gave the keys and values of this one, [T][2 keyWidth]; null if there are none. */
    const float* given;
};

/**
 * The derivative of Decoder::layer, from the last step to the first.
 *
 * @param d gradient of the stream after the layer, replaced by that before it, [T][hidden]
 * @param gradients the layer adds to them
 */
void layerBackward(Model& model, const BatchPlan& plan, int layer, const LayerActivations& activations,
                   DecoderWorkspace& workspace, GradientWorkspace& scratch, const PartLinks& links, float* d,
                   const Gradients& gradients);

}  // namespace rpt
