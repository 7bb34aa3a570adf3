#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "adapter.h"
#include "config.h"
#include "frozen.h"
#include "operations.h"

namespace rpt {

/** Called between layers; true ends the operation with Cancelled. */
using CancelCheck = std::function<bool()>;

/** A stretch of the parameters of a model whose gradient a backward pass completes at one time. */
struct Piece {
    /** Indices of Model::pieces for a model that trains all its weights. */
    static constexpr size_t EMBEDDING = 0, HEAD = 1, FIRST_LAYER = 2;

    size_t begin;
    size_t count;
};

/** The packed matrices of a feed-forward. */
struct PackedFeed {
    std::unique_ptr<Matrix> gateUp, down;
};

/** The packed matrices of one layer. One with experts has a router, in single precision, and no other feed-forward. */
struct PackedLayer {
    std::unique_ptr<Matrix> fused, output, router;
    PackedFeed feed;
    std::vector<PackedFeed> experts;
};

/** Every matrix of a model, packed for y = x W^T into one block. */
struct PackedModel {
    Block block;
    std::vector<PackedLayer> layers;
    std::unique_ptr<Matrix> head;
    bool fresh = false;
};

/** What a pass computes with. */
struct Weights {
    /** Low-rank factors to add; null for none. */
    Adapter* adapter = nullptr;
    /** Whether the products are those of Model::rounded(). */
    bool rounded = false;

    Weights(Adapter* adapter, bool rounded = false) : adapter(adapter), rounded(rounded) {}
};

/**
 * The matrices of a model packed for products in its precision, and what else a pass reads. A trainable model has
 * single-precision masters of all weights, and packs its matrices again after each change. A frozen one has the packed
 * matrices alone; what trains there, if anything, is an adapter. Runs one operation at a time.
 */
class Model {
public:
    Model(std::unique_ptr<Operations> operations, bool frozen, Config config, Layout layout);

    const Config& config() const { return config_; }
    const Layout& layout() const { return layout_; }
    /** What the device of the model does. */
    Operations& operations() const { return *operations_; }
    bool frozen() const { return frozen_.has_value(); }

    /**
     * Host memory for weights of the layout, to be filled by the caller. Weights come in the order of the layout: when one of
     * another matrix is asked for, the last one is complete.
     */
    float* load(size_t offset, size_t count);
    /**
     * The same for weights that are stored as bfloat16. All weights of a matrix come in the same way. Those that are
     * not packed as they are become singles with the next call.
     */
    bf16* loadNarrow(size_t offset, size_t count);
    /** All weights are loaded. */
    void loaded();

    /** Gives a frozen model low-rank factors, all 0. */
    void openAdapter(const AdapterShape& shape);
    /** The factors; null if there are none. */
    Adapter* adapter() const { return adapter_.get(); }

    /** What training changes, on the device: the factors of an adapter, or the masters of all weights. */
    float* parameters() const { return adapter_ ? adapter_->weights() : masters_.as<float>(); }
    size_t parameterCount() const { return adapter_ ? adapter_->size() : frozen() ? 0 : layout_.total; }
    void parametersChanged();
    /**
     * The parameters without gaps, in order: the embedding, the final norm with the head unless that is the embedding,
     * and each layer; or all factors of an adapter.
     */
    std::vector<Piece> pieces() const;

    /** First element of a layer among the masters, and among their gradients. */
    size_t layerStart(int layer) const { return layout_.startOf(config_, layer); }

    /** Where a layer's norms and biases lie in layerVectors(). */
    const LayerOffsets& vectors() const { return frozen_ ? frozen_->layout().layer : layout_.layer; }
    const float* layerVectors(int layer) const;
    /** A norm or bias at an offset among the layer's vectors; null if that is absent. */
    const float* vector(int layer, int64_t offset) const;
    /** The norm over the stream at an offset among the layer's vectors. */
    Norm norm(int layer, int64_t offset) const;
    Norm finalNorm() const;
    Projection projection(int layer) const;
    /** x = the scaled embeddings of the tokens of a batch, [T][hidden]. */
    void embed(const BatchPlan& plan, float* x) const;

    /** Matrices for y = x W^T; packs them if the masters have changed. */
    const PackedModel& forward();
    /**
     * The matrices of forward() rounded to 8 bits, for rollouts that are faster and not exact; made when they are first
     * asked for, and again after each change of the masters.
     */
    const PackedModel& rounded();
    /** One of the two. */
    const PackedModel& packed(bool wantsRounded) { return wantsRounded ? rounded() : forward(); }

    /** Makes room for the matrices of one layer or of the head, for dx = dy W. */
    void reserveBackward();
    /** The matrices of a layer, without experts, for dx = dy W, packed from those of forward(); valid until the next call. */
    const PackedLayer& backward(int layer);
    /** The same for an expert of that layer. */
    const PackedFeed& backwardExpert(int layer, int expert);
    /** The same for the head. */
    const Matrix& backwardHead();

private:
    /** A matrix among the weights. */
    struct Weight {
        size_t begin;
        int rows, columns;
        Matrix* packed;  // null for an embedding that is not the head
        Precision precision;

        size_t size() const { return size_t(rows) * columns; }
        /** Whether bfloat16 weights are packed as they are. */
        bool takesNarrow() const { return packed && precision == Precision::BF16; }
    };
    /** Singles that the caller fills: in their place, or in memory of the host on their way there. */
    struct Incoming {
        float* place;
        float* host;
        size_t count;
        bool isNarrow;  // bfloat16 in the upper half, see widen()
    };

    void fillRotary();
    /** The matrices in the order of the layout, with their places in `model`. */
    std::vector<Weight> matrices(PackedModel& model, Precision precision);
    std::vector<Weight> matrices() { return matrices(forward_, operations_->precision()); }
    void turn(Matrix& turned, const Matrix& forward, Precision precision);
    /** Makes room for the packed matrices of a model, unless there is some. */
    void place(PackedModel& model, Precision precision, const char* what);
    void requireWeights(size_t offset, size_t count) const;
    /** Memory for weights of the layout that are singles, not of a frozen matrix; null if they are of one. */
    float* single(size_t offset, size_t count) const;
    const Incoming& receive(float* place, size_t count, bool isNarrow);
    /** The matrix that these weights are of becomes the one that is loaded; returns it. */
    const Weight& stage(size_t offset, size_t count, bool isNarrow);
    /** Packs the matrix that was loaded last. */
    void finishMatrix();
    void finishSingles(const float* weights);
    /** The staged matrix in bfloat16: all of the memory that it has, or the upper half. */
    bf16* stagedNarrow() const;
    /** Puts the singles that were loaded last where they belong. */
    void finishIncoming();

    std::unique_ptr<Operations> operations_;
    Config config_;
    Layout layout_;
    Block masters_;
    std::optional<FrozenVectors> frozen_;
    std::unique_ptr<KeptEmbedding> embedding_;
    std::unique_ptr<Adapter> adapter_;
    Block rotary_;
    PackedModel forward_;
    PackedModel rounded_;
    Block turned_;
    PackedLayer turnedLayer_;
    PackedFeed turnedExpert_;
    std::unique_ptr<Matrix> turnedHead_;
    int turnedIndex_ = -1;  // what turned_ holds: a layer, the number of layers for the head, or -1
    std::optional<Weight> staged_;
    bool isStagedNarrow_ = false;
    size_t stagedCount_ = 0;
    std::optional<Incoming> incoming_;
    Block staging_, incomingBlock_;  // of the host
};

}  // namespace rpt
