#include "backward.h"

#include <cstring>

#include "gradients.h"
#include "rows.h"

namespace rpt {

namespace {

/** Turns gradients of rotated and normed queries and keys into those of their projections. */
void unrotate(Model& model, const Batch& batch, int layer, const LayerActivations& a, float* dFused, float* gradients) {
    const Config& c = model.config();
    const Kernels& kernels = model.compute().kernels;
    const LayerOffsets& at = model.vectors();
    const float* w = model.layerVectors(layer);
    std::vector<int> positions = positionsOf(batch);
    int half = c.headSize / 2;
    auto turnBack = [&](int row) {
        const float* rotary = model.rotary(positions[row]);
        for (int h = 0; h < c.heads + c.keyValueHeads; h++) {
            float* head = dFused + size_t(row) * c.fusedWidth() + size_t(h) * c.headSize;
            for (int i = 0; i < half; i++) {
                float first = head[i], second = head[half + i];
                head[i] = first * rotary[i] + second * rotary[half + i];
                head[half + i] = second * rotary[i] - first * rotary[half + i];
            }
        }
    };
    eachRow(model.compute().pool, batch.rows(), turnBack);
    if (!c.queryKeyNorm) return;
    std::vector<float> sums(2 * size_t(c.headSize));
    sumRows(model.compute(), batch.rows(), 2 * c.headSize, sums.data(), [&](int row, float* partial) {
        const float* raw = a.raw + size_t(row) * (c.queryWidth() + c.keyWidth());
        std::vector<float> dRaw(c.headSize);
        for (int h = 0; h < c.heads + c.keyValueHeads; h++) {
            bool isQuery = h < c.heads;
            float* head = dFused + size_t(row) * c.fusedWidth() + size_t(h) * c.headSize;
            std::fill(dRaw.begin(), dRaw.end(), 0.0f);
            kernels.rmsNormBackward(raw + size_t(h) * c.headSize, w + (isQuery ? at.queryNorm : at.keyNorm), head,
                                    c.headSize, c.epsilon, dRaw.data(), partial + (isQuery ? 0 : c.headSize));
            std::memcpy(head, dRaw.data(), c.headSize * sizeof(float));
        }
    });
    if (!gradients) return;
    float* target = gradients + model.layerStart(layer);
    kernels.axpy(1, sums.data(), c.headSize, target + at.queryNorm);
    kernels.axpy(1, sums.data() + c.headSize, c.headSize, target + at.keyNorm);
}

void addBias(Compute& compute, const float* dy, int rows, int width, float* gradient) {
    sumRows(compute, rows, width, gradient,
            [&](int row, float* partial) { compute.kernels.axpy(1, dy + size_t(row) * width, width, partial); });
}

}  // namespace

size_t GradientWorkspace::floatsPerRow(const Config& c) {
    return 3 * size_t(c.intermediate) + c.hidden + c.queryWidth() + c.fusedWidth();
}

void GradientWorkspace::place(const Config& c, int rows, float* place) {
    dHidden = place;
    dGateUp = dHidden + size_t(rows) * c.intermediate;
    dNormed = dGateUp + size_t(rows) * 2 * c.intermediate;
    dMixed = dNormed + size_t(rows) * c.hidden;
    dFused = dMixed + size_t(rows) * c.queryWidth();
}

void layerBackward(Model& model, const Batch& batch, int layer, const LayerActivations& a, DecoderWorkspace& workspace,
                   GradientWorkspace& s, const PartLinks& links, float* d, const Gradients& gradients) {
    const Config& c = model.config();
    Compute& compute = model.compute();
    const Kernels& kernels = compute.kernels;
    const LayerOffsets& at = model.vectors();
    const float* w = model.layerVectors(layer);
    float* masters = gradients.masters ? gradients.masters + model.layerStart(layer) : nullptr;
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

    // Feed-forward: down, gate, norm.
    eachRow(compute.pool, rows, [&](int row) {
        const float* gate = a.gateUp + size_t(row) * 2 * c.intermediate;
        kernels.siluMul(gate, gate + c.intermediate, c.intermediate, workspace.hidden + size_t(row) * c.intermediate);
        kernels.rmsNorm(a.middle + size_t(row) * c.hidden, w + at.postNorm, c.hidden, c.epsilon,
                        workspace.normed + size_t(row) * c.hidden);
    });
    linear(Site::DOWN, full.down, packed.down, workspace.hidden, c.intermediate, d, c.hidden, s.dHidden);
    eachRow(compute.pool, rows, [&](int row) {
        const float* gate = a.gateUp + size_t(row) * 2 * c.intermediate;
        float* dGate = s.dGateUp + size_t(row) * 2 * c.intermediate;
        kernels.siluMulBackward(gate, gate + c.intermediate, s.dHidden + size_t(row) * c.intermediate, c.intermediate,
                                dGate, dGate + c.intermediate);
    });
    linear(Site::GATE_UP, full.gateUp, packed.gateUp, workspace.normed, c.hidden, s.dGateUp, 2 * c.intermediate,
           s.dNormed);
    normBackward(
        compute, c, [&](int row) { return a.middle + size_t(row) * c.hidden; }, rows, w + at.postNorm, s.dNormed, d,
        gradientOf(at.postNorm));

    // Attention: output, mixture, projections, norm.
    if (masters && at.outputBias != LayerOffsets::ABSENT) addBias(compute, d, rows, c.hidden, masters + at.outputBias);
    linear(Site::OUTPUT, full.output, packed.output, a.mixed, c.queryWidth(), d, c.hidden, s.dMixed);
    attendBackward(compute, c, batch, a.fused, c.fusedWidth(), a.mixed, a.logSumExp, s.dMixed, s.dFused,
                   links.read, s.attention);
    if (links.given)
        eachRow(compute.pool, rows, [&](int row) {
            kernels.axpy(1, links.given + size_t(row) * 2 * c.keyWidth(), 2 * c.keyWidth(),
                         s.dFused + size_t(row) * c.fusedWidth() + c.queryWidth());
        });
    unrotate(model, batch, layer, a, s.dFused, gradients.masters);
    if (masters && at.fusedBias != LayerOffsets::ABSENT)
        addBias(compute, s.dFused, rows, c.fusedWidth(), masters + at.fusedBias);
    eachRow(compute.pool, rows, [&](int row) {
        kernels.rmsNorm(a.input + size_t(row) * c.hidden, w + at.inputNorm, c.hidden, c.epsilon,
                        workspace.normed + size_t(row) * c.hidden);
    });
    linear(Site::FUSED, full.fused, packed.fused, workspace.normed, c.hidden, s.dFused, c.fusedWidth(), s.dNormed);
    normBackward(
        compute, c, [&](int row) { return a.input + size_t(row) * c.hidden; }, rows, w + at.inputNorm, s.dNormed, d,
        gradientOf(at.inputNorm));
}

void embeddingBackward(Model& model, const Batch& batch, const float* d, float* gradients) {
    int hidden = model.config().hidden;
    float* target = gradients + model.layout().embedding;
    for (int row = 0; row < batch.rows(); row++)
        model.compute().kernels.axpy(1, d + size_t(row) * hidden, hidden, target + size_t(batch.tokens[row]) * hidden);
}

}  // namespace rpt
