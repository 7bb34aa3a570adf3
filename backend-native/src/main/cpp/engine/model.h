#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "adapter.h"
#include "config.h"
#include "frozen.h"
#include "matrix.h"

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
    PackedMatrix gateUp, down;
};

/** The packed matrices of one layer. One with experts has a router, in single precision, and no other feed-forward. */
struct PackedLayer {
    PackedMatrix fused, output, router;
    PackedFeed feed;
    std::vector<PackedFeed> experts;
};

/** Every matrix of a model, packed for y = x W^T into one block. */
struct PackedModel {
    Block block;
    std::vector<PackedLayer> layers;
    PackedMatrix head;
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
    Model(const Kernels& kernels, Pool& pool, Budget& budget, Precision precision, bool frozen, Config config,
          Layout layout);

    const Config& config() const { return config_; }
    const Layout& layout() const { return layout_; }
    Compute& compute() { return compute_; }
    bool frozen() const { return frozen_.has_value(); }

    /**
     * Memory for weights of the layout, to be filled by the caller. Weights come in the order of the layout: when one of
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

    /** What training changes: the factors of an adapter, or the masters of all weights. */
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
    const float* finalNorm() const;
    /** x = the scaled embedding of a token, [hidden]. */
    void embed(int token, float* x) const;

    /** Scaled cosines, then sines, of a position in a rotation, each [rotary width / 2]. */
    const float* rotary(int rotation, int position) const {
        return rotary_.as<float>() + (size_t(rotation) * config_.context + position) * config_.rotaryWidth();
    }

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
    const PackedMatrix& backwardHead();

private:
    /** A matrix among the weights. */
    struct Matrix {
        size_t begin;
        int rows, columns;
        PackedMatrix* packed;  // null for an embedding that is not the head
        Precision precision;

        size_t size() const { return size_t(rows) * columns; }
        /** Whether bfloat16 weights are packed as they are. */
        bool takesNarrow() const { return packed && precision == Precision::BF16; }
    };

    void fillRotary();
    /** The matrices in the order of the layout, with their places in `model`. */
    std::vector<Matrix> matrices(PackedModel& model, Precision precision);
    std::vector<Matrix> matrices() { return matrices(forward_, compute_.precision); }
    /** Makes room for the packed matrices of a model, unless there is some. */
    void place(PackedModel& model, Precision precision, const char* what);
    void pack(const Matrix& matrix, const float* weights, Precision precision);
    /** Whether the head is the embedding and gives back every number of it. */
    bool isInHead(const float* embedding);
    void requireWeights(size_t offset, size_t count) const;
    /** Memory for weights of the layout that are singles, not of a frozen matrix; null if they are of one. */
    float* single(size_t offset, size_t count) const;
    /** The matrix that these weights are of becomes the one that is loaded; returns it. */
    const Matrix& stage(size_t offset, size_t count, bool isNarrow);
    /** Packs the matrix that was loaded last. */
    void finishMatrix();
    void finishSingles(const float* weights);
    /** The staged matrix in bfloat16: all of the memory that it has, or the upper half. */
    bf16* stagedNarrow() const;
    /** Widens what was loaded last. */
    void finishNarrow();

    Config config_;
    Layout layout_;
    Compute compute_;
    Block masters_;
    std::optional<FrozenParts> frozen_;
    std::unique_ptr<Adapter> adapter_;
    Block rotary_;
    PackedModel forward_;
    PackedModel rounded_;
    Block turned_;
    PackedLayer turnedLayer_;
    PackedFeed turnedExpert_;
    PackedMatrix turnedHead_;
    int turnedIndex_ = -1;  // what turned_ holds: a layer, the number of layers for the head, or -1
    std::optional<Matrix> staged_;
    bool isStagedNarrow_ = false;
    size_t stagedCount_ = 0;
    float* narrow_ = nullptr;  // singles that are still bfloat16, see widen()
    size_t narrowCount_ = 0;
    Block staging_;
};

}  // namespace rpt
