#include "backward.h"

#include <algorithm>
#include <cstring>

#include "experts.h"
#include "gradients.h"
#include "rows.h"

namespace rpt {

namespace {

/** Turns gradients of rotated and normed queries and keys into those of their projections. */
void unrotate(Model& model, const Batch& batch, int layer, const LayerActivations& a, float* dFused, float* masters) {
    const Config& c = model.config();
    const Kernels& kernels = model.compute().kernels;
    const LayerOffsets& at = model.vectors();
    const float* w = model.layerVectors(layer);
    std::vector<int> positions = positionsOf(batch);
    int half = c.rotaryWidth() / 2, rotation = c.rotation(layer);
    auto turnBack = [&](int row) {
        const float* rotary = model.rotary(rotation, positions[row]);
        for (int h = 0; h < c.heads + c.keyValueHeads; h++) {
            float* head = dFused + size_t(row) * c.fusedWidth() + size_t(h) * c.headSize;
            for (int i = 0; i < half; i++) {
                float first = head[i], second = head[half + i];
                head[i] = first * rotary[i] + second * rotary[half + i];
                head[half + i] = second * rotary[i] - first * rotary[half + i];
            }
        }
    };
    if (rotation >= 0) eachRow(model.compute().pool, batch.rows(), turnBack);
    if (!c.queryKeyNorm) return;
    int ofQuery = c.queryNormWidth(), ofKey = c.keyNormWidth();
    std::vector<float> sums(size_t(ofQuery) + ofKey);
    sumRows(model.compute(), batch.rows(), ofQuery + ofKey, sums.data(), [&](int row, float* partial) {
        const float* raw = a.raw + size_t(row) * (c.queryWidth() + c.keyWidth());
        float* dRow = dFused + size_t(row) * c.fusedWidth();
        std::vector<float> dRaw(std::max(ofQuery, ofKey));
        eachNormed(c, [&](bool isQuery, int begin, int width) {
            std::fill(dRaw.begin(), dRaw.end(), 0.0f);
            kernels.rmsNormBackward(raw + begin, w + (isQuery ? at.queryNorm : at.keyNorm), c.normAdded, dRow + begin,
                                    width, c.epsilon, dRaw.data(), partial + (isQuery ? 0 : ofQuery));
            std::memcpy(dRow + begin, dRaw.data(), width * sizeof(float));
        });
    });
    if (!masters) return;
    kernels.axpy(1, sums.data(), ofQuery, masters + at.queryNorm);
    kernels.axpy(1, sums.data() + ofQuery, ofKey, masters + at.keyNorm);
}

void addBias(Compute& compute, const float* dy, int rows, int width, float* gradient) {
    sumRows(compute, rows, width, gradient,
            [&](int row, float* partial) { compute.kernels.axpy(1, dy + size_t(row) * width, width, partial); });
}

}  // namespace

size_t GradientWorkspace::floatsPerRow(const Config& c) {
    size_t behind = c.normsBehind ? c.hidden : 0;
    return 3 * size_t(c.feedWidth()) + c.hidden + c.queryWidth() + c.fusedWidth() + behind + c.gatheredWidth()
           + c.experts;
}

void GradientWorkspace::place(const Config& c, int rows, float* place) {
    dHidden = place;
    dGateUp = dHidden + size_t(rows) * c.feedWidth();
    dNormed = dGateUp + size_t(rows) * 2 * c.feedWidth();
    dMixed = dNormed + size_t(rows) * c.hidden;
    dFused = dMixed + size_t(rows) * c.queryWidth();
    dBehind = dFused + size_t(rows) * c.fusedWidth();
    dGathered = dBehind + (c.normsBehind ? size_t(rows) * c.hidden : 0);
    dRouted = dGathered + size_t(rows) * c.gatheredWidth();
}

void layerBackward(Model& model, const Batch& batch, int layer, const LayerActivations& a, DecoderWorkspace& workspace,
                   GradientWorkspace& s, const PartLinks& links, float* d, const Gradients& gradients) {
    const Config& c = model.config();
    Compute& compute = model.compute();
    const Kernels& kernels = compute.kernels;
    const LayerOffsets& at = model.vectors();
    const float* w = model.layerVectors(layer);
    float* masters = gradients.layer;
    const PackedLayer& packed = model.backward(layer);
    int rows = batch.rows();
    auto gradientOf = [&](int64_t offset) { return masters ? masters + offset : nullptr; };
    // y = x W^T, or with factors beside W: what dy gives W or the factors, and dx (+)= dy W.
    auto linear = [&](Site site, int64_t weight, const PackedMatrix& w, const float* x, int in, const float* dy,
                      int out, float* dx) {
        if (masters) {
            s.packed.pack(compute, x, in, rows, in, gradientPrecision(compute.precision), "packed activations");
            addOuterProducts(compute, dy, out, rows, out, s.packed, masters + weight);
        }
        multiply(compute, dy, out, rows, w, dx, in, false);
        if (gradients.adapter)
            model.adapter()->backward(site, layer, x, in, rows, dy, out, dx, in, gradients.adapter);
    };
    const LayerOffsets& full = model.layout().layer;

    // x again: the stream, or what a norm before attention or feed-forward made of it.
    auto normed = [&](int64_t norm, const float* stream) -> const float* {
        if (norm == LayerOffsets::ABSENT) return stream;
        eachRow(compute.pool, rows, [&](int row) {
            size_t here = size_t(row) * c.hidden;
            kernels.rmsNorm(stream + here, w + norm, c.normAdded, c.hidden, c.epsilon, workspace.normed + here);
        });
        return workspace.normed;
    };
    // d += the gradient of the stream from that of x.
    auto addToStream = [&](int64_t norm, const float* stream) {
        if (norm == LayerOffsets::ABSENT) {
            eachRow(compute.pool, rows, [&](int row) {
                kernels.axpy(1, s.dNormed + size_t(row) * c.hidden, c.hidden, d + size_t(row) * c.hidden);
            });
            return;
        }
        normBackward(
            compute, c, [&](int row) { return stream + size_t(row) * c.hidden; }, rows, w + norm, s.dNormed, d,
            gradientOf(norm));
    };
    // The gradient of f(x) in stream + f(x), or in stream + norm(f(x)).
    auto ofAddend = [&](int64_t norm, const float* behind) -> const float* {
        if (norm == LayerOffsets::ABSENT) return d;
        std::memset(s.dBehind, 0, size_t(rows) * c.hidden * sizeof(float));
        normBackward(
            compute, c, [&](int row) { return behind + size_t(row) * c.hidden; }, rows, w + norm, d, s.dBehind,
            gradientOf(norm));
        return s.dBehind;
    };

    // Feed-forward: norm behind, down, gate, norm before; or all of that for the experts of each row.
    const float* dLowered = ofAddend(at.feedForwardNorm, a.lowered);
    const float* x = normed(at.postNorm, a.middle);
    if (c.hasExperts(layer)) {
        expertsBackward(model, layer, rows, a, x, dLowered, workspace, s, masters);
    } else {
        activate(compute, c, a.gateUp, c.intermediate, rows, workspace.hidden);
        linear(Site::DOWN, full.down, packed.feed.down, workspace.hidden, c.intermediate, dLowered, c.hidden,
               s.dHidden);
        activateBackward(compute, c, a.gateUp, s.dHidden, c.intermediate, rows, s.dGateUp);
        linear(Site::GATE_UP, full.gateUp, packed.feed.gateUp, x, c.hidden, s.dGateUp, 2 * c.intermediate, s.dNormed);
    }
    addToStream(at.postNorm, a.middle);

    // Attention: norm behind, output, mixture, projections, norm before.
    const float* dAttended = ofAddend(at.attentionNorm, a.attended);
    if (masters && at.outputBias != LayerOffsets::ABSENT)
        addBias(compute, dAttended, rows, c.hidden, masters + at.outputBias);
    linear(Site::OUTPUT, full.output, packed.output, a.mixed, c.queryWidth(), dAttended, c.hidden, s.dMixed);
    attendBackward(compute, c, batch, a.fused, c.fusedWidth(), a.mixed, a.logSumExp, s.dMixed, s.dFused,
                   c.window(layer), links.read, s.attention);
    if (links.given)
        eachRow(compute.pool, rows, [&](int row) {
            kernels.axpy(1, links.given + size_t(row) * 2 * c.keyWidth(), 2 * c.keyWidth(),
                         s.dFused + size_t(row) * c.fusedWidth() + c.queryWidth());
        });
    unrotate(model, batch, layer, a, s.dFused, masters);
    if (masters && at.fusedBias != LayerOffsets::ABSENT)
        addBias(compute, s.dFused, rows, c.fusedWidth(), masters + at.fusedBias);
    linear(Site::FUSED, full.fused, packed.fused, normed(at.inputNorm, a.input), c.hidden, s.dFused, c.fusedWidth(),
           s.dNormed);
    addToStream(at.inputNorm, a.input);
}

void embeddingBackward(Model& model, const Batch& batch, const float* d, float* gradient) {
    int hidden = model.config().hidden;
    float scale = model.config().embeddingScale;
    for (int row = 0; row < batch.rows(); row++)
        model.compute().kernels.axpy(scale, d + size_t(row) * hidden, hidden, gradient + size_t(batch.tokens[row]) * hidden);
}

}  // namespace rpt
