#pragma once

#include <cstddef>
#include <vector>

#include "batch.h"
#include "config.h"
#include "operations.h"

namespace rpt {

/**
 * Keys and values in pages of Kernels::panel tokens, in single precision or bfloat16, see Compute. In a page
 * each layer and key head has its keys transposed, a right-hand panel of [headSize][panel], and its values, a right-hand
 * matrix of [panel][headSize]: both in the form that products need.
 *
 * A cache keeps every layer. A pass over whole sequences needs one layer at a time, and all layers share one place.
 */
class Pages {
public:
    enum class Keep { EVERY_LAYER, ONE_LAYER };

    /** Makes room for so many pages; growing loses their contents. */
    void reserve(const Config& config, const Operations& operations, int pages, Keep keep, const char* what);

    /** Makes room for so many pages of every layer, more than before, and keeps the contents; changes nothing if it fails. */
    void grow(const Config& config, Operations& operations, int pages, const char* what);

    static size_t pageBytes(const Config& config, const Operations& operations, Keep keep);

    template <class T>
    T* keys(int page, int layer, int head) const {
        return reinterpret_cast<T*>(block_.as<char>() + page * pageBytes_ + layer * layerBytes_ + head * headBytes_);
    }
    template <class T>
    T* values(int page, int layer, int head) const {
        return reinterpret_cast<T*>(keys<char>(page, layer, head) + keyBytes_);
    }
    bool areNarrow() const { return isNarrow_; }
    int tokensPerPage() const { return panel_; }
    size_t size() const { return block_.size(); }

    /**
     * Stores keys and values of one head for a segment's new rows from `from` to before `to`, [rows][stride] each. Calls
     * for different pages may run at the same time.
     */
    void write(const Kernels& kernels, const Segment& segment, int from, int to, int layer, int head, const float* keys,
               const float* values, ptrdiff_t stride) const;

private:
    void writeNarrow(const Kernels& kernels, int page, int column, int layer, int head, const float* key,
                     const float* value) const;

    Block block_;
    size_t pageBytes_ = 0;
    size_t layerBytes_ = 0;  // 0 if all layers share one place
    size_t headBytes_ = 0;
    size_t keyBytes_ = 0;
    bool isNarrow_ = false;
    int headSize_ = 0;
    int panel_ = 0;
};

}  // namespace rpt
