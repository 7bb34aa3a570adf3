#pragma once

#include "decoder.h"

namespace rpt {

/** Buffers that the backward passes of all layers share. */
struct GradientWorkspace {
    float* dHidden;  // [T][intermediate]
    float* dGateUp;  // [T][2 intermediate]
    float* dNormed;  // [T][hidden]
    float* dMixed;   // [T][queryWidth]
    float* dFused;   // [T][fusedWidth]
    float* dBehind;  // of what a norm behind attention or feed-forward reads, [T][hidden]; only with such norms
    PackedMatrix packed;
    AttentionWorkspace attention;

    static size_t floatsPerRow(const Config& config);
    void place(const Config& config, int rows, float* place);
};

/** Where gradients go: to those of all masters, or to those of an adapter over frozen weights; the other is null. */
struct Gradients {
    float* masters;
    float* adapter;
};

/**
 * The derivative of Decoder::layer, from the last step to the first.
 *
 * @param d gradient of the stream after the layer, replaced by that before it, [T][hidden]
 * @param gradients the layer adds to them
 */
void layerBackward(Model& model, const Batch& batch, int layer, const LayerActivations& activations,
                   DecoderWorkspace& workspace, GradientWorkspace& scratch, float* d, const Gradients& gradients);

/** Adds the gradients of embeddings, row by row. */
void embeddingBackward(Model& model, const Batch& batch, const float* d, float* gradients);

}  // namespace rpt
