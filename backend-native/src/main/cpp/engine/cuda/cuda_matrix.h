#pragma once

#include "blas.h"
#include "operations.h"

namespace rpt::cuda {

/** A matrix as rows of singles or bfloat16: a weight as it is, W[out][in], or what pack() was given. */
class CudaMatrix final : public Matrix {
public:
    /** Rows begin at multiples of as many elements, which products of bfloat16 need to be fast. */
    static int64_t stepOf(int width) { return (width + 7) / 8 * 8; }

    /** Makes room for rows in the memory that it has, or its own. */
    char* open(Budget& budget, int rows, int columns, bool isTurned, Precision precision, const char* what) {
        rows_ = rows;
        columns_ = columns;
        precision_ = precision;
        factor_ = {nullptr, stepOf(isTurned ? rows : columns), isTurned};
        size_t bytes = (isTurned ? columns : rows) * factor_.step * elementSize();
        if (!place_) block_.ensure(budget, bytes, what);
        char* data = place_ ? place_ : block_.as<char>();
        factor_.data = data;
        return data;
    }
    /** Becomes the transpose of another, in the same memory. */
    void turnOf(const CudaMatrix& other) {
        rows_ = other.columns_;
        columns_ = other.rows_;
        precision_ = other.precision_;
        factor_ = {other.factor_.data, other.factor_.step, !other.factor_.isTurned};
    }

    const Factor& factor() const { return factor_; }
    bool isNarrow() const { return precision_ != Precision::FP32; }
    size_t elementSize() const { return isNarrow() ? sizeof(bf16) : sizeof(float); }

private:
    Factor factor_{};
    Block block_;
};

}  // namespace rpt::cuda
