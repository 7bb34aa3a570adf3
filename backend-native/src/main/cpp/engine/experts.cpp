#include "experts.h"

#include <algorithm>
#include <numeric>

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

Routes routesOf(Operations& operations, const Config& config, const float* probabilities, int rows) {
    if (operations.isHostMemory()) return Routes(config, probabilities, rows);
    std::vector<float> host(size_t(rows) * config.experts);
    operations.copyOut(host.data(), probabilities, host.size() * sizeof(float));
    return Routes(config, host.data(), rows);
}

void expertsBackward(Model& model, int layer, int rows, const LayerActivations& a, const float* x,
                     const float* dLowered, DecoderWorkspace& workspace, GradientWorkspace& s, float* masters) {
    const Config& c = model.config();
    Operations& operations = model.operations();
    ExpertOperations& experts = *operations.experts();
    const LayerOffsets& at = model.layout().layer;
    Precision precision = gradientPrecision(operations.precision());
    int width = c.expertWidth, hidden = c.hidden;
    Routes routes = routesOf(operations, c, a.routed, rows);
    std::vector<float> dShares(routes.slots());
    operations.activate(c.gelu, a.gateUp, width, routes.slots(), workspace.hidden);
    operations.copyRows({x, hidden, routes.rows()}, {workspace.gathered, hidden}, routes.slots(), hidden);
    operations.copyRows({dLowered, hidden, routes.rows()}, {s.dGathered, hidden}, routes.slots(), hidden);
    auto addOuter = [&](const float* dy, int out, int count, const float* in, int columns, Precision of, size_t weight) {
        if (!masters) return;
        operations.pack(*s.packed, in, columns, count, columns, of, "packed activations");
        operations.addOuterProducts(dy, out, count, out, *s.packed, masters + weight);
    };
    for (int e = 0; e < c.experts; e++) {
        int count = routes.count(e);
        if (count == 0) continue;
        const PackedFeed& turned = model.backwardExpert(layer, e);
        size_t first = routes.first(e);
        float* of = workspace.hidden + first * width;
        float* dOf = s.dHidden + first * width;
        float* dy = s.dGathered + first * hidden;
        operations.multiply(dy, hidden, count, *turned.down, dOf, width, false);
        // The share is a factor of the result, so its gradient is the product of the result and its gradient.
        experts.shareBackward(routes.shares() + first, count, width, of, dOf, dShares.data() + first);
        addOuter(dy, hidden, count, of, width, precision, expertDown(c, at, e));
        float* dGateUp = s.dGateUp + first * 2 * width;
        operations.activateBackward(c.gelu, a.gateUp + first * 2 * width, dOf, width, count, dGateUp);
        addOuter(dGateUp, 2 * width, count, workspace.gathered + first * hidden, hidden, precision,
                 expertGateUp(c, at, e));
        operations.multiply(dGateUp, 2 * width, count, *turned.gateUp, dy, hidden, false);
    }
    experts.routesBackward(c, routes, a.routed, dShares.data(), s.dRouted);
    addOuter(s.dRouted, c.experts, rows, x, hidden, Precision::FP32, at.router);
    operations.multiply(s.dRouted, c.experts, rows, *model.backward(layer).router, s.dNormed, hidden, false);
    experts.addSlots(routes, s.dGathered, hidden, nullptr, s.dNormed);
}

}  // namespace rpt
