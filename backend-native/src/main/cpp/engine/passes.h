#pragma once

#include <vector>

#include "backward.h"
#include "head.h"
#include "pages.h"
#include "parts.h"
#include "pieces.h"

namespace rpt {

/** Runs all layers over whole sequences and keeps only the last residual stream. */
class InferencePass {
public:
    explicit InferencePass(Model& model) : model_(model) {}

    /** Bytes that a batch of so many rows and segments needs, including logits for `targets` rows. */
    static size_t bytes(Model& model, int rows, int segments, int targets);

    /** The residual stream after the last layer, [T][hidden]; valid until the next call. */
    const float* run(Batch& batch, Weights weights, int targets, const CancelCheck& cancelled);

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
    explicit TrainingWorkspace(Model& model) : head(model) { gradient.packed = model.operations().matrix(); }

    Head head;
    Pages pages;
    DecoderWorkspace decoder;
    GradientWorkspace gradient;
    Block streams;      // residual stream before each layer and after the last
    Block activations;  // of every layer, or of one
    Block gradients;
    Block shared;  // keys and values that parts of a batch read, and their gradients, of every layer

    size_t bytes() const {
        return streams.size() + activations.size() + gradients.size() + shared.size() + pages.size() + decoder.size();
    }
};

/**
 * A forward pass that keeps its activations for one backward pass: all of them, or only each layer's input, from which
 * backward() recomputes the rest. A long batch is then divided, see Part: the first part keeps its inputs, keys and
 * values, the others are computed again one by one, and give the gradients of the keys and values that they read.
 */
class TrainingPass {
public:
    /** Rows of a part, beside the shared ones: enough for products to run at full speed. */
    static constexpr int PART_ROWS = 1024;

    /** @param partRows rows of a part; a batch is divided only if it is recomputed */
    TrainingPass(Model& model, TrainingWorkspace& workspace, Batch batch, Targets targets, double temperature,
                 bool recompute, double* logProbs, const CancelCheck& cancelled, int partRows = PART_ROWS);

    int targetCount() const { return targetCount_; }

    /** Adds the gradient of sum w_t log p_t to `gradients`, which lie as Model::parameters() do. */
    void backward(const std::vector<double>& weights, float* gradients);
    /**
     * The same for all weights of a model, piece by piece: the head, the layers from the last to the first, the
     * embedding. Each is complete, and its weights are read no more, before the next; so the batch must not be divided.
     * May run again, with the same bits, as long as nothing has changed the weights.
     */
    void backward(const std::vector<double>& weights, GradientSink& sink);

private:
    bool isDivided() const { return parts_.size() > 1; }
    /** Rows of the part with the most. */
    int mostRows() const;
    float* stream(const Part& part, int layer) const;
    LayerActivations activations(const Part& part, int layer) const;
    /** Keys and values of the first part that others read, or their gradients, of a layer. */
    float* shared(int layer, bool gradients) const;
    /** Throws OverBudget, before anything is computed, if the budget is too small. */
    void reserve();
    /** Runs a part up to the stream after the last layer. */
    void run(Part& part, const CancelCheck& cancelled);
    void keepShared(int layer, const LayerActivations& activations);
    /** Adds to the gradients of all weights or of an adapter; the other is null. */
    void backward(const std::vector<double>& weights, GradientSink* sink, float* adapter);
    void backward(Part& part, const std::vector<double>& weights, GradientSink* sink, float* adapter);
    HeadGradients headGradients(GradientSink* sink) const;
    /** The gradient of an empty sum. */
    void completeNothing(GradientSink* sink) const;

    Model& model_;
    std::vector<Part> parts_;
    int targetCount_;
    double temperature_;
    bool recompute_;
    TrainingWorkspace& workspace_;
    const Part* lastRun_ = nullptr;  // whose streams are in memory beside those of the first part
};

}  // namespace rpt
