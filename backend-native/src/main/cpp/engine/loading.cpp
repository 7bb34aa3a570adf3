// How a model gets its weights.

#include <algorithm>
#include <string>

#include "errors.h"
#include "model.h"
#include "widen.h"

namespace rpt {

void Model::requireWeights(size_t offset, size_t count) const {
    require(offset <= layout_.total && count <= layout_.total - offset, [&] {
        return std::to_string(count) + " weights from " + std::to_string(offset) + " are beyond the "
               + std::to_string(layout_.total) + " that there are";
    });
}

float* Model::single(size_t offset, size_t count) const {
    return frozen_ ? frozen_->find(offset, count) : masters_.as<float>() + offset;
}

const Model::Incoming& Model::receive(float* place, size_t count, bool isNarrow) {
    float* host = place;
    if (!operations_->isHostMemory()) {
        incomingBlock_.ensure(operations_->hostBudget(), count * sizeof(float), "a weight on its way into the model");
        host = incomingBlock_.as<float>();
    }
    return incoming_.emplace(Incoming{place, host, count, isNarrow});
}

float* Model::load(size_t offset, size_t count) {
    requireWeights(offset, count);
    finishIncoming();
    if (float* place = single(offset, count)) return receive(place, count, false).host;
    const Weight& weight = stage(offset, count, false);
    return staging_.as<float>() + (offset - weight.begin);
}

bf16* Model::loadNarrow(size_t offset, size_t count) {
    requireWeights(offset, count);
    finishIncoming();
    if (float* place = single(offset, count))
        return reinterpret_cast<bf16*>(receive(place, count, true).host) + count;
    const Weight& weight = stage(offset, count, true);
    return stagedNarrow() + (offset - weight.begin);
}

const Model::Weight& Model::stage(size_t offset, size_t count, bool isNarrow) {
    std::vector<Weight> all = matrices();
    for (const Weight& w : all) {
        size_t size = w.size();
        if (offset < w.begin || offset + count > w.begin + size) continue;
        if (!staged_ || staged_->begin != w.begin) {
            finishMatrix();
            auto isOfVocabulary = [&](const Weight& weight) {
                return weight.begin == layout_.embedding || weight.begin == layout_.head;
            };
            size_t most = size;
            // Fresh memory costs more than packing: the matrices of all layers take the same.
            if (!isOfVocabulary(w))
                for (const Weight& other : all)
                    if (!isOfVocabulary(other)) most = std::max(most, other.size());
            size_t bytes = most * (isNarrow && w.takesNarrow() ? sizeof(bf16) : sizeof(float));
            // The embedding is much larger than what comes after it.
            if (staging_.size() > 2 * bytes) staging_.release();
            staging_.ensure(operations_->hostBudget(), bytes, "a weight on its way into the model");
            staged_ = w;
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

void Model::finishIncoming() {
    if (!incoming_) return;
    const Incoming& in = *incoming_;
    if (in.isNarrow) widen(operations_->pool(), in.host, in.count);
    if (in.host != in.place) operations_->copyIn(in.place, in.host, in.count * sizeof(float));
    incoming_.reset();
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
        operations_->storeNarrow(*staged_->packed, stagedNarrow(), staged_->rows, staged_->columns, "packed weights");
    } else {
        if (isStagedNarrow_) widen(operations_->pool(), staging_.as<float>(), size);
        finishSingles(staging_.as<float>());
    }
    staged_.reset();
    stagedCount_ = 0;
}

void Model::finishSingles(const float* weights) {
    const Weight& w = *staged_;
    if (w.packed)
        operations_->storeFrozen(*w.packed, weights, w.rows, w.columns, w.precision, "packed weights");
    if (w.begin == layout_.embedding)
        embedding_ = operations_->keepEmbedding(weights, w.rows, w.columns, w.packed);
}

void Model::loaded() {
    finishIncoming();
    incomingBlock_.release();
    if (!frozen_) return;
    finishMatrix();
    staging_.release();
    forward_.fresh = true;
}

}  // namespace rpt
