#include "backward.h"

#include "experts.h"

namespace rpt {

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

void layerBackward(Model& model, const BatchPlan& plan, int layer, const LayerActivations& a,
                   DecoderWorkspace& workspace, GradientWorkspace& s, const PartLinks& links, float* d,
                   const Gradients& gradients) {
    const Config& c = model.config();
    Operations& operations = model.operations();
    const LayerOffsets& at = model.vectors();
    float* masters = gradients.layer;
    const PackedLayer& packed = model.backward(layer);
    const int rows = plan.batch.rows(), hidden = c.hidden;
    auto gradientOf = [&](int64_t offset) {
        return masters && offset != LayerOffsets::ABSENT ? masters + offset : nullptr;
    };
    // y = x W^T, or with factors beside W: what dy gives W or the factors, and dx (+)= dy W.
    auto linear = [&](Site site, int64_t weight, const Matrix& w, const float* x, int in, const float* dy, int out,
                      float* dx) {
        if (masters) {
            operations.pack(*s.packed, x, in, rows, in, gradientPrecision(operations.precision()),
                            "packed activations");
            operations.addOuterProducts(dy, out, rows, out, *s.packed, masters + weight);
        }
        operations.multiply(dy, out, rows, w, dx, in, false);
        if (gradients.adapter)
            model.adapter()->backward(site, layer, x, in, rows, dy, out, dx, in, gradients.adapter);
    };
    const LayerOffsets& full = model.layout().layer;

    // x again: the stream, or what a norm before attention or feed-forward made of it.
    auto normed = [&](int64_t norm, const float* stream) -> const float* {
        if (norm == LayerOffsets::ABSENT) return stream;
        operations.norm(model.norm(layer, norm), {stream, hidden}, rows, workspace.normed);
        return workspace.normed;
    };
    // d += the gradient of the stream from that of x.
    auto addToStream = [&](int64_t norm, const float* stream) {
        if (norm == LayerOffsets::ABSENT) operations.addRows(1, {s.dNormed, hidden}, {d, hidden}, rows, hidden);
        else
            operations.normBackward(model.norm(layer, norm), {stream, hidden}, s.dNormed, rows, d, gradientOf(norm));
    };
    // The gradient of f(x) in stream + f(x), or in stream + norm(f(x)).
    auto ofAddend = [&](int64_t norm, const float* behind) -> const float* {
        if (norm == LayerOffsets::ABSENT) return d;
        operations.zero(s.dBehind, size_t(rows) * hidden * sizeof(float));
        operations.normBackward(model.norm(layer, norm), {behind, hidden}, d, rows, s.dBehind, gradientOf(norm));
        return s.dBehind;
    };

    // Feed-forward: norm behind, down, gate, norm before; or all of that for the experts of each row.
    const float* dLowered = ofAddend(at.feedForwardNorm, a.lowered);
    const float* x = normed(at.postNorm, a.middle);
    if (c.hasExperts(layer)) {
        expertsBackward(model, layer, rows, a, x, dLowered, workspace, s, masters);
    } else {
        operations.activate(c.gelu, a.gateUp, c.intermediate, rows, workspace.hidden);
        linear(Site::DOWN, full.down, *packed.feed.down, workspace.hidden, c.intermediate, dLowered, hidden,
               s.dHidden);
        operations.activateBackward(c.gelu, a.gateUp, s.dHidden, c.intermediate, rows, s.dGateUp);
        linear(Site::GATE_UP, full.gateUp, *packed.feed.gateUp, x, hidden, s.dGateUp, 2 * c.intermediate, s.dNormed);
    }
    addToStream(at.postNorm, a.middle);

    // Attention: norm behind, output, mixture, projections, norm before.
    const float* dAttended = ofAddend(at.attentionNorm, a.attended);
    if (float* dBias = gradientOf(at.outputBias)) operations.sumRows(dAttended, rows, hidden, dBias);
    linear(Site::OUTPUT, full.output, *packed.output, a.mixed, c.queryWidth(), dAttended, hidden, s.dMixed);
    operations.attendBackward(plan, layer, a.fused, a.mixed, a.logSumExp, s.dMixed, s.dFused, links.read);
    if (links.given)
        operations.addRows(1, {links.given, 2 * c.keyWidth()}, {s.dFused + c.queryWidth(), c.fusedWidth()}, rows,
                           2 * c.keyWidth());
    operations.projectBackward(plan, model.projection(layer), a.raw, s.dFused, gradientOf(at.queryNorm),
                               gradientOf(at.keyNorm));
    if (float* dBias = gradientOf(at.fusedBias)) operations.sumRows(s.dFused, rows, c.fusedWidth(), dBias);
    linear(Site::FUSED, full.fused, *packed.fused, normed(at.inputNorm, a.input), hidden, s.dFused, c.fusedWidth(),
           s.dNormed);
    addToStream(at.inputNorm, a.input);
}

}  // namespace rpt
