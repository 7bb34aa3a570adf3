#include "model.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <utility>

#include "blocks.h"
#include "errors.h"

namespace rpt {

namespace {

/** Refuses a shape that does not fit together before anything is allocated for it. */
Config validated(Config config, const Layout& layout) {
    validate(config, layout);
    return config;
}

/** Bytes of a packed matrix, whole cache lines. */
size_t padded(const Compute& compute, int k, int n, Precision precision) {
    return (PackedMatrix::bytes(compute, k, n, precision) + 63) / 64 * 64;
}

}  // namespace

Model::Model(const Kernels& kernels, Pool& pool, Budget& budget, Precision precision, bool frozen, Config config,
             Layout layout)
    : config_(validated(std::move(config), layout)), layout_(layout), compute_(kernels, pool, budget, precision) {
    if (frozen) frozen_.emplace(compute_, config_, layout_);
    else masters_.allocate(budget, layout.total * sizeof(float), "the weights");
    rotary_.allocate(budget, size_t(config_.rotationCount()) * config_.context * config_.rotaryWidth() * sizeof(float),
                     "the rotary table");
    fillRotary();
    // 8-bit matrices take their memory when they come, since it depends on their numbers.
    if (frozen && precision != Precision::INT8) place(forward_, precision, "the weights");
}

void Model::fillRotary() {
    int half = config_.rotaryWidth() / 2;
    float* row = rotary_.as<float>();
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
}

std::vector<Model::Matrix> Model::matrices(PackedModel& model, Precision precision) {
    const Config& c = config_;
    std::vector<Matrix> all;
    const LayerOffsets& at = layout_.layer;
    model.layers.resize(c.layers);
    for (int l = 0; l < c.layers; l++) {
        PackedLayer& layer = model.layers[l];
        size_t start = layerStart(l);
        auto add = [&](size_t offset, int rows, int columns, PackedMatrix& packed) {
            all.push_back({start + offset, rows, columns, &packed, precision});
        };
        add(at.fused, c.fusedWidth(), c.hidden, layer.fused);
        add(at.output, c.hidden, c.queryWidth(), layer.output);
        if (!c.hasExperts(l)) {
            add(at.gateUp, 2 * c.intermediate, c.hidden, layer.feed.gateUp);
            add(at.down, c.hidden, c.intermediate, layer.feed.down);
            continue;
        }
        all.push_back({start + at.router, c.experts, c.hidden, &layer.router, Precision::FP32});
        if (layer.experts.empty()) layer.experts = std::vector<PackedFeed>(c.experts);
        for (int e = 0; e < c.experts; e++) {
            add(expertGateUp(c, at, e), 2 * c.expertWidth, c.hidden, layer.experts[e].gateUp);
            add(expertDown(c, at, e), c.hidden, c.expertWidth, layer.experts[e].down);
        }
    }
    all.push_back({layout_.head, c.vocabulary, c.hidden, &model.head, precision});
    if (layout_.head != layout_.embedding)
        all.push_back({layout_.embedding, c.vocabulary, c.hidden, nullptr, precision});
    return all;
}

void Model::place(PackedModel& model, Precision precision, const char* what) {
    if (model.block.size() > 0) return;
    std::vector<Matrix> all = matrices(model, precision);
    std::erase_if(all, [](const Matrix& matrix) { return !matrix.packed; });
    size_t total = 0;
    for (const Matrix& m : all) total += padded(compute_, m.columns, m.rows, m.precision);
    model.block.allocate(compute_.budget, total, what);
    char* next = model.block.as<char>();
    for (const Matrix& m : all) {
        m.packed->place(next);
        next += padded(compute_, m.columns, m.rows, m.precision);
    }
}

void Model::pack(const Matrix& m, const float* weights, Precision precision) {
    m.packed->packTransposed(compute_, weights, m.rows, m.columns, precision, "packed weights");
}

bool Model::isInHead(const float* embedding) {
    if (layout_.head != layout_.embedding) return false;
    switch (forward_.head.precision()) {
        case Precision::BF16:
            return areNarrow(compute_, embedding, size_t(config_.vocabulary) * config_.hidden);
        case Precision::INT8:
            return false;
        default:
            return true;
    }
}

void Model::requireWeights(size_t offset, size_t count) const {
    require(offset <= layout_.total && count <= layout_.total - offset, [&] {
        return std::to_string(count) + " weights from " + std::to_string(offset) + " are beyond the "
               + std::to_string(layout_.total) + " that there are";
    });
}

float* Model::single(size_t offset, size_t count) const {
    return frozen_ ? frozen_->find(offset, count) : masters_.as<float>() + offset;
}

float* Model::load(size_t offset, size_t count) {
    requireWeights(offset, count);
    finishNarrow();
    if (float* place = single(offset, count)) return place;
    const Matrix& matrix = stage(offset, count, false);
    return staging_.as<float>() + (offset - matrix.begin);
}

bf16* Model::loadNarrow(size_t offset, size_t count) {
    requireWeights(offset, count);
    finishNarrow();
    if (float* place = single(offset, count)) {
        narrow_ = place;
        narrowCount_ = count;
        return reinterpret_cast<bf16*>(place) + count;
    }
    const Matrix& matrix = stage(offset, count, true);
    return stagedNarrow() + (offset - matrix.begin);
}

const Model::Matrix& Model::stage(size_t offset, size_t count, bool isNarrow) {
    std::vector<Matrix> all = matrices();
    for (const Matrix& m : all) {
        size_t size = m.size();
        if (offset < m.begin || offset + count > m.begin + size) continue;
        if (!staged_ || staged_->begin != m.begin) {
            finishMatrix();
            auto isOfVocabulary = [&](const Matrix& matrix) {
                return matrix.begin == layout_.embedding || matrix.begin == layout_.head;
            };
            size_t most = size;
            // Fresh memory costs more than packing: the matrices of all layers take the same.
            if (!isOfVocabulary(m))
                for (const Matrix& other : all)
                    if (!isOfVocabulary(other)) most = std::max(most, other.size());
            size_t bytes = most * (isNarrow && m.takesNarrow() ? sizeof(bf16) : sizeof(float));
            // The embedding is much larger than what comes after it.
            if (staging_.size() > 2 * bytes) staging_.release();
            staging_.ensure(compute_.budget, bytes, "a weight on its way into the model");
            staged_ = m;
            isStagedNarrow_ = isNarrow;
        }
        require(isStagedNarrow_ == isNarrow, [&] {
            return "weights from " + std::to_string(offset)
                   + " are stored in another type than the others of their matrix";
        });
        stagedCount_ += count;
        return *staged_;
    }
    throw std::invalid_argument("weights from " + std::to_string(offset) + " belong to more than one matrix");
}

bf16* Model::stagedNarrow() const {
    return staging_.as<bf16>() + (staged_->takesNarrow() ? 0 : staged_->size());
}

void Model::finishNarrow() {
    if (narrow_) widen(compute_, narrow_, narrowCount_);
    narrow_ = nullptr;
}

void Model::finishMatrix() {
    if (!staged_) return;
    size_t size = staged_->size();
    require(stagedCount_ == size, [&] {
        return "the matrix at " + std::to_string(staged_->begin) + " has " + std::to_string(size) + " weights, but "
               + std::to_string(stagedCount_) + " were loaded";
    });
    if (isStagedNarrow_ && staged_->takesNarrow()) {
        // An embedding that is the head is in it with every number.
        staged_->packed->packTransposed(compute_, stagedNarrow(), staged_->rows, staged_->columns, "packed weights");
    } else {
        if (isStagedNarrow_) widen(compute_, staging_.as<float>(), size);
        finishSingles(staging_.as<float>());
    }
    staged_.reset();
    stagedCount_ = 0;
}

void Model::finishSingles(const float* weights) {
    bool isBlocks = staged_->precision == Precision::INT8
                    && Blocks::hold(compute_, weights, staged_->rows, staged_->columns);
    if (staged_->packed) pack(*staged_, weights, isBlocks ? Precision::INT8_BLOCKS : staged_->precision);
    if (staged_->begin == layout_.embedding && !isInHead(weights)) frozen_->keepEmbedding(weights);
}

void Model::loaded() {
    finishNarrow();
    if (!frozen_) return;
    finishMatrix();
    staging_.release();
    forward_.fresh = true;
}

void Model::openAdapter(const AdapterShape& shape) {
    require(frozen(), [] { return "an adapter needs a frozen model, this one trains all its weights"; });
    adapter_ = std::make_unique<Adapter>(compute_, config_, shape);
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

const float* Model::finalNorm() const {
    return frozen_ ? frozen_->vectors() + frozen_->layout().finalNorm : masters_.as<float>() + layout_.finalNorm;
}

void Model::embed(int token, float* x) const {
    if (frozen_ && frozen_->hasEmbedding()) frozen_->embed(token, x);
    else if (frozen_) forward_.head.unpackRow(compute_.kernels, token, x);
    else std::memcpy(x, masters_.as<float>() + layout_.embedding + size_t(token) * config_.hidden,
                     config_.hidden * sizeof(float));
    if (config_.embeddingScale != 1)
        for (int i = 0; i < config_.hidden; i++) x[i] *= config_.embeddingScale;
}

const PackedModel& Model::forward() {
    if (!forward_.fresh) {
        require(!frozen(), [] { return "the weights of the model are not loaded"; });
        place(forward_, compute_.precision, "packed weights");
        for (const Matrix& m : matrices())
            if (m.packed) pack(m, masters_.as<float>() + m.begin, m.precision);
        forward_.fresh = true;
    }
    return forward_;
}

const PackedModel& Model::rounded() {
    forward();
    if (!rounded_.fresh) {
        place(rounded_, Precision::INT8, "weights rounded to 8 bits");
        std::vector<Matrix> exact = matrices(), all = matrices(rounded_, Precision::INT8);
        for (size_t i = 0; i < all.size(); i++)
            if (all[i].packed) all[i].packed->packAgain(compute_, *exact[i].packed, all[i].precision, "packed weights");
        rounded_.fresh = true;
    }
    return rounded_;
}

void Model::reserveBackward() {
    const Config& c = config_;
    Precision precision = gradientPrecision(compute_.precision);
    auto bytes = [&](int rows, int columns) { return padded(compute_, rows, columns, precision); };
    size_t fused = bytes(c.fusedWidth(), c.hidden), output = bytes(c.hidden, c.queryWidth());
    bool dense = false, sparse = false;
    for (int l = 0; l < c.layers; l++) (c.hasExperts(l) ? sparse : dense) = true;
    size_t gateUp = dense ? bytes(2 * c.intermediate, c.hidden) : 0, down = dense ? bytes(c.hidden, c.intermediate) : 0;
    size_t router = sparse ? padded(compute_, c.experts, c.hidden, Precision::FP32) : 0;
    size_t expertGateUp = sparse ? bytes(2 * c.expertWidth, c.hidden) : 0;
    size_t expertDown = sparse ? bytes(c.hidden, c.expertWidth) : 0;
    if (turned_.size() > 0) return;
    size_t feed = std::max(gateUp + down, router + expertGateUp + expertDown);
    turned_.allocate(compute_.budget, std::max(fused + output + feed, bytes(c.vocabulary, c.hidden)),
                     "packed weights for gradients");
    char* next = turned_.as<char>();
    turnedHead_.place(next);
    turnedLayer_.fused.place(next);
    turnedLayer_.output.place(next += fused);
    turnedLayer_.feed.gateUp.place(next += output);
    turnedLayer_.feed.down.place(next + gateUp);
    turnedLayer_.router.place(next);
    turnedExpert_.gateUp.place(next += router);
    turnedExpert_.down.place(next + expertGateUp);
}

const PackedLayer& Model::backward(int layer) {
    reserveBackward();
    if (turnedIndex_ != layer) {
        const PackedLayer& from = forward().layers[layer];
        auto turn = [&](PackedMatrix& turned, const PackedMatrix& matrix, Precision precision) {
            turned.packTurned(compute_, matrix, precision, "packed weights for gradients");
        };
        Precision precision = gradientPrecision(compute_.precision);
        turn(turnedLayer_.fused, from.fused, precision);
        turn(turnedLayer_.output, from.output, precision);
        if (config_.hasExperts(layer)) {
            turn(turnedLayer_.router, from.router, Precision::FP32);
        } else {
            turn(turnedLayer_.feed.gateUp, from.feed.gateUp, precision);
            turn(turnedLayer_.feed.down, from.feed.down, precision);
        }
        turnedIndex_ = layer;
    }
    return turnedLayer_;
}

const PackedFeed& Model::backwardExpert(int layer, int expert) {
    const PackedFeed& from = forward().layers[layer].experts[expert];
    Precision precision = gradientPrecision(compute_.precision);
    turnedExpert_.gateUp.packTurned(compute_, from.gateUp, precision, "packed weights for gradients");
    turnedExpert_.down.packTurned(compute_, from.down, precision, "packed weights for gradients");
    return turnedExpert_;
}

const PackedMatrix& Model::backwardHead() {
    reserveBackward();
    if (turnedIndex_ != config_.layers) {
        turnedHead_.packTurned(compute_, forward().head, gradientPrecision(compute_.precision),
                               "packed weights for gradients");
        turnedIndex_ = config_.layers;
    }
    return turnedHead_;
}

}  // namespace rpt
