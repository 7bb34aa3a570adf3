#include "experts.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

#include "rows.h"

namespace rpt {

Routes::Routes(const Config& c, const float* probabilities, int rows)
    : perRow_(c.expertsPerToken),
      firsts_(c.experts + 1),
      rows_(size_t(rows) * perRow_),
      slots_(rows_.size()),
      experts_(rows_.size()),
      shares_(rows_.size()) {
    std::vector<int> order(c.experts);
    for (int row = 0; row < rows; row++) {
        const float* p = probabilities + size_t(row) * c.experts;
        std::iota(order.begin(), order.end(), 0);
        std::partial_sort(order.begin(), order.begin() + perRow_, order.end(),
                          [&](int a, int b) { return p[a] > p[b] || (p[a] == p[b] && a < b); });
        int* chosen = experts_.data() + size_t(row) * perRow_;
        std::copy_n(order.begin(), perRow_, chosen);
        std::sort(chosen, chosen + perRow_);
        for (int i = 0; i < perRow_; i++) firsts_[chosen[i] + 1]++;
    }
    std::partial_sum(firsts_.begin(), firsts_.end(), firsts_.begin());
    std::vector<int> next(firsts_.begin(), firsts_.end() - 1);
    for (int row = 0; row < rows; row++) {
        const float* p = probabilities + size_t(row) * c.experts;
        float sum = 0;
        for (int i = 0; i < perRow_; i++) sum += p[expert(row, i)];
        for (int i = 0; i < perRow_; i++) {
            int slot = next[expert(row, i)]++;
            slots_[size_t(row) * perRow_ + i] = slot;
            rows_[slot] = row;
            shares_[slot] = c.sharesNormalised ? p[expert(row, i)] / sum : p[expert(row, i)];
        }
    }
}

void toProbabilities(Compute& compute, const Config& c, float* logits, int rows) {
    eachRow(compute.pool, rows, [&](int row) {
        float* p = logits + size_t(row) * c.experts;
        SoftmaxStats stats;
        compute.kernels.softmaxTile(p, c.experts, c.experts, 1, stats);
        for (int e = 0; e < c.experts; e++) p[e] /= stats.sum;
    });
}

void gather(Compute& compute, const Config& c, const Routes& routes, const float* x, float* gathered) {
    eachRow(compute.pool, routes.slots(), [&](int slot) {
        std::memcpy(gathered + size_t(slot) * c.hidden, x + size_t(routes.row(slot)) * c.hidden,
                    c.hidden * sizeof(float));
    });
}

void addWeighted(Compute& compute, const Config& c, const Routes& routes, const float* gathered, const float* factors,
                 float* y) {
    eachRow(compute.pool, routes.slots() / routes.perRow(), [&](int row) {
        for (int i = 0; i < routes.perRow(); i++) {
            int slot = routes.of(row)[i];
            compute.kernels.axpy(factors ? factors[slot] : 1, gathered + size_t(slot) * c.hidden, c.hidden,
                                 y + size_t(row) * c.hidden);
        }
    });
}

void activate(Compute& compute, const Config& c, const float* gateUp, int width, int rows, float* hidden) {
    auto apply = c.gelu ? compute.kernels.geluMul : compute.kernels.siluMul;
    eachRow(compute.pool, rows, [&](int row) {
        const float* gate = gateUp + size_t(row) * 2 * width;
        apply(gate, gate + width, width, hidden + size_t(row) * width);
    });
}

void activateBackward(Compute& compute, const Config& c, const float* gateUp, const float* dHidden, int width, int rows,
                      float* dGateUp) {
    auto apply = c.gelu ? compute.kernels.geluMulBackward : compute.kernels.siluMulBackward;
    eachRow(compute.pool, rows, [&](int row) {
        const float* gate = gateUp + size_t(row) * 2 * width;
        float* dGate = dGateUp + size_t(row) * 2 * width;
        apply(gate, gate + width, dHidden + size_t(row) * width, width, dGate, dGate + width);
    });
}

namespace {

/** From gradients of the shares to those of the logits of a softmax, of which the choice has none. */
void routerBackward(Compute& compute, const Config& c, const Routes& routes, const float* probabilities,
                    const float* dShares, float* dLogits) {
    eachRow(compute.pool, routes.slots() / routes.perRow(), [&](int row) {
        const float* p = probabilities + size_t(row) * c.experts;
        float* d = dLogits + size_t(row) * c.experts;
        float mean = 0;
        for (int i = 0; i < routes.perRow(); i++)
            mean += routes.shares()[routes.of(row)[i]] * dShares[routes.of(row)[i]];
        // Shares that sum to 1 are a softmax over the chosen experts alone.
        for (int e = 0; e < c.experts; e++) d[e] = c.sharesNormalised ? 0 : -p[e] * mean;
        for (int i = 0; i < routes.perRow(); i++) {
            int slot = routes.of(row)[i];
            d[routes.expert(row, i)] = routes.shares()[slot] * (dShares[slot] - mean);
        }
    });
}

}  // namespace

void expertsBackward(Model& model, int layer, int rows, const LayerActivations& a, const float* x,
                     const float* dLowered, DecoderWorkspace& workspace, GradientWorkspace& s, float* masters) {
    const Config& c = model.config();
    Compute& compute = model.compute();
    const LayerOffsets& at = model.layout().layer;
    Precision precision = gradientPrecision(compute.precision);
    int width = c.expertWidth, hidden = c.hidden;
    Routes routes(c, a.routed, rows);
    std::vector<float> dShares(routes.slots());
    activate(compute, c, a.gateUp, width, routes.slots(), workspace.hidden);
    gather(compute, c, routes, x, workspace.gathered);
    gather(compute, c, routes, dLowered, s.dGathered);
    auto addOuter = [&](const float* dy, int out, int count, const float* in, int columns, Precision of, size_t weight) {
        if (!masters) return;
        s.packed.pack(compute, in, columns, count, columns, of, "packed activations");
        addOuterProducts(compute, dy, out, count, out, s.packed, masters + weight);
    };
    for (int e = 0; e < c.experts; e++) {
        int count = routes.count(e);
        if (count == 0) continue;
        const PackedFeed& turned = model.backwardExpert(layer, e);
        size_t first = routes.first(e);
        float* of = workspace.hidden + first * width;
        float* dOf = s.dHidden + first * width;
        float* dy = s.dGathered + first * hidden;
        multiply(compute, dy, hidden, count, turned.down, dOf, width, false);
        // The share is a factor of the result, so its gradient is the product of the result and its gradient.
        eachRow(compute.pool, count, [&](int i) {
            float share = routes.shares()[first + i];
            dShares[first + i] = compute.kernels.dot(of + size_t(i) * width, dOf + size_t(i) * width, width);
            for (int k = 0; k < width; k++) {
                of[size_t(i) * width + k] *= share;
                dOf[size_t(i) * width + k] *= share;
            }
        });
        addOuter(dy, hidden, count, of, width, precision, expertDown(c, at, e));
        float* dGateUp = s.dGateUp + first * 2 * width;
        activateBackward(compute, c, a.gateUp + first * 2 * width, dOf, width, count, dGateUp);
        addOuter(dGateUp, 2 * width, count, workspace.gathered + first * hidden, hidden, precision,
                 expertGateUp(c, at, e));
        multiply(compute, dGateUp, 2 * width, count, turned.gateUp, dy, hidden, false);
    }
    routerBackward(compute, c, routes, a.routed, dShares.data(), s.dRouted);
    addOuter(s.dRouted, c.experts, rows, x, hidden, Precision::FP32, at.router);
    multiply(compute, s.dRouted, c.experts, rows, model.backward(layer).router, s.dNormed, hidden, false);
    addWeighted(compute, c, routes, s.dGathered, nullptr, s.dNormed);
}

}  // namespace rpt
