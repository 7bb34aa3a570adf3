#include "model.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "errors.h"

namespace rpt {

namespace {

/** Refuses a shape that does not fit together before anything is allocated for it. */
Config validated(Config config, const Layout& layout) {
    validate(config, layout);
    return config;
}

/** Whole cache lines. */
size_t padded(size_t bytes) {
    return (bytes + 63) / 64 * 64;
}

}  // namespace

Model::Model(std::unique_ptr<Operations> operations, bool frozen, Config config, Layout layout)
    : operations_(std::move(operations)), config_(validated(std::move(config), layout)), layout_(layout) {
    require(config_.experts == 0 || operations_->experts(),
            [] { return "Config.experts is above 0, but the device computes no layers with experts"; });
    Budget& budget = operations_->budget();
    Precision precision = operations_->precision();
    if (frozen) frozen_.emplace(budget, config_, layout_);
    else masters_.allocate(budget, layout.total * sizeof(float), "the weights");
    rotary_.allocate(budget, size_t(config_.rotationCount()) * config_.context * config_.rotaryWidth() * sizeof(float),
                     "the rotary table");
    fillRotary();
    // 8-bit matrices take their memory when they come, since it depends on their numbers.
    if (frozen && precision != Precision::INT8) place(forward_, precision, "the weights");
}

void Model::fillRotary() {
    int half = config_.rotaryWidth() / 2;
    operations_->write(rotary_.as<float>(), rotary_.size() / sizeof(float), [&](float* row) {
        for (int rotation = 0; rotation < config_.rotationCount(); rotation++) {
            const double* frequencies = config_.frequencies.data() + size_t(rotation) * half;
            double factor = config_.rotaryFactors.empty() ? 1 : config_.rotaryFactors[rotation];
            for (int position = 0; position < config_.context; position++, row += config_.rotaryWidth())
                for (int i = 0; i < half; i++) {
                    double angle = position * frequencies[i];
                    row[i] = static_cast<float>(factor * std::cos(angle));
                    row[half + i] = static_cast<float>(factor * std::sin(angle));
                }
        }
    });
}

std::vector<Model::Weight> Model::matrices(PackedModel& model, Precision precision) {
    const Config& c = config_;
    std::vector<Weight> all;
    const LayerOffsets& at = layout_.layer;
    model.layers.resize(c.layers);
    auto made = [&](std::unique_ptr<Matrix>& matrix) {
        if (!matrix) matrix = operations_->matrix();
        return matrix.get();
    };
    for (int l = 0; l < c.layers; l++) {
        PackedLayer& layer = model.layers[l];
        size_t start = layerStart(l);
        auto add = [&](size_t offset, int rows, int columns, std::unique_ptr<Matrix>& packed) {
            all.push_back({start + offset, rows, columns, made(packed), precision});
        };
        add(at.fused, c.fusedWidth(), c.hidden, layer.fused);
        add(at.output, c.hidden, c.queryWidth(), layer.output);
        if (!c.hasExperts(l)) {
            add(at.gateUp, 2 * c.intermediate, c.hidden, layer.feed.gateUp);
            add(at.down, c.hidden, c.intermediate, layer.feed.down);
            continue;
        }
        all.push_back({start + at.router, c.experts, c.hidden, made(layer.router), Precision::FP32});
        if (layer.experts.empty()) layer.experts = std::vector<PackedFeed>(c.experts);
        for (int e = 0; e < c.experts; e++) {
            add(expertGateUp(c, at, e), 2 * c.expertWidth, c.hidden, layer.experts[e].gateUp);
            add(expertDown(c, at, e), c.hidden, c.expertWidth, layer.experts[e].down);
        }
    }
    all.push_back({layout_.head, c.vocabulary, c.hidden, made(model.head), precision});
    if (layout_.head != layout_.embedding)
        all.push_back({layout_.embedding, c.vocabulary, c.hidden, nullptr, precision});
    return all;
}

void Model::place(PackedModel& model, Precision precision, const char* what) {
    if (model.block.size() > 0) return;
    std::vector<Weight> all = matrices(model, precision);
    std::erase_if(all, [](const Weight& weight) { return !weight.packed; });
    auto bytes = [&](const Weight& w) { return padded(operations_->matrixBytes(w.columns, w.rows, w.precision)); };
    size_t total = 0;
    for (const Weight& weight : all) total += bytes(weight);
    model.block.allocate(operations_->budget(), total, what);
    char* next = model.block.as<char>();
    for (const Weight& weight : all) {
        weight.packed->place(next);
        next += bytes(weight);
    }
}

void Model::openAdapter(const AdapterShape& shape) {
    require(frozen(), [] { return "an adapter needs a frozen model, this one trains all its weights"; });
    adapter_ = std::make_unique<Adapter>(*operations_, config_, shape);
}

void Model::parametersChanged() {
    if (adapter_) {
        adapter_->changed();
    } else {
        forward_.fresh = false;
        rounded_.fresh = false;
        turnedIndex_ = -1;
    }
}

std::vector<Piece> Model::pieces() const {
    if (frozen()) return {{0, parameterCount()}};
    size_t embedding = size_t(config_.vocabulary) * config_.hidden;
    std::vector<Piece> pieces{{layout_.embedding, embedding},
                              {layout_.finalNorm, layout_.layerStart - layout_.finalNorm}};
    for (int l = 0; l < config_.layers; l++) pieces.push_back({layerStart(l), layout_.sizeOf(config_, l)});
    return pieces;
}

const float* Model::layerVectors(int layer) const {
    if (!frozen_) return masters_.as<float>() + layerStart(layer);
    return frozen_->vectors() + frozen_->layout().layerStart + frozen_->layout().layerSize * layer;
}

const float* Model::vector(int layer, int64_t offset) const {
    return offset == LayerOffsets::ABSENT ? nullptr : layerVectors(layer) + offset;
}

Norm Model::norm(int layer, int64_t offset) const {
    return {layerVectors(layer) + offset, config_.normAdded, config_.hidden, config_.epsilon};
}

Norm Model::finalNorm() const {
    const float* weights = frozen_ ? frozen_->vectors() + frozen_->layout().finalNorm
                                   : masters_.as<float>() + layout_.finalNorm;
    return {weights, config_.normAdded, config_.hidden, config_.epsilon};
}

Projection Model::projection(int layer) const {
    const LayerOffsets& at = vectors();
    int rotation = config_.rotation(layer);
    const float* rotary =
        rotation < 0 ? nullptr
                     : rotary_.as<float>() + size_t(rotation) * config_.context * config_.rotaryWidth();
    return {vector(layer, at.fusedBias), vector(layer, at.queryNorm), vector(layer, at.keyNorm), rotary};
}

void Model::embed(const BatchPlan& plan, float* x) const {
    Embedding rows{};
    if (!frozen_) rows.masters = masters_.as<float>() + layout_.embedding;
    else if (embedding_) rows.kept = embedding_.get();
    else rows.head = forward_.head.get();
    operations_->embed(plan, rows, x);
}

const PackedModel& Model::forward() {
    if (!forward_.fresh) {
        require(!frozen(), [] { return "the weights of the model are not loaded"; });
        place(forward_, operations_->precision(), "packed weights");
        for (const Weight& w : matrices())
            if (w.packed)
                operations_->store(*w.packed, masters_.as<float>() + w.begin, w.rows, w.columns, w.precision,
                                   "packed weights");
        forward_.fresh = true;
    }
    return forward_;
}

const PackedModel& Model::rounded() {
    forward();
    if (!rounded_.fresh) {
        place(rounded_, Precision::INT8, "weights rounded to 8 bits");
        std::vector<Weight> exact = matrices(), all = matrices(rounded_, Precision::INT8);
        for (size_t i = 0; i < all.size(); i++)
            if (all[i].packed)
                operations_->storeAgain(*all[i].packed, *exact[i].packed, all[i].precision, "packed weights");
        rounded_.fresh = true;
    }
    return rounded_;
}

void Model::reserveBackward() {
    if (turnedHead_) return;
    const Config& c = config_;
    Precision precision = gradientPrecision(operations_->precision());
    auto bytes = [&](int rows, int columns, Precision of) {
        return padded(operations_->turnedBytes(rows, columns, of));
    };
    size_t fused = bytes(c.fusedWidth(), c.hidden, precision), output = bytes(c.hidden, c.queryWidth(), precision);
    bool dense = false, sparse = false;
    for (int l = 0; l < c.layers; l++) (c.hasExperts(l) ? sparse : dense) = true;
    size_t gateUp = dense ? bytes(2 * c.intermediate, c.hidden, precision) : 0;
    size_t down = dense ? bytes(c.hidden, c.intermediate, precision) : 0;
    size_t router = sparse ? bytes(c.experts, c.hidden, Precision::FP32) : 0;
    size_t expertGateUp = sparse ? bytes(2 * c.expertWidth, c.hidden, precision) : 0;
    size_t expertDown = sparse ? bytes(c.hidden, c.expertWidth, precision) : 0;
    size_t feed = std::max(gateUp + down, router + expertGateUp + expertDown);
    turned_.allocate(operations_->budget(),
                     std::max(fused + output + feed, bytes(c.vocabulary, c.hidden, precision)),
                     "packed weights for gradients");
    auto make = [&](std::unique_ptr<Matrix>& matrix, char* memory) {
        matrix = operations_->matrix();
        matrix->place(memory);
    };
    char* next = turned_.as<char>();
    make(turnedHead_, next);
    make(turnedLayer_.fused, next);
    make(turnedLayer_.output, next += fused);
    make(turnedLayer_.feed.gateUp, next += output);
    make(turnedLayer_.feed.down, next + gateUp);
    make(turnedLayer_.router, next);
    make(turnedExpert_.gateUp, next += router);
    make(turnedExpert_.down, next + expertGateUp);
}

const PackedLayer& Model::backward(int layer) {
    reserveBackward();
    if (turnedIndex_ != layer) {
        const PackedLayer& from = forward().layers[layer];
        Precision precision = gradientPrecision(operations_->precision());
        turn(*turnedLayer_.fused, *from.fused, precision);
        turn(*turnedLayer_.output, *from.output, precision);
        if (config_.hasExperts(layer)) {
            turn(*turnedLayer_.router, *from.router, Precision::FP32);
        } else {
            turn(*turnedLayer_.feed.gateUp, *from.feed.gateUp, precision);
            turn(*turnedLayer_.feed.down, *from.feed.down, precision);
        }
        turnedIndex_ = layer;
    }
    return turnedLayer_;
}

const PackedFeed& Model::backwardExpert(int layer, int expert) {
    const PackedFeed& from = forward().layers[layer].experts[expert];
    Precision precision = gradientPrecision(operations_->precision());
    turn(*turnedExpert_.gateUp, *from.gateUp, precision);
    turn(*turnedExpert_.down, *from.down, precision);
    return turnedExpert_;
}

const Matrix& Model::backwardHead() {
    reserveBackward();
    if (turnedIndex_ != config_.layers) {
        turn(*turnedHead_, *forward().head, gradientPrecision(operations_->precision()));
        turnedIndex_ = config_.layers;
    }
    return *turnedHead_;
}

void Model::turn(Matrix& turned, const Matrix& forward, Precision precision) {
    operations_->turn(turned, forward, precision, "packed weights for gradients");
}

}  // namespace rpt
