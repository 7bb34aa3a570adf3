#include "decoder.h"

#include <cstring>
#include <utility>

#include "errors.h"
#include "rows.h"

namespace rpt {

size_t LayerActivations::floatsPerRow(const Config& c) {
    size_t raw = c.queryKeyNorm ? size_t(c.queryWidth()) + c.keyWidth() : 0;
    return size_t(c.fusedWidth()) + raw + c.queryWidth() + c.heads + c.hidden + 2 * size_t(c.intermediate);
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
    gateUp = next(2 * size_t(c.intermediate));
}

size_t DecoderWorkspace::bytes(const Config& config, int rows) {
    return Bytes(size_t(config.hidden) + config.intermediate) * Bytes(rows) * Bytes(sizeof(float));
}

void DecoderWorkspace::reserve(const Config& config, Budget& budget, int rows) {
    block_.ensure(budget, bytes(config, rows), "activations");
    normed = block_.as<float>();
    hidden = normed + size_t(config.hidden) * rows;
}

std::vector<int> positionsOf(const Batch& batch) {
    std::vector<int> positions(batch.rows());
    for (const Segment& segment : batch.segments)
        for (int i = 0; i < segment.length; i++) positions[segment.start + i] = segment.position + segment.past + i;
    return positions;
}

Decoder::Decoder(Model& model, Adapter* adapter, const Batch& batch, const Pages& pages, DecoderWorkspace& workspace)
    : model_(model),
      adapter_(adapter),
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
    project(layer, a);
    for (const Segment& segment : batch_.segments)
        pages_.write(segment, layer, a.fused + c.queryWidth(), a.fused + c.queryWidth() + c.keyWidth(), c.fusedWidth());
    attend(compute, c, batch_, plan_, pages_, layer, a.fused, c.fusedWidth(), a.mixed,
           keepLogSumExp ? a.logSumExp : nullptr);
    eachRow(compute.pool, batch_.rows(), [&](int row) {
        float* middle = a.middle + size_t(row) * c.hidden;
        std::memcpy(middle, a.input + size_t(row) * c.hidden, c.hidden * sizeof(float));
        if (at.outputBias != LayerOffsets::ABSENT) compute.kernels.axpy(1, w + at.outputBias, c.hidden, middle);
    });
    multiply(compute, a.mixed, c.queryWidth(), batch_.rows(), model_.forward().layers[layer].output, a.middle, c.hidden,
             true);
    adapt(Site::OUTPUT, layer, a.mixed, c.queryWidth(), a.middle, c.hidden);
    feedForward(layer, a, output);
}

void Decoder::project(int layer, const LayerActivations& a) {
    const Config& c = model_.config();
    Compute& compute = model_.compute();
    const Kernels& kernels = compute.kernels;
    const LayerOffsets& at = model_.vectors();
    const float* w = model_.layerVectors(layer);
    int normedWidth = c.queryWidth() + c.keyWidth();
    eachRow(compute.pool, batch_.rows(), [&](int row) {
        kernels.rmsNorm(a.input + size_t(row) * c.hidden, w + at.inputNorm, c.hidden, c.epsilon,
                        workspace_.normed + size_t(row) * c.hidden);
    });
    multiply(compute, workspace_.normed, c.hidden, batch_.rows(), model_.forward().layers[layer].fused, a.fused,
             c.fusedWidth(), false);
    adapt(Site::FUSED, layer, workspace_.normed, c.hidden, a.fused, c.fusedWidth());
    eachRow(compute.pool, batch_.rows(), [&](int row) {
        float* fused = a.fused + size_t(row) * c.fusedWidth();
        if (at.fusedBias != LayerOffsets::ABSENT) kernels.axpy(1, w + at.fusedBias, c.fusedWidth(), fused);
        if (c.queryKeyNorm) {
            float* raw = a.raw + size_t(row) * normedWidth;
            std::memcpy(raw, fused, normedWidth * sizeof(float));
            for (int h = 0; h < c.heads + c.keyValueHeads; h++)
                kernels.rmsNorm(raw + size_t(h) * c.headSize, w + (h < c.heads ? at.queryNorm : at.keyNorm), c.headSize,
                                c.epsilon, fused + size_t(h) * c.headSize);
        }
        const float* rotary = model_.rotary(positions_[row]);
        for (int h = 0; h < c.heads + c.keyValueHeads; h++)
            kernels.rotate(fused + size_t(h) * c.headSize, rotary, rotary + c.headSize / 2, c.headSize);
    });
}

void Decoder::feedForward(int layer, const LayerActivations& a, float* output) {
    const Config& c = model_.config();
    Compute& compute = model_.compute();
    const Kernels& kernels = compute.kernels;
    const float* w = model_.layerVectors(layer);
    eachRow(compute.pool, batch_.rows(), [&](int row) {
        kernels.rmsNorm(a.middle + size_t(row) * c.hidden, w + model_.vectors().postNorm, c.hidden, c.epsilon,
                        workspace_.normed + size_t(row) * c.hidden);
    });
    multiply(compute, workspace_.normed, c.hidden, batch_.rows(), model_.forward().layers[layer].gateUp, a.gateUp,
             2 * ptrdiff_t(c.intermediate), false);
    adapt(Site::GATE_UP, layer, workspace_.normed, c.hidden, a.gateUp, 2 * ptrdiff_t(c.intermediate));
    eachRow(compute.pool, batch_.rows(), [&](int row) {
        const float* gate = a.gateUp + size_t(row) * 2 * c.intermediate;
        kernels.siluMul(gate, gate + c.intermediate, c.intermediate, workspace_.hidden + size_t(row) * c.intermediate);
        std::memcpy(output + size_t(row) * c.hidden, a.middle + size_t(row) * c.hidden, c.hidden * sizeof(float));
    });
    multiply(compute, workspace_.hidden, c.intermediate, batch_.rows(), model_.forward().layers[layer].down, output,
             c.hidden, true);
    adapt(Site::DOWN, layer, workspace_.hidden, c.intermediate, output, c.hidden);
}

}  // namespace rpt
