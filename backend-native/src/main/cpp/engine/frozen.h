#pragma once

#include <vector>

#include "config.h"
#include "memory.h"

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

/** Norms and biases of a model whose weights nothing changes, end to end in single precision. */
class FrozenVectors {
public:
    FrozenVectors(Budget& budget, const Config& config, const Layout& layout);

    /** The layout of norms and biases in vectors(). Matrices have no place in it. */
    const Layout& layout() const { return layout_; }
    float* vectors() const { return vectors_.as<float>(); }
    /** Where a norm or bias lies that the full layout has at `offset`; null if that is part of a matrix. */
    float* find(size_t offset, size_t count) const;

private:
    struct Stretch {
        size_t begin;  // in the full layout
        size_t count;
        size_t place;  // in vectors()
    };

    Layout layout_{};
    std::vector<Stretch> stretches_;
    Block vectors_;
};

}  // namespace rpt
