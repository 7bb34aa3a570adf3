#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "isa/kernels.h"
#include "memory.h"
#include "operations.h"
#include "pool.h"

namespace rpt {

/**
 * What matrix products run on, and memory that all of them reuse: a block per worker, the rounded left-hand side,
 * partial sums of gradients. Operations must not expect it to be zero.
 */
struct Compute {
    const Kernels& kernels;
    Pool& pool;
    Budget& budget;
    Precision precision;
    /** Of keys, values and the products of attention, FP32 or BF16; sums and the softmax are always single precision. */
    Precision attention = Precision::FP32;
    Block left;
    Block partials;
    std::vector<Block> scratch;
    /** Additions and multiplications of products so far, without padding. */
    std::atomic<int64_t> operations{0};

    Compute(const Kernels& k, Pool& p, Budget& b, Precision precision)
        : kernels(k), pool(p), budget(b), precision(precision), scratch(p.threads()) {}

    /** Counts products of [rows][depth] and [depth][columns]. */
    void count(int64_t rows, int64_t depth, int64_t columns) {
        operations.fetch_add(2 * rows * depth * columns, std::memory_order_relaxed);
    }
    /** Bytes of a panel over k rows. */
    size_t panelBytes(int k, Precision of) const;
    /** Scratch of at least that size for every worker. */
    void ensureScratch(size_t bytes);
};

/** A right-hand matrix B[k][n] in panels, see Kernels. */
class PackedMatrix final : public Matrix {
public:
    /** B = W^T for a weight W[n][k]: what a forward product needs. */
    void packTransposed(Compute& compute, const float* w, int n, int k, Precision precision, const char* what);
    /** The same from bfloat16, in which it is packed. */
    void packTransposed(Compute& compute, const bf16* w, int n, int k, const char* what);
    /** x = row n of a weight W[n][k] that is packed as W^T, dequantised if it has 8 bits. */
    void unpackRow(const Kernels& kernels, int n, float* x) const;
    /** B = X for X[k][n], rows ld apart, in FP32 or BF16: what products with gradients need. */
    void pack(Compute& compute, const float* x, ptrdiff_t ld, int k, int n, Precision precision, const char* what);
    /** B = W for a weight that `forward` holds as W^T: what dx = dy W needs. In FP32 or BF16. */
    void packTurned(Compute& compute, const PackedMatrix& forward, Precision precision, const char* what);

    /** B of another matrix that holds a weight as W^T, in INT8 or, for one in FP32, the same. */
    void packAgain(Compute& compute, const PackedMatrix& from, Precision precision, const char* what);

    /** Bytes that B[k][n] takes. */
    static size_t bytes(const Compute& compute, int k, int n, Precision precision);

    int panels(const Kernels& kernels) const { return (columns_ + kernels.panel - 1) / kernels.panel; }
    template <class T>
    T* panel(int index) const {
        return reinterpret_cast<T*>((place_ ? place_ : block_.as<char>()) + panelBytes_ * index);
    }

private:
    template <class Pack>
    void packPanels(Compute& compute, int k, int n, Precision precision, const char* what, Pack pack);
    /** tile[o][c] = W[first + o][c0 + c] of the weight whose transpose this is, for a panel of o and as many c. */
    void unpackTile(const Kernels& kernels, int index, int c0, int columns, float* tile) const;

    Block block_;
    size_t panelBytes_ = 0;
};

/** c[m][n] (+)= a[m][k] b, in the precision of b. */
void multiply(Compute& compute, const float* a, ptrdiff_t lda, int m, const PackedMatrix& b, float* c, ptrdiff_t ldc,
              bool accumulate);

/**
 * gradient[n][k] += dy[t][n]^T x[t][k], with x packed by PackedMatrix::pack. The sum over t runs from first to last for
 * every element.
 */
void addOuterProducts(Compute& compute, const float* dy, ptrdiff_t ldy, int t, int n, const PackedMatrix& x,
                      float* gradient);

}  // namespace rpt
