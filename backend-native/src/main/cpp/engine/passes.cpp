#include "passes.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "errors.h"

namespace rpt {

size_t InferencePass::bytes(Model& model, int rows, int segments, int targets) {
    const Config& c = model.config();
    const Operations& operations = model.operations();
    size_t pages = size_t(rows) / operations.pageShape(c).tokens + segments;
    return Bytes(DecoderWorkspace::bytes(c, rows))
           + Bytes(LayerActivations::floatsPerRow(c) + 2 * size_t(c.hidden)) * Bytes(rows) * Bytes(sizeof(float))
           + Bytes(pages) * Bytes(Pages::pageBytes(c, operations, Pages::Keep::ONE_LAYER))
           + Bytes(Head::bytes(c, targets));
}

const float* InferencePass::run(Batch& batch, Weights weights, int targets, const CancelCheck& cancelled) {
    const Config& c = model_.config();
    Operations& operations = model_.operations();
    Budget& budget = operations.budget();
    model_.packed(weights.rounded);
    int rows = batch.rows();
    budget.require(bytes(model_, rows, static_cast<int>(batch.segments.size()), targets),
                   workspace_.size() + activations_.size() + streams_.size() + pages_.size(),
                   "a pass over " + std::to_string(rows) + " tokens");
    pages_.reserve(c, operations, assignPages(batch, operations.pageShape(c).tokens), Pages::Keep::ONE_LAYER,
                   "keys and values");
    workspace_.reserve(c, budget, rows);
    activations_.ensure(budget, LayerActivations::floatsPerRow(c) * rows * sizeof(float), "activations");
    streams_.ensure(budget, 2 * size_t(c.hidden) * rows * sizeof(float), "activations");
    float* input = streams_.as<float>();
    float* output = input + size_t(c.hidden) * rows;
    LayerActivations activations;
    activations.place(c, rows, activations_.as<float>());
    return Decoder(model_, weights, batch, pages_, workspace_).run(activations, input, output, cancelled);
}

TrainingPass::TrainingPass(Model& model, TrainingWorkspace& workspace, Batch batch, Targets targets, double temperature,
                           bool recompute, double* logProbs, const CancelCheck& cancelled, int partRows)
    : model_(model),
      targetCount_(targets.count()),
      temperature_(temperature),
      recompute_(recompute),
      workspace_(workspace) {
    if (targetCount_ == 0) return;
    parts_ = divide(std::move(batch), std::move(targets), model.operations().pageShape(model.config()).tokens,
                    recompute ? partRows : std::numeric_limits<int>::max());
    model.forward();
    model.reserveBackward();
    reserve();
    std::vector<double> values;
    for (Part& part : parts_) {
        if (part.rows() == 0) continue;
        run(part, cancelled);
        values.resize(part.targets.count());
        workspace_.head.logProbs(stream(part, model.config().layers), part.targets, temperature, values.data(),
                                 &part.losses, cancelled);
        for (size_t i = 0; i < values.size(); i++) logProbs[part.order[i]] = values[i];
    }
}

int TrainingPass::mostRows() const {
    int most = 0;
    for (const Part& part : parts_) most = std::max(most, part.rows());
    return most;
}

void TrainingPass::reserve() {
    const Config& c = model_.config();
    Operations& operations = model_.operations();
    Budget& budget = operations.budget();
    Pages::Keep keep = isDivided() ? Pages::Keep::EVERY_LAYER : Pages::Keep::ONE_LAYER;
    int most = mostRows(), first = parts_.front().rows(), longest = 0, logits = 0;
    for (size_t i = 1; i < parts_.size(); i++) longest = std::max(longest, parts_[i].rows());
    for (const Part& part : parts_) logits = std::max(logits, part.targets.count());
    Bytes rows(most), floats(sizeof(float));
    Bytes activations = Bytes(LayerActivations::floatsPerRow(c)) * rows * Bytes(recompute_ ? 1 : c.layers) * floats;
    Bytes streams = Bytes(c.layers + 1) * Bytes(c.hidden) * Bytes(size_t(first) + longest) * floats;
    Bytes gradients = Bytes(GradientWorkspace::floatsPerRow(c) + c.hidden) * rows * floats;
    Bytes shared = isDivided() ? Bytes(c.layers) * Bytes(first) * Bytes(4 * size_t(c.keyWidth())) * floats : Bytes(0);
    Bytes scratch = Bytes(operations.backwardBytes(c, most)) + Bytes(DecoderWorkspace::bytes(c, most));
    budget.require(activations + streams + gradients + scratch + shared + Bytes(Head::bytes(c, logits)),
                   workspace_.bytes(), "forward and backward over " + std::to_string(most) + " tokens");
    workspace_.pages.reserve(c, operations, pagesOf(parts_), keep, "keys and values");
    workspace_.decoder.reserve(c, budget, most);
    workspace_.activations.ensure(budget, activations, "activations");
    workspace_.streams.ensure(budget, streams, "activations");
    workspace_.gradients.ensure(budget, gradients, "gradients of activations");
    workspace_.shared.ensure(budget, shared, "shared keys and values");
}

float* TrainingPass::stream(const Part& part, int layer) const {
    size_t hidden = model_.config().hidden;
    size_t start = &part == &parts_.front() ? 0 : (model_.config().layers + size_t(1)) * parts_.front().rows() * hidden;
    return workspace_.streams.as<float>() + start + size_t(layer) * part.rows() * hidden;
}

LayerActivations TrainingPass::activations(const Part& part, int layer) const {
    LayerActivations activations;
    size_t size = LayerActivations::floatsPerRow(model_.config()) * part.rows();
    activations.place(model_.config(), part.rows(),
                      workspace_.activations.as<float>() + (recompute_ ? 0 : size * layer));
    activations.input = stream(part, layer);
    return activations;
}

float* TrainingPass::shared(int layer, bool gradients) const {
    if (!isDivided()) return nullptr;
    const Config& c = model_.config();
    size_t index = size_t(gradients ? c.layers : 0) + layer;
    return workspace_.shared.as<float>() + index * parts_.front().rows() * 2 * c.keyWidth();
}

void TrainingPass::run(Part& part, const CancelCheck& cancelled) {
    const Config& c = model_.config();
    Decoder decoder(model_, model_.adapter(), part.batch, workspace_.pages, workspace_.decoder);
    decoder.embed(stream(part, 0));
    for (int l = 0; l < c.layers; l++) {
        if (cancelled()) throw Cancelled();
        decoder.layer(l, activations(part, l), stream(part, l + 1), true);
        if (isDivided() && &part == &parts_.front()) keepShared(l, activations(part, l));
    }
    lastRun_ = &part;
}

void TrainingPass::keepShared(int layer, const LayerActivations& a) {
    const Config& c = model_.config();
    int width = 2 * c.keyWidth();
    model_.operations().copyRows({a.fused + c.queryWidth(), c.fusedWidth()}, {shared(layer, false), width},
                                 parts_.front().rows(), width);
}

void TrainingPass::backward(const std::vector<double>& weights, float* gradients) {
    if (model_.adapter()) {
        backward(weights, nullptr, gradients);
    } else {
        WholeGradient whole(model_, gradients);
        backward(weights, &whole, nullptr);
    }
}

void TrainingPass::backward(const std::vector<double>& weights, GradientSink& sink) {
    require(!model_.frozen() && !isDivided(),
            [] { return "gradients come piece by piece only from a batch that is whole, and for all weights"; });
    backward(weights, &sink, nullptr);
}

void TrainingPass::backward(const std::vector<double>& weights, GradientSink* sink, float* adapter) {
    requireSame("weights", weights.size(), "targets", static_cast<size_t>(targetCount_));
    if (targetCount_ == 0) return completeNothing(sink);
    const Config& c = model_.config();
    if (isDivided() && parts_.front().rows() > 0)
        model_.operations().zero(shared(0, true),
                                 size_t(c.layers) * parts_.front().rows() * 2 * c.keyWidth() * sizeof(float));
    // The last part that ran comes first, since its streams are still there; the shared one comes last.
    for (size_t i = parts_.size(); i-- > 0;)
        if (parts_[i].rows() > 0) backward(parts_[i], weights, sink, adapter);
}

void TrainingPass::completeNothing(GradientSink* sink) const {
    if (!sink) return;
    for (size_t piece = 0; piece < Piece::FIRST_LAYER + model_.config().layers; piece++) {
        sink->of(piece);
        sink->complete(piece);
    }
}

HeadGradients TrainingPass::headGradients(GradientSink* sink) const {
    if (!sink) return {nullptr, nullptr};
    const Layout& at = model_.layout();
    float* finalNorm = sink->of(Piece::HEAD);
    return {at.head == at.embedding ? sink->of(Piece::EMBEDDING) : finalNorm + (at.head - at.finalNorm), finalNorm};
}

void TrainingPass::backward(Part& part, const std::vector<double>& weights, GradientSink* sink, float* adapter) {
    const Config& c = model_.config();
    bool isFirst = &part == &parts_.front();
    // Half a gradient is worse than a late answer: a backward pass that has started is not cancelled.
    CancelCheck never = [] { return false; };
    if (!isFirst && lastRun_ != &part) run(part, never);
    std::vector<double> own;
    for (int index : part.order) own.push_back(weights[index]);
    GradientWorkspace& scratch = workspace_.gradient;
    scratch.place(c, part.rows(), workspace_.gradients.as<float>());
    float* d = workspace_.gradients.as<float>() + GradientWorkspace::floatsPerRow(c) * part.rows();
    Operations& operations = model_.operations();
    operations.zero(d, size_t(part.rows()) * c.hidden * sizeof(float));
    workspace_.head.backward(stream(part, c.layers), part.targets, temperature_, part.losses, own.data(), d,
                             headGradients(sink), never);
    auto complete = [&](size_t piece) {
        if (sink && isFirst) sink->complete(piece);
    };
    complete(Piece::HEAD);
    Decoder decoder(model_, model_.adapter(), part.batch, workspace_.pages, workspace_.decoder);
    for (int l = c.layers; l-- > 0;) {
        size_t piece = Piece::FIRST_LAYER + l;
        if (recompute_) decoder.layer(l, activations(part, l), stream(part, l + 1), true);
        PartLinks links{{part.shared, shared(l, false), shared(l, true)}, isFirst ? shared(l, true) : nullptr};
        layerBackward(model_, decoder.plan(), l, activations(part, l), workspace_.decoder, scratch, links, d,
                      {sink ? sink->of(piece) : nullptr, adapter});
        complete(piece);
    }
    if (sink)
        operations.addRows(c.embeddingScale, {d, c.hidden},
                           {sink->of(Piece::EMBEDDING), c.hidden, part.batch.tokens.data()}, part.rows(), c.hidden);
    complete(Piece::EMBEDDING);
}

}  // namespace rpt
