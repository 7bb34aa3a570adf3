#pragma once

#include <vector>

#include "config.h"
#include "matrix.h"

namespace rpt {

/** Calls visit(member of LayerOffsets, elements) for the weights of a layer that are vectors and not matrices. */
template <class Visit>
void eachVector(const Config& c, Visit visit) {
    visit(&LayerOffsets::inputNorm, size_t(c.hidden));
    visit(&LayerOffsets::fusedBias, size_t(c.fusedWidth()));
    visit(&LayerOffsets::queryNorm, size_t(c.queryNormWidth()));
    visit(&LayerOffsets::keyNorm, size_t(c.keyNormWidth()));
    visit(&LayerOffsets::outputBias, size_t(c.hidden));
    visit(&LayerOffsets::attentionNorm, size_t(c.hidden));
    visit(&LayerOffsets::postNorm, size_t(c.hidden));
    visit(&LayerOffsets::feedForwardNorm, size_t(c.hidden));
}

/** Whether bfloat16 loses nothing of n numbers. */
bool areNarrow(Compute& compute, const float* x, size_t n);

/**
 * What a model needs beside its packed matrices if nothing changes them: norms and biases, end to end in single
 * precision, and the rows of the embedding. If that loses nothing, the rows are 8-bit blocks in a model with such
 * weights, or bfloat16; and there are none if the head is the embedding and has lost nothing.
 */
class FrozenParts {
public:
    /** Makes room for norms and biases. */
    FrozenParts(Compute& compute, const Config& config, const Layout& layout);

    /** The layout of norms and biases in vectors(). Matrices have no place in it. */
    const Layout& layout() const { return layout_; }
    float* vectors() const { return vectors_.as<float>(); }
    /** Where a norm or bias lies that the full layout has at `offset`; null if that is part of a matrix. */
    float* find(size_t offset, size_t count) const;

    /** Keeps the rows of the embedding, [vocabulary][hidden]. */
    void keepEmbedding(const float* rows);
    /** Whether rows are kept. */
    bool hasEmbedding() const { return embedding_.size() > 0; }
    void embed(int token, float* x) const;

private:
    struct Stretch {
        size_t begin;  // in the full layout
        size_t count;
        size_t place;  // in vectors()
    };

    Compute& compute_;
    const size_t vocabulary_, hidden_;
    Layout layout_{};
    std::vector<Stretch> stretches_;
    Block vectors_;
    Block embedding_;
    enum class Rows { WIDE, NARROW, BLOCKS } rows_ = Rows::WIDE;
};

}  // namespace rpt
