#pragma once

// Products of tiles in shared memory by the threads of a block, and how such tiles lie there.

#include <mma.h>

#include <type_traits>

#include "device.h"

namespace rpt::cuda {

/** Rows and columns of what a tensor core multiplies at a time. */
constexpr int CORE = 16;

__host__ __device__ constexpr int roundedUp(int n, int to) {
    return (n + to - 1) / to * to;
}

/** Elements from row to row of a tile that is `width` wide: a few more, so that columns lie in different banks. */
template <class T>
__host__ __device__ constexpr int stepOf(int width) {
    return roundedUp(width, CORE) + 16 / static_cast<int>(sizeof(T));
}

/** A matrix in shared memory; whole in both directions, in units of CORE, with zeros where there is nothing. */
template <class T>
struct Tile {
    Span<T> data;
    int step;

    __device__ Tile(SharedMemory& shared, int rows, int width)
        : data(shared.take<T>(rows * stepOf<T>(width))), step(stepOf<T>(width)) {}
    __device__ Tile(Span<T> data, int step) : data(data), step(step) {}

    static __host__ __device__ constexpr size_t bytes(int rows, int width) {
        return sharedBytes<T>(rows * stepOf<T>(width));
    }
    __device__ T& at(int row, int column) const { return data[row * step + column]; }
    __device__ Tile fromRow(int row) const { return {data.from(row * step), step}; }
};

/** c[m][n] (+)= a[m][k] b[k][n], or the transpose of a or b as it lies there; a thread per element of c. */
template <bool TURN_A, bool TURN_B, class T>
__device__ void multiplyScalars(const Tile<T>& a, const Tile<T>& b, const Tile<float>& c, int m, int n, int k,
                                bool accumulate) {
    for (int e = thread(); e < m * n; e += THREADS) {
        int i = e / n, j = e % n;
        float sum = accumulate ? c.at(i, j) : 0;
        for (int d = 0; d < k; d++)
            sum += widened(TURN_A ? a.at(d, i) : a.at(i, d)) * widened(TURN_B ? b.at(j, d) : b.at(d, j));
        c.at(i, j) = sum;
    }
}

/** The same on tensor cores: a warp per CORE x CORE elements of c; m, n and k are multiples of CORE. */
template <bool TURN_A, bool TURN_B>
__device__ void multiplyCores(const Tile<bf16>& a, const Tile<bf16>& b, const Tile<float>& c, int m, int n, int k,
                              bool accumulate) {
    using namespace nvcuda;
    using Left = std::conditional_t<TURN_A, wmma::col_major, wmma::row_major>;
    using Right = std::conditional_t<TURN_B, wmma::col_major, wmma::row_major>;
    auto place = [](const Tile<bf16>& t, int row, int column) {
        return reinterpret_cast<const __nv_bfloat16*>(&t.at(row, column));
    };
    wmma::fragment<wmma::matrix_a, CORE, CORE, CORE, __nv_bfloat16, Left> left;
    wmma::fragment<wmma::matrix_b, CORE, CORE, CORE, __nv_bfloat16, Right> right;
    wmma::fragment<wmma::accumulator, CORE, CORE, CORE, float> sum;
    int columns = n / CORE;
    for (int e = warp(); e < m / CORE * columns; e += THREADS / WARP) {
        int i = e / columns * CORE, j = e % columns * CORE;
        if (accumulate) wmma::load_matrix_sync(sum, &c.at(i, j), c.step, wmma::mem_row_major);
        else wmma::fill_fragment(sum, 0.0f);
        for (int d = 0; d < k; d += CORE) {
            wmma::load_matrix_sync(left, TURN_A ? place(a, d, i) : place(a, i, d), a.step);
            wmma::load_matrix_sync(right, TURN_B ? place(b, j, d) : place(b, d, j), b.step);
            wmma::mma_sync(sum, left, right, sum);
        }
        wmma::store_matrix_sync(&c.at(i, j), sum, c.step, wmma::mem_row_major);
        __syncwarp();  // other lanes may add to these elements next
    }
}

/** On tensor cores for bfloat16; the caller puts a barrier before and behind. */
template <bool TURN_A, bool TURN_B, class T>
__device__ void multiplyTiles(const Tile<T>& a, const Tile<T>& b, const Tile<float>& c, int m, int n, int k,
                              bool accumulate) {
    if constexpr (std::is_same_v<T, bf16>) multiplyCores<TURN_A, TURN_B>(a, b, c, m, n, k, accumulate);
    else multiplyScalars<TURN_A, TURN_B>(a, b, c, m, n, k, accumulate);
}

/**
 * Singles as factors of products: themselves, or a bfloat16 and a second one for most of the rest, so that a product
 * with an exact bfloat16 is nearly that of singles.
 */
template <class T>
struct Split {
    static constexpr bool HAS_REST = std::is_same_v<T, bf16>;

    Tile<T> first, rest;

    __device__ Split(SharedMemory& shared, int rows, int width)
        : first(shared, rows, width), rest(HAS_REST ? Tile<T>(shared, rows, width) : first) {}

    static __host__ __device__ constexpr size_t bytes(int rows, int width) {
        return Tile<T>::bytes(rows, width) * (HAS_REST ? 2 : 1);
    }
    __device__ void set(int row, int column, float x) const {
        put(&first.at(row, column), x);
        if constexpr (HAS_REST) put(&rest.at(row, column), x - widened(first.at(row, column)));
    }

    /** c[m][n] (+)= the rows from one on times b. */
    template <bool TURN_B>
    __device__ void multiply(int fromRow, const Tile<T>& b, const Tile<float>& c, int m, int n, int k,
                             bool accumulate) const {
        multiplyTiles<false, TURN_B>(first.fromRow(fromRow), b, c.fromRow(fromRow), m, n, k, accumulate);
        // A warp, or a thread, goes on with the elements of c that it has just written.
        if constexpr (HAS_REST)
            multiplyTiles<false, TURN_B>(rest.fromRow(fromRow), b, c.fromRow(fromRow), m, n, k, true);
    }
};

}  // namespace rpt::cuda
