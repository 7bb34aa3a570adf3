#include "decoder.h"

#include <utility>

#include "errors.h"
#include "experts.h"

namespace rpt {

size_t LayerActivations::floatsPerRow(const Config& c) {
    size_t raw = c.queryKeyNorm ? size_t(c.queryWidth()) + c.keyWidth() : 0;
    size_t behind = c.normsBehind ? 2 * size_t(c.hidden) : 0;
    return size_t(c.fusedWidth()) + raw + c.queryWidth() + c.heads + c.hidden + 2 * size_t(c.feedWidth()) + c.experts
           + behind;
}

void LayerActivations::place(const Config& c, int rows, float* place) {
    auto next = [&](size_t width) {
        float* here = place;
        place += width * rows;
        return here;
    };
    fused = next(c.fusedWidth());
    raw = next(c.queryKeyNorm ? size_t(c.queryWidth()) + c.keyWidth() : 0);
    mixed = next(c.queryWidth());
    logSumExp = next(c.heads);
    middle = next(c.hidden);
    gateUp = next(2 * size_t(c.feedWidth()));
    routed = next(c.experts);
    attended = next(c.normsBehind ? c.hidden : 0);
    lowered = next(c.normsBehind ? c.hidden : 0);
}

size_t DecoderWorkspace::bytes(const Config& config, int rows) {
    return Bytes(size_t(config.hidden) + config.feedWidth() + config.gatheredWidth()) * Bytes(rows)
           * Bytes(sizeof(float));
}

void DecoderWorkspace::reserve(const Config& config, Budget& budget, int rows) {
    block_.ensure(budget, bytes(config, rows), "activations");
    normed = block_.as<float>();
    hidden = normed + size_t(config.hidden) * rows;
    gathered = hidden + size_t(config.feedWidth()) * rows;
}

Decoder::Decoder(Model& model, Weights weights, const Batch& batch, const Pages& pages, DecoderWorkspace& workspace)
    : model_(model),
      operations_(model.operations()),
      adapter_(weights.adapter),
      packed_(model.packed(weights.rounded)),
      pages_(pages),
      workspace_(workspace),
      rows_(batch.rows()),
      plan_(operations_.plan(model.config(), batch)) {}

void Decoder::embed(float* x) { model_.embed(*plan_, x); }

void Decoder::adapt(Site site, int layer, const float* x, ptrdiff_t ldx, float* y, ptrdiff_t ldy) {
    if (adapter_) adapter_->add(site, layer, x, ldx, rows_, y, ldy);
}

float* Decoder::run(LayerActivations activations, float* input, float* output, const CancelCheck& cancelled) {
    embed(input);
    for (int l = 0; l < model_.config().layers; l++) {
        if (cancelled()) throw Cancelled();
        activations.input = input;
        layer(l, activations, output, false);
        std::swap(input, output);
    }
    return input;
}

void Decoder::layer(int layer, const LayerActivations& a, float* output, bool keepLogSumExp) {
    const Config& c = model_.config();
    const LayerOffsets& at = model_.vectors();
    auto [x, attended] = begin(layer, at.inputNorm, at.attentionNorm, a.input, a.middle, a.attended);
    operations_.multiply(x, c.hidden, rows_, *packed_.layers[layer].fused, a.fused, c.fusedWidth(), false);
    adapt(Site::FUSED, layer, x, c.hidden, a.fused, c.fusedWidth());
    operations_.project(*plan_, model_.projection(layer), a.fused, a.raw);
    operations_.attend(*plan_, pages_, layer, a.fused, a.mixed, keepLogSumExp ? a.logSumExp : nullptr);
    if (const float* bias = model_.vector(layer, at.outputBias))
        operations_.addRows(1, {bias, 0}, {attended, c.hidden}, rows_, c.hidden);
    operations_.multiply(a.mixed, c.queryWidth(), rows_, *packed_.layers[layer].output, attended, c.hidden, true);
    adapt(Site::OUTPUT, layer, a.mixed, c.queryWidth(), attended, c.hidden);
    finish(layer, at.attentionNorm, a.input, attended, a.middle);
    feedForward(layer, a, output);
}

Decoder::Half Decoder::begin(int layer, int64_t before, int64_t behind, const float* stream, float* sum,
                             float* addend) {
    const int hidden = model_.config().hidden;
    const size_t bytes = size_t(rows_) * hidden * sizeof(float);
    bool isNormed = before != LayerOffsets::ABSENT, isAddend = behind != LayerOffsets::ABSENT;
    if (isAddend) operations_.zero(addend, bytes);
    if (isNormed)
        operations_.norm(model_.norm(layer, before), {stream, hidden}, rows_, workspace_.normed,
                         isAddend ? nullptr : sum);
    else if (!isAddend) operations_.copy(sum, stream, bytes);
    return {isNormed ? workspace_.normed : stream, isAddend ? addend : sum};
}

void Decoder::finish(int layer, int64_t norm, const float* stream, const float* behind, float* sum) {
    if (norm != LayerOffsets::ABSENT) operations_.addNorm(model_.norm(layer, norm), behind, stream, rows_, sum);
}

void Decoder::feedForward(int layer, const LayerActivations& a, float* output) {
    int64_t behind = model_.vectors().feedForwardNorm;
    auto [x, lowered] = begin(layer, model_.vectors().postNorm, behind, a.middle, output, a.lowered);
    if (model_.config().hasExperts(layer)) feedExperts(layer, a, x, lowered);
    else feed(layer, a, x, lowered);
    finish(layer, behind, a.middle, lowered, output);
}

void Decoder::feed(int layer, const LayerActivations& a, const float* x, float* lowered) {
    const Config& c = model_.config();
    const PackedFeed& packed = packed_.layers[layer].feed;
    ptrdiff_t width = c.intermediate;
    operations_.multiply(x, c.hidden, rows_, *packed.gateUp, a.gateUp, 2 * width, false);
    adapt(Site::GATE_UP, layer, x, c.hidden, a.gateUp, 2 * width);
    operations_.activate(c.gelu, a.gateUp, c.intermediate, rows_, workspace_.hidden);
    operations_.multiply(workspace_.hidden, width, rows_, *packed.down, lowered, c.hidden, true);
    adapt(Site::DOWN, layer, workspace_.hidden, width, lowered, c.hidden);
}

void Decoder::feedExperts(int layer, const LayerActivations& a, const float* x, float* lowered) {
    const Config& c = model_.config();
    ExpertOperations& experts = *operations_.experts();
    const PackedLayer& packed = packed_.layers[layer];
    ptrdiff_t width = c.expertWidth;
    operations_.multiply(x, c.hidden, rows_, *packed.router, a.routed, c.experts, false);
    experts.softmax(a.routed, rows_, c.experts);
    Routes routes = routesOf(operations_, c, a.routed, rows_);
    float *gathered = workspace_.gathered, *hidden = workspace_.hidden;
    operations_.copyRows({x, c.hidden, routes.rows()}, {gathered, c.hidden}, routes.slots(), c.hidden);
    for (int e = 0; e < c.experts; e++)
        if (int count = routes.count(e))
            operations_.multiply(gathered + routes.first(e) * c.hidden, c.hidden, count, *packed.experts[e].gateUp,
                                 a.gateUp + routes.first(e) * 2 * width, 2 * width, false);
    operations_.activate(c.gelu, a.gateUp, c.expertWidth, routes.slots(), hidden);
    for (int e = 0; e < c.experts; e++)
        if (int count = routes.count(e))
            operations_.multiply(hidden + routes.first(e) * width, width, count, *packed.experts[e].down,
                                 gathered + routes.first(e) * c.hidden, c.hidden, false);
    experts.addSlots(routes, gathered, c.hidden, routes.shares(), lowered);
}

}  // namespace rpt
