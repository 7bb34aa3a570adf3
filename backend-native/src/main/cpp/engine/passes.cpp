#include "passes.h"

#include <utility>

#include "errors.h"

namespace rpt {

int assignPages(Batch& batch, int tokensPerPage) {
    int next = 0;
    for (Segment& segment : batch.segments)
        for (int done = 0; done < segment.length; done += tokensPerPage) segment.pages.push_back(next++);
    return next;
}

size_t InferencePass::bytes(const Model& model, const Kernels& kernels, int rows, int segments, int targets) {
    const Config& c = model.config();
    size_t pages = size_t(rows) / kernels.panel + segments;
    return DecoderWorkspace::bytes(c, rows) + (LayerActivations::floatsPerRow(c) + 2 * size_t(c.hidden)) * rows * sizeof(float)
        + pages * Pages::pageBytes(c, kernels, Pages::Keep::ONE_LAYER) + Head::bytes(c, targets);
}

const float* InferencePass::run(Batch& batch, int targets, const CancelCheck& cancelled) {
    const Config& c = model_.config();
    Compute& compute = model_.compute();
    model_.forward();
    int rows = batch.rows();
    compute.budget.require(bytes(model_, compute.kernels, rows, static_cast<int>(batch.segments.size()), targets),
                           workspace_.size() + activations_.size() + streams_.size() + pages_.size(), "a pass over "
                           + std::to_string(rows) + " tokens");
    pages_.reserve(c, compute, assignPages(batch, compute.kernels.panel), Pages::Keep::ONE_LAYER, "keys and values");
    workspace_.reserve(c, compute.budget, rows);
    activations_.ensure(compute.budget, LayerActivations::floatsPerRow(c) * rows * sizeof(float), "activations");
    streams_.ensure(compute.budget, 2 * size_t(c.hidden) * rows * sizeof(float), "activations");
    float* input = streams_.as<float>();
    float* output = input + size_t(c.hidden) * rows;
    LayerActivations activations;
    activations.place(c, rows, activations_.as<float>());
    Decoder decoder(model_, batch, pages_, workspace_);
    decoder.embed(input);
    for (int l = 0; l < c.layers; l++) {
        if (cancelled()) throw Cancelled();
        activations.input = input;
        decoder.layer(l, activations, output, false);
        std::swap(input, output);
    }
    return input;
}

TrainingPass::TrainingPass(Model& model, Batch batch, Targets targets, double temperature, bool recompute,
                           double* logProbs, const CancelCheck& cancelled)
    : model_(model), batch_(std::move(batch)), targets_(std::move(targets)), temperature_(temperature),
      recompute_(recompute), head_(model) {
    if (targets_.count() == 0) return;
    const Config& c = model.config();
    Compute& compute = model.compute();
    model.forward();
    model.backward();
    size_t rows = batch_.rows();
    size_t perRow = LayerActivations::floatsPerRow(c) * (recompute ? 1 : c.layers) + size_t(c.layers + 2) * c.hidden
        + GradientWorkspace::floatsPerRow(c) + 2 * size_t(c.intermediate);
    compute.budget.require(perRow * rows * sizeof(float) + DecoderWorkspace::bytes(c, batch_.rows())
                               + Head::bytes(c, targets_.count()), 0,
                           "forward and backward over " + std::to_string(rows) + " tokens");
    pages_.reserve(c, compute, assignPages(batch_, compute.kernels.panel), Pages::Keep::ONE_LAYER, "keys and values");
    workspace_.reserve(c, compute.budget, batch_.rows());
    activations_.allocate(compute.budget, LayerActivations::floatsPerRow(c) * rows * (recompute ? 1 : c.layers) * sizeof(float),
                          "activations");
    streams_.allocate(compute.budget, size_t(c.layers + 1) * c.hidden * rows * sizeof(float), "activations");
    gradients_.allocate(compute.budget, (GradientWorkspace::floatsPerRow(c) + c.hidden) * rows * sizeof(float),
                        "gradients of activations");
    Decoder decoder(model, batch_, pages_, workspace_);
    decoder.embed(stream(0));
    for (int l = 0; l < c.layers; l++) {
        if (cancelled()) throw Cancelled();
        decoder.layer(l, activations(l), stream(l + 1), true);
    }
    head_.logProbs(stream(c.layers), targets_, temperature, logProbs, &losses_, cancelled);
}

LayerActivations TrainingPass::activations(int layer) const {
    LayerActivations activations;
    size_t size = LayerActivations::floatsPerRow(model_.config()) * batch_.rows();
    activations.place(model_.config(), batch_.rows(), activations_.as<float>() + (recompute_ ? 0 : size * layer));
    activations.input = stream(layer);
    return activations;
}

void TrainingPass::backward(const double* weights, float* gradients) {
    if (targets_.count() == 0) return;
    const Config& c = model_.config();
    GradientWorkspace scratch;
    scratch.place(c, batch_.rows(), gradients_.as<float>());
    float* d = gradients_.as<float>() + GradientWorkspace::floatsPerRow(c) * batch_.rows();
    Decoder decoder(model_, batch_, pages_, workspace_);
    // Half a gradient is worse than a late answer: once begun, it is not cancelled.
    CancelCheck never = [] { return false; };
    head_.backward(stream(c.layers), targets_, temperature_, losses_, weights, d, gradients, never);
    for (int l = c.layers; l-- > 0;) {
        if (recompute_) decoder.layer(l, activations(l), stream(l + 1), true);
        layerBackward(model_, batch_, l, activations(l), workspace_, scratch, d, gradients);
    }
    embeddingBackward(model_, batch_, d, gradients);
}

}  // namespace rpt
