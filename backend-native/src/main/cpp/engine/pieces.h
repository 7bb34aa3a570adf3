#pragma once

#include <functional>
#include <vector>

#include "model.h"

namespace rpt {

/** Where a backward pass over all weights adds its gradients up, piece by piece, see Model::pieces. */
class GradientSink {
public:
    virtual ~GradientSink() = default;
    /** The gradient of a piece, to add to. */
    virtual float* of(size_t piece) = 0;
    /** Nothing more is added to the gradient of a piece. */
    virtual void complete(size_t piece) = 0;
};

/** The gradient of the whole model. */
class WholeGradient : public GradientSink {
public:
    WholeGradient(const Model& model, float* gradient) : pieces_(model.pieces()), gradient_(gradient) {}

    float* of(size_t piece) override { return gradient_ + pieces_[piece].begin; }
    void complete(size_t) override {}

private:
    std::vector<Piece> pieces_;
    float* gradient_;
};

/**
 * Memory for the gradient of one piece at a time, and for that of an embedding that is the head, too: it is the first
 * that a backward pass adds to, and the last that is complete.
 */
class PieceGradients {
public:
    explicit PieceGradients(Model& model);

    /** Receives a piece and its gradient. */
    using Take = std::function<void(const Piece& piece, const float* gradient)>;
    /** A sink that hands over each gradient as soon as it is complete, for one backward pass. */
    class Sink : public GradientSink {
    public:
        Sink(PieceGradients& memory, Take take) : memory_(memory), take_(std::move(take)) {}

        float* of(size_t piece) override;
        void complete(size_t piece) override;

    private:
        PieceGradients& memory_;
        Take take_;
        std::vector<bool> isOpen_ = std::vector<bool>(memory_.pieces_.size());
    };

private:
    float* place(size_t piece) const;

    Model& model_;
    std::vector<Piece> pieces_;
    Block embedding_;  // empty unless it is the head
    Block passing_;
};

}  // namespace rpt
