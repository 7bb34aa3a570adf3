#pragma once

#include <array>
#include <memory>
#include <vector>

#include "config.h"
#include "operations.h"

namespace rpt {

/** Which linear layers of every decoder layer have low-rank factors, and of what size. */
struct AdapterShape {
    int rank;
    /** Factor of every product, such as alpha / rank. */
    double scale;
    bool query, key, value, output, gate, up, down;
};

/** Linear layers that read the same rows, and whose results lie side by side. */
enum class Site { FUSED, OUTPUT, GATE_UP, DOWN };

/**
 * Low-rank factors beside frozen weights (Hu et al. 2021, arXiv 2106.09685): y = x W^T + s (x A^T) B^T, with A[rank][in]
 * and B[out][rank] in single precision, whatever the precision of W. In memory they lie layer by layer, in each layer in
 * the order query, key, value, output, gate, up, down, A before B, without gaps.
 */
class Adapter {
public:
    Adapter(Operations& operations, const Config& config, const AdapterShape& shape);

    size_t size() const { return layerSize_ * layers_; }
    float* weights() const { return weights_.as<float>(); }
    /** The weights were written; they are packed anew before the next product. */
    void changed() { fresh_ = false; }

    /** y += s (x A^T) B^T for the linear layers of a site; y has their results side by side. */
    void add(Site site, int layer, const float* x, ptrdiff_t ldx, int rows, float* y, ptrdiff_t ldy);

    /**
     * The derivative of add(): dx += s (dy B) A; adds dB = s dy^T (x A^T) and dA = s (dy B)^T x to the gradients, which
     * lie as the weights do.
     */
    void backward(Site site, int layer, const float* x, ptrdiff_t ldx, int rows, const float* dy, ptrdiff_t ldy,
                  float* dx, ptrdiff_t lddx, float* gradients);

private:
    /** One linear layer with factors. */
    struct Part {
        size_t a, b;    // first elements of A and B, from the layer's first
        int column;     // of its results among those of the site
        int width;      // of its results
    };
    /** A site with at least one part: the factors A of all parts are one matrix. */
    struct Place {
        int width;  // of the rows that it reads
        std::vector<Part> parts;
    };
    struct PackedPlace {
        std::unique_ptr<Matrix> a;
        std::vector<std::unique_ptr<Matrix>> b;
    };

    const Place& place(Site site) const { return places_[static_cast<size_t>(site)]; }
    float* layerWeights(int layer) const { return weights() + layerSize_ * layer; }
    /** The factors A of all parts one below the other, in stacked_. */
    const float* stackA(const Place& place, const float* layer);
    void pack();
    /** low = s x A^T, [rows][parts * rank]. */
    void project(Site site, int layer, const float* x, ptrdiff_t ldx, int rows, float* low);

    Operations& operations_;
    const int rank_, layers_;
    const float scale_;
    std::array<Place, 4> places_;
    size_t layerSize_ = 0;
    Block weights_;
    std::vector<std::array<PackedPlace, 4>> packed_;
    Block packedBlock_;
    bool fresh_ = false;
    Block stacked_;
    Block low_;
    std::unique_ptr<Matrix> right_;
};

}  // namespace rpt
