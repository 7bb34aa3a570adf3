#pragma once

#include <cstddef>
#include <vector>

#include "batch.h"
#include "config.h"
#include "matrix.h"

namespace rpt {

/**
 * Keys and values in pages of Kernels::panel tokens. In a page each layer and key head has its keys transposed,
 * [headSize][panel], and its values, [panel][headSize]: both are right-hand matrices in the form that products need.
 *
 * A cache keeps every layer. A pass over whole sequences needs one layer at a time, and all layers share one place.
 */
class Pages {
public:
    enum class Keep { EVERY_LAYER, ONE_LAYER };

    /** Makes room for so many pages; growing loses their contents. */
    void reserve(const Config& config, Compute& compute, int pages, Keep keep, const char* what);

    /** Makes room for so many pages of every layer, more than before, and keeps the contents; changes nothing if it fails. */
    void grow(const Config& config, Compute& compute, int pages, const char* what);

    static size_t pageBytes(const Config& config, const Kernels& kernels, Keep keep);

    float* keys(int page, int layer, int head) const { return place(page, layer) + 2 * size_t(head) * matrix_; }
    float* values(int page, int layer, int head) const { return keys(page, layer, head) + matrix_; }
    int tokensPerPage() const { return panel_; }
    size_t size() const { return block_.size(); }

    /** Stores the keys and values of a segment's new rows, [rows][stride], which begin with the first key head. */
    void write(const Segment& segment, int layer, const float* keys, const float* values, ptrdiff_t stride) const;

private:
    float* place(int page, int layer) const { return block_.as<float>() + page * pageFloats_ + layer * layerFloats_; }

    Block block_;
    size_t pageFloats_ = 0;
    size_t layerFloats_ = 0;  // 0 if all layers share one place
    size_t matrix_ = 0;
    int heads_ = 0;
    int headSize_ = 0;
    int panel_ = 0;
};

}  // namespace rpt
