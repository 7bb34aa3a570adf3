#include "pieces.h"

#include <algorithm>

namespace rpt {

PieceGradients::PieceGradients(Model& model) : model_(model), pieces_(model.pieces()) {
    bool isTied = model.layout().head == model.layout().embedding;
    size_t most = 0;
    for (size_t i = isTied ? 1 : 0; i < pieces_.size(); i++) most = std::max(most, pieces_[i].count);
    if (isTied)
        embedding_.allocate(model.operations().budget(), pieces_[Piece::EMBEDDING].count * sizeof(float),
                            "the gradient of the embedding");
    passing_.allocate(model.operations().budget(), most * sizeof(float), "the gradient of a layer");
}

float* PieceGradients::place(size_t piece) const {
    return (piece == Piece::EMBEDDING && embedding_.size() > 0 ? embedding_ : passing_).as<float>();
}

float* PieceGradients::Sink::of(size_t piece) {
    float* gradient = memory_.place(piece);
    if (!isOpen_[piece]) memory_.model_.operations().zero(gradient, memory_.pieces_[piece].count * sizeof(float));
    isOpen_[piece] = true;
    return gradient;
}

void PieceGradients::Sink::complete(size_t piece) {
    take_(memory_.pieces_[piece], memory_.place(piece));
}

}  // namespace rpt
