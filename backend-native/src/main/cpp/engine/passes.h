#pragma once

#include <vector>

#include "backward.h"
#include "head.h"

namespace rpt {

/** Assigns each segment its own pages, numbered from 0; returns the number of pages. */
int assignPages(Batch& batch, int tokensPerPage);

/** Runs all layers over whole sequences and keeps only the last residual stream. */
class InferencePass {
public:
    explicit InferencePass(Model& model) : model_(model) {}

    /** Bytes that a batch of so many rows and segments needs, including logits for `targets` rows. */
    static size_t bytes(const Model& model, const Kernels& kernels, int rows, int segments, int targets);

    /** The residual stream after the last layer, [T][hidden]; valid until the next call. */
    const float* run(Batch& batch, Adapter* adapter, int targets, const CancelCheck& cancelled);

private:
    Model& model_;
    Pages pages_;
    DecoderWorkspace workspace_;
    Block activations_;
    Block streams_;
};

/**
 * Memory that training passes reuse: allocating it for each pass would cost as much as the matrix products. One pass at
 * a time.
 */
struct TrainingWorkspace {
    explicit TrainingWorkspace(Model& model) : head(model) {}

    Head head;
    Pages pages;
    DecoderWorkspace decoder;
    GradientWorkspace gradient;
    Block streams;      // residual stream before each layer and after the last
    Block activations;  // of every layer, or of one
    Block gradients;

    size_t bytes() const {
        return streams.size() + activations.size() + gradients.size() + pages.size() + decoder.size();
    }
};

/**
 * A forward pass that keeps its activations for one backward pass: all of them, or only each layer's input, from which
 * backward() recomputes the rest.
 */
class TrainingPass {
public:
    TrainingPass(Model& model, TrainingWorkspace& workspace, Batch batch, Targets targets, double temperature,
                 bool recompute, double* logProbs, const CancelCheck& cancelled);

    int targetCount() const { return targets_.count(); }

    /** Adds the gradient of sum w_t log p_t to `gradients`, which lie as Model::parameters() do. */
    void backward(const std::vector<double>& weights, float* gradients);

private:
    float* stream(int layer) const {
        return workspace_.streams.as<float>() + size_t(layer) * batch_.rows() * model_.config().hidden;
    }
    LayerActivations activations(int layer) const;
    /** Throws OverBudget, before anything is computed, if the budget is too small. */
    void reserve();

    Model& model_;
    Batch batch_;
    Targets targets_;
    double temperature_;
    bool recompute_;
    TrainingWorkspace& workspace_;
    std::vector<RowLoss> losses_;
};

}  // namespace rpt
