#include "adapter.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "errors.h"

namespace rpt {

namespace {

constexpr Precision FACTORS = Precision::FP32;
// Widths are ints: three factors lie side by side.
constexpr int MOST_RANK = 1 << 16;

}  // namespace

Adapter::Adapter(Operations& operations, const Config& c, const AdapterShape& shape)
    : operations_(operations),
      rank_(shape.rank),
      layers_(c.layers),
      scale_(static_cast<float>(shape.scale)),
      right_(operations.matrix()) {
    require(shape.rank > 0 && shape.rank <= MOST_RANK, [&] {
        return "AdapterShape.rank is " + std::to_string(shape.rank) + ", must be from 1 to " + std::to_string(MOST_RANK);
    });
    require(std::isfinite(shape.scale) && shape.scale > 0,
            [&] { return "AdapterShape.scale is " + std::to_string(shape.scale) + ", must be positive and finite"; });
    auto add = [&](bool has, Site site, int in, int column, int out) {
        Place& place = places_[static_cast<size_t>(site)];
        place.width = in;
        if (!has) return;
        size_t a = layerSize_, b = a + size_t(rank_) * in;
        place.parts.push_back({a, b, column, out});
        layerSize_ = b + size_t(out) * rank_;
    };
    add(shape.query, Site::FUSED, c.hidden, 0, c.queryWidth());
    add(shape.key, Site::FUSED, c.hidden, c.queryWidth(), c.keyWidth());
    add(shape.value, Site::FUSED, c.hidden, c.queryWidth() + c.keyWidth(), c.keyWidth());
    add(shape.output, Site::OUTPUT, c.queryWidth(), 0, c.hidden);
    add(shape.gate, Site::GATE_UP, c.hidden, 0, c.intermediate);
    add(shape.up, Site::GATE_UP, c.hidden, c.intermediate, c.intermediate);
    add(shape.down, Site::DOWN, c.intermediate, 0, c.hidden);
    require(layerSize_ > 0, [] { return "AdapterShape has no linear layer, must have at least one"; });
    Budget& budget = operations.budget();
    weights_.allocate(budget, size() * sizeof(float), "the adapter");
    size_t most = 0, total = 0;
    auto bytes = [&](int k, int n) { return operations_.matrixBytes(k, n, FACTORS); };
    for (const Place& place : places_) {
        int low = rank_ * static_cast<int>(place.parts.size());
        if (low == 0) continue;
        most = std::max(most, size_t(low) * place.width);
        total += bytes(place.width, low);
        for (const Part& part : place.parts) total += bytes(rank_, part.width);
    }
    stacked_.allocate(budget, most * sizeof(float), "the adapter");
    packedBlock_.allocate(budget, total * layers_, "the packed adapter");
    packed_.resize(layers_);
    char* next = packedBlock_.as<char>();
    for (auto& layer : packed_)
        for (size_t s = 0; s < places_.size(); s++) {
            const Place& place = places_[s];
            if (place.parts.empty()) continue;
            layer[s].a = operations_.matrix();
            layer[s].a->place(next);
            next += bytes(place.width, rank_ * static_cast<int>(place.parts.size()));
            for (const Part& part : place.parts) {
                layer[s].b.push_back(operations_.matrix());
                layer[s].b.back()->place(next);
                next += bytes(rank_, part.width);
            }
        }
}

const float* Adapter::stackA(const Place& place, const float* layer) {
    size_t size = size_t(rank_) * place.width;
    for (size_t p = 0; p < place.parts.size(); p++)
        operations_.copy(stacked_.as<float>() + p * size, layer + place.parts[p].a, size * sizeof(float));
    return stacked_.as<float>();
}

void Adapter::pack() {
    if (fresh_) return;
    for (int l = 0; l < layers_; l++)
        for (size_t s = 0; s < places_.size(); s++) {
            const Place& place = places_[s];
            if (place.parts.empty()) continue;
            PackedPlace& packed = packed_[l][s];
            auto store = [&](Matrix& b, const float* w, int n, int k) {
                operations_.store(b, w, n, k, FACTORS, "the packed adapter");
            };
            store(*packed.a, stackA(place, layerWeights(l)), rank_ * static_cast<int>(place.parts.size()), place.width);
            for (size_t p = 0; p < place.parts.size(); p++)
                store(*packed.b[p], layerWeights(l) + place.parts[p].b, place.parts[p].width, rank_);
        }
    fresh_ = true;
}

void Adapter::project(Site site, int layer, const float* x, ptrdiff_t ldx, int rows, float* low) {
    pack();
    const Matrix& a = *packed_[layer][static_cast<size_t>(site)].a;
    operations_.multiply(x, ldx, rows, a, low, a.columns(), false);
    operations_.scale(scale_, low, size_t(rows) * a.columns());
}

void Adapter::add(Site site, int layer, const float* x, ptrdiff_t ldx, int rows, float* y, ptrdiff_t ldy) {
    const Place& place = this->place(site);
    if (place.parts.empty()) return;
    int width = rank_ * static_cast<int>(place.parts.size());
    low_.ensure(operations_.budget(), size_t(rows) * width * sizeof(float), "low-rank rows of the adapter");
    float* low = low_.as<float>();
    project(site, layer, x, ldx, rows, low);
    for (size_t p = 0; p < place.parts.size(); p++)
        operations_.multiply(low + p * rank_, width, rows, *packed_[layer][static_cast<size_t>(site)].b[p],
                             y + place.parts[p].column, ldy, true);
}

void Adapter::backward(Site site, int layer, const float* x, ptrdiff_t ldx, int rows, const float* dy, ptrdiff_t ldy,
                       float* dx, ptrdiff_t lddx, float* gradients) {
    const Place& place = this->place(site);
    if (place.parts.empty()) return;
    const float* weights = layerWeights(layer);
    float* gradient = gradients + layerSize_ * layer;
    int width = rank_ * static_cast<int>(place.parts.size());
    size_t count = size_t(rows) * width;
    low_.ensure(operations_.budget(), 2 * count * sizeof(float), "low-rank rows of the adapter");
    float *low = low_.as<float>(), *dLow = low + count;
    project(site, layer, x, ldx, rows, low);
    auto pack = [&](const float* of, ptrdiff_t ld, int k, int n) {
        operations_.pack(*right_, of, ld, k, n, FACTORS, "packed rows of the adapter");
    };
    for (size_t p = 0; p < place.parts.size(); p++) {
        const Part& part = place.parts[p];
        pack(low + p * rank_, width, rows, rank_);
        operations_.addOuterProducts(dy + part.column, ldy, rows, part.width, *right_, gradient + part.b);
        pack(weights + part.b, rank_, part.width, rank_);
        operations_.multiply(dy + part.column, ldy, rows, *right_, dLow + p * rank_, width, false);
    }
    operations_.scale(scale_, dLow, count);
    pack(x, ldx, rows, place.width);
    for (size_t p = 0; p < place.parts.size(); p++)
        operations_.addOuterProducts(dLow + p * rank_, width, rows, rank_, *right_, gradient + place.parts[p].a);
    pack(stackA(place, weights), place.width, width, place.width);
    operations_.multiply(dLow, width, rows, *right_, dx, lddx, true);
}

}  // namespace rpt
