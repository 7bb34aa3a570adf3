#pragma once

#include "batch.h"
#include "model.h"
#include "pages.h"

namespace rpt {

/** What the backward pass of one layer reads, for T rows. */
struct LayerActivations {
    float* input;      // residual stream before the layer, [T][hidden]
    float* fused;      // rotated queries, rotated keys, values, [T][fusedWidth]
    float* raw;        // queries and keys before their norms, [T][queryWidth + keyWidth]; only with queryKeyNorm
    float* mixed;      // output of attention, [T][queryWidth]
    float* logSumExp;  // [T][heads]
    float* middle;     // residual stream between attention and feed-forward, [T][hidden]
    float* gateUp;     // [T][2 intermediate]; of experts [T expertsPerToken][2 expertWidth], see Routes
    float* routed;     // probabilities of the experts, [T][experts]
    float* attended;   // output projection before the norm behind attention, [T][hidden]; only with norms behind
    float* lowered;    // down projection before the norm behind the feed-forward, the same

    /** Floats of everything but the input, per row. */
    static size_t floatsPerRow(const Config& config);
    /** Lays out everything except the input, starting at `place`. */
    void place(const Config& config, int rows, float* place);
};

/** Buffers of a pass that every layer reuses. */
class DecoderWorkspace {
public:
    static size_t bytes(const Config& config, int rows);
    /** Makes room for that many rows. */
    void reserve(const Config& config, Budget& budget, int rows);
    size_t size() const { return block_.size(); }

    float* normed = nullptr;  // [T][hidden]
    float* hidden = nullptr;  // [T][intermediate], or [T expertsPerToken][expertWidth]
    float* gathered = nullptr;  // rows of experts, [T expertsPerToken][hidden]

private:
    Block block_;
};

/** Computes layers. Only attention makes rows depend on each other. */
class Decoder {
public:
    Decoder(Model& model, Weights weights, const Batch& batch, const Pages& pages, DecoderWorkspace& workspace);

    const BatchPlan& plan() const { return *plan_; }
    /** x[row] = embedding of its token. */
    void embed(float* x);
    /**
     * Runs all layers, from the embeddings on, and keeps only the last stream.
     *
     * @param input and output buffers for the stream, [T][hidden] each
     * @return the one that holds the result
     */
    float* run(LayerActivations activations, float* input, float* output, const CancelCheck& cancelled);
    /** One layer: reads activations.input, fills the rest, writes the stream after the layer to `output`. */
    void layer(int layer, const LayerActivations& activations, float* output, bool keepLogSumExp);

private:
    /** What attention or feed-forward f reads of a stream, and where f(x) is added: to the stream, or to zeros. */
    struct Half {
        const float* x;
        float* target;
    };

    void feedForward(int layer, const LayerActivations& activations, float* output);
    /** lowered += the feed-forward of x, or the weighted sum of those of the experts. */
    void feed(int layer, const LayerActivations& activations, const float* x, float* lowered);
    void feedExperts(int layer, const LayerActivations& activations, const float* x, float* lowered);
    /**
     * Reads a stream once: x is the stream after the norm `before`, or itself if that is absent; the target is the
     * stream in `sum`, or zeros in `addend` if the norm `behind` follows f. Norms are offsets among the layer's vectors.
     */
    Half begin(int layer, int64_t before, int64_t behind, const float* stream, float* sum, float* addend);
    /** sum = stream + norm(behind), if there is such a norm. */
    void finish(int layer, int64_t norm, const float* stream, const float* behind, float* sum);

    /** Adds what the adapter, if any, gives the linear layers of a site. */
    void adapt(Site site, int layer, const float* x, ptrdiff_t ldx, float* y, ptrdiff_t ldy);

    Model& model_;
    Operations& operations_;
    Adapter* adapter_;
    const PackedModel& packed_;
    const Pages& pages_;
    DecoderWorkspace& workspace_;
    const int rows_;
    std::unique_ptr<BatchPlan> plan_;
};

}  // namespace rpt
