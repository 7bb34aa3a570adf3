#include "decoder.h"

#include <cstring>
#include <utility>

#include "errors.h"
#include "experts.h"
#include "rows.h"

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
      adapter_(weights.adapter),
      packed_(model.packed(weights.rounded)),
      batch_(batch),
      pages_(pages),
      workspace_(workspace),
      plan_(model.config(), batch, pages.tokensPerPage(), model.compute().pool.threads()),
      positions_(positionsOf(batch)) {}

void Decoder::embed(float* x) {
    int hidden = model_.config().hidden;
    eachRow(model_.compute().pool, batch_.rows(),
            [&](int row) { model_.embed(batch_.tokens[row], x + size_t(row) * hidden); });
}

void Decoder::adapt(Site site, int layer, const float* x, ptrdiff_t ldx, float* y, ptrdiff_t ldy) {
    if (adapter_) adapter_->add(site, layer, x, ldx, batch_.rows(), y, ldy);
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
    Compute& compute = model_.compute();
    const LayerOffsets& at = model_.vectors();
    const float* w = model_.layerVectors(layer);
    auto [x, attended] = begin(layer, at.inputNorm, at.attentionNorm, a.input, a.middle, a.attended);
    project(layer, a, x);
    attend(compute, c, batch_, plan_, pages_, layer,
           {a.fused, a.fused + c.queryWidth(), a.fused + c.queryWidth() + c.keyWidth(), c.fusedWidth()}, a.mixed,
           keepLogSumExp ? a.logSumExp : nullptr);
    if (at.outputBias != LayerOffsets::ABSENT)
        eachRow(compute.pool, batch_.rows(), [&](int row) {
            compute.kernels.axpy(1, w + at.outputBias, c.hidden, attended + size_t(row) * c.hidden);
        });
    multiply(compute, a.mixed, c.queryWidth(), batch_.rows(), packed_.layers[layer].output, attended, c.hidden,
             true);
    adapt(Site::OUTPUT, layer, a.mixed, c.queryWidth(), attended, c.hidden);
    finish(layer, at.attentionNorm, a.input, attended, a.middle);
    feedForward(layer, a, output);
}

Decoder::Half Decoder::begin(int layer, int64_t before, int64_t behind, const float* stream, float* sum,
                             float* addend) {
    const Config& c = model_.config();
    const Kernels& kernels = model_.compute().kernels;
    const float* w = model_.layerVectors(layer) + before;
    size_t size = c.hidden * sizeof(float);
    Half half{before == LayerOffsets::ABSENT ? stream : workspace_.normed,
              behind == LayerOffsets::ABSENT ? sum : addend};
    eachRow(model_.compute().pool, batch_.rows(), [&](int row) {
        size_t at = size_t(row) * c.hidden;
        if (before != LayerOffsets::ABSENT)
            kernels.rmsNorm(stream + at, w, c.normAdded, c.hidden, c.epsilon, workspace_.normed + at);
        if (behind == LayerOffsets::ABSENT) std::memcpy(half.target + at, stream + at, size);
        else std::memset(half.target + at, 0, size);
    });
    return half;
}

void Decoder::finish(int layer, int64_t norm, const float* stream, const float* behind, float* sum) {
    if (norm == LayerOffsets::ABSENT) return;
    const Config& c = model_.config();
    const Kernels& kernels = model_.compute().kernels;
    const float* w = model_.layerVectors(layer) + norm;
    eachRow(model_.compute().pool, batch_.rows(), [&](int row) {
        size_t at = size_t(row) * c.hidden;
        kernels.rmsNorm(behind + at, w, c.normAdded, c.hidden, c.epsilon, sum + at);
        kernels.axpy(1, stream + at, c.hidden, sum + at);
    });
}

void Decoder::project(int layer, const LayerActivations& a, const float* x) {
    const Config& c = model_.config();
    Compute& compute = model_.compute();
    const Kernels& kernels = compute.kernels;
    const LayerOffsets& at = model_.vectors();
    const float* w = model_.layerVectors(layer);
    int normedWidth = c.queryWidth() + c.keyWidth();
    multiply(compute, x, c.hidden, batch_.rows(), packed_.layers[layer].fused, a.fused, c.fusedWidth(), false);
    adapt(Site::FUSED, layer, x, c.hidden, a.fused, c.fusedWidth());
    int rotation = c.rotation(layer), half = c.rotaryWidth() / 2;
    eachRow(compute.pool, batch_.rows(), [&](int row) {
        float* fused = a.fused + size_t(row) * c.fusedWidth();
        if (at.fusedBias != LayerOffsets::ABSENT) kernels.axpy(1, w + at.fusedBias, c.fusedWidth(), fused);
        if (c.queryKeyNorm) {
            float* raw = a.raw + size_t(row) * normedWidth;
            std::memcpy(raw, fused, normedWidth * sizeof(float));
            eachNormed(c, [&](bool isQuery, int begin, int width) {
                kernels.rmsNorm(raw + begin, w + (isQuery ? at.queryNorm : at.keyNorm), c.normAdded, width, c.epsilon,
                                fused + begin);
            });
        }
        if (rotation < 0) return;
        const float* rotary = model_.rotary(rotation, positions_[row]);
        for (int h = 0; h < c.heads + c.keyValueHeads; h++)
            kernels.rotate(fused + size_t(h) * c.headSize, rotary, rotary + half, 2 * half);
    });
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
    Compute& compute = model_.compute();
    const PackedFeed& packed = packed_.layers[layer].feed;
    ptrdiff_t width = c.intermediate;
    multiply(compute, x, c.hidden, batch_.rows(), packed.gateUp, a.gateUp, 2 * width, false);
    adapt(Site::GATE_UP, layer, x, c.hidden, a.gateUp, 2 * width);
    activate(compute, c, a.gateUp, c.intermediate, batch_.rows(), workspace_.hidden);
    multiply(compute, workspace_.hidden, width, batch_.rows(), packed.down, lowered, c.hidden, true);
    adapt(Site::DOWN, layer, workspace_.hidden, width, lowered, c.hidden);
}

void Decoder::feedExperts(int layer, const LayerActivations& a, const float* x, float* lowered) {
    const Config& c = model_.config();
    Compute& compute = model_.compute();
    const PackedLayer& packed = packed_.layers[layer];
    ptrdiff_t width = c.expertWidth;
    int rows = batch_.rows();
    multiply(compute, x, c.hidden, rows, packed.router, a.routed, c.experts, false);
    toProbabilities(compute, c, a.routed, rows);
    Routes routes(c, a.routed, rows);
    float *gathered = workspace_.gathered, *hidden = workspace_.hidden;
    gather(compute, c, routes, x, gathered);
    for (int e = 0; e < c.experts; e++)
        if (int count = routes.count(e))
            multiply(compute, gathered + routes.first(e) * c.hidden, c.hidden, count, packed.experts[e].gateUp,
                     a.gateUp + routes.first(e) * 2 * width, 2 * width, false);
    activate(compute, c, a.gateUp, c.expertWidth, routes.slots(), hidden);
    for (int e = 0; e < c.experts; e++)
        if (int count = routes.count(e))
            multiply(compute, hidden + routes.first(e) * width, width, count, packed.experts[e].down,
                     gathered + routes.first(e) * c.hidden, c.hidden, false);
    addWeighted(compute, c, routes, gathered, routes.shares(), lowered);
}

}  // namespace rpt
