#include "passes.h"

#include <cstring>
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
    return Bytes(DecoderWorkspace::bytes(c, rows))
           + Bytes(LayerActivations::floatsPerRow(c) + 2 * size_t(c.hidden)) * Bytes(rows) * Bytes(sizeof(float))
           + Bytes(pages) * Bytes(Pages::pageBytes(c, kernels, Pages::Keep::ONE_LAYER))
           + Bytes(Head::bytes(c, targets));
}

const float* InferencePass::run(Batch& batch, Adapter* adapter, int targets, const CancelCheck& cancelled) {
    const Config& c = model_.config();
    Compute& compute = model_.compute();
    model_.forward();
    int rows = batch.rows();
    compute.budget.require(bytes(model_, compute.kernels, rows, static_cast<int>(batch.segments.size()), targets),
                           workspace_.size() + activations_.size() + streams_.size() + pages_.size(),
                           "a pass over " + std::to_string(rows) + " tokens");
    pages_.reserve(c, compute, assignPages(batch, compute.kernels.panel), Pages::Keep::ONE_LAYER, "keys and values");
    workspace_.reserve(c, compute.budget, rows);
    activations_.ensure(compute.budget, LayerActivations::floatsPerRow(c) * rows * sizeof(float), "activations");
    streams_.ensure(compute.budget, 2 * size_t(c.hidden) * rows * sizeof(float), "activations");
    float* input = streams_.as<float>();
    float* output = input + size_t(c.hidden) * rows;
    LayerActivations activations;
    activations.place(c, rows, activations_.as<float>());
    return Decoder(model_, adapter, batch, pages_, workspace_).run(activations, input, output, cancelled);
}

TrainingPass::TrainingPass(Model& model, TrainingWorkspace& workspace, Batch batch, Targets targets, double temperature,
                           bool recompute, double* logProbs, const CancelCheck& cancelled)
    : model_(model),
      batch_(std::move(batch)),
      targets_(std::move(targets)),
      temperature_(temperature),
      recompute_(recompute),
      workspace_(workspace) {
    if (targets_.count() == 0) return;
    const Config& c = model.config();
    model.forward();
    model.reserveBackward();
    reserve();
    Decoder decoder(model, model.adapter(), batch_, workspace_.pages, workspace_.decoder);
    decoder.embed(stream(0));
    for (int l = 0; l < c.layers; l++) {
        if (cancelled()) throw Cancelled();
        decoder.layer(l, activations(l), stream(l + 1), true);
    }
    workspace_.head.logProbs(stream(c.layers), targets_, temperature, logProbs, &losses_, cancelled);
}

void TrainingPass::reserve() {
    const Config& c = model_.config();
    Compute& compute = model_.compute();
    Budget& budget = compute.budget;
    Bytes rows(batch_.rows()), floats(sizeof(float));
    Bytes activations = Bytes(LayerActivations::floatsPerRow(c)) * rows * Bytes(recompute_ ? 1 : c.layers) * floats;
    Bytes streams = Bytes(c.layers + 1) * Bytes(c.hidden) * rows * floats;
    Bytes gradients = Bytes(GradientWorkspace::floatsPerRow(c) + c.hidden) * rows * floats;
    Bytes packed = Bytes(2 * size_t(c.intermediate) + 4 * size_t(c.keyWidth())) * rows * floats;
    budget.require(activations + streams + gradients + packed + Bytes(DecoderWorkspace::bytes(c, batch_.rows()))
                       + Bytes(Head::bytes(c, targets_.count())),
                   workspace_.bytes(), "forward and backward over " + std::to_string(batch_.rows()) + " tokens");
    workspace_.pages.reserve(c, compute, assignPages(batch_, compute.kernels.panel), Pages::Keep::ONE_LAYER,
                             "keys and values");
    workspace_.decoder.reserve(c, budget, batch_.rows());
    workspace_.activations.ensure(budget, activations, "activations");
    workspace_.streams.ensure(budget, streams, "activations");
    workspace_.gradients.ensure(budget, gradients, "gradients of activations");
}

LayerActivations TrainingPass::activations(int layer) const {
    LayerActivations activations;
    size_t size = LayerActivations::floatsPerRow(model_.config()) * batch_.rows();
    activations.place(model_.config(), batch_.rows(),
                      workspace_.activations.as<float>() + (recompute_ ? 0 : size * layer));
    activations.input = stream(layer);
    return activations;
}

void TrainingPass::backward(const std::vector<double>& weights, float* gradients) {
    requireSame("weights", weights.size(), "targets", static_cast<size_t>(targets_.count()));
    if (targets_.count() == 0) return;
    const Config& c = model_.config();
    GradientWorkspace& scratch = workspace_.gradient;
    scratch.place(c, batch_.rows(), workspace_.gradients.as<float>());
    float* d = workspace_.gradients.as<float>() + GradientWorkspace::floatsPerRow(c) * batch_.rows();
    std::memset(d, 0, size_t(batch_.rows()) * c.hidden * sizeof(float));
    Decoder decoder(model_, model_.adapter(), batch_, workspace_.pages, workspace_.decoder);
    // Half a gradient is worse than a late answer: a backward pass that has started is not cancelled.
    CancelCheck never = [] { return false; };
    Gradients into = model_.adapter() ? Gradients{nullptr, gradients} : Gradients{gradients, nullptr};
    workspace_.head.backward(stream(c.layers), targets_, temperature_, losses_, weights.data(), d, into.masters, never);
    for (int l = c.layers; l-- > 0;) {
        if (recompute_) decoder.layer(l, activations(l), stream(l + 1), true);
        layerBackward(model_, batch_, l, activations(l), workspace_.decoder, scratch, d, into);
    }
    if (into.masters) embeddingBackward(model_, batch_, d, into.masters);
}

}  // namespace rpt
