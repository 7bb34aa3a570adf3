#pragma once

// The tensor-core interface that the kernels use: 16 x 16 x 16 products of bfloat16 with sums in single precision.
// On a GPU which lane holds what is unspecified; here each lane holds all of a factor, and 8 elements of a sum.

#include "cuda_bf16.h"
#include "cuda_runtime.h"

namespace nvcuda::wmma {

struct matrix_a;
struct matrix_b;
struct accumulator;
struct row_major;
struct col_major;
enum layout_t { mem_row_major, mem_col_major };

template <class Use, int M, int N, int K, class T, class Layout = void>
struct fragment {
    static_assert(M == 16 && N == 16 && K == 16);
    static constexpr bool IS_SUM = std::is_same_v<Use, accumulator>;
    static constexpr int num_elements = IS_SUM ? 8 : 256;
    float x[num_elements];
};

template <class Fragment>
void fill_fragment(Fragment& f, float value) {
    for (float& x : f.x) x = value;
}

namespace stand_in {

/** All lanes of the warp must be here, and the rows aligned as the hardware wants them. */
inline void meet(const void* data, size_t stepBytes, cuda_on_cpu::Where where) {
    if (reinterpret_cast<uintptr_t>(data) % 32 != 0 || stepBytes % 16 != 0)
        throw cuda_on_cpu::Fault("a fragment needs memory aligned to 32 bytes and rows to 16");
    __syncwarp(0xffffffffu, where);
}

}  // namespace stand_in

template <class Use, class Layout>
void load_matrix_sync(fragment<Use, 16, 16, 16, __nv_bfloat16, Layout>& f, const __nv_bfloat16* data, unsigned step,
                      cuda_on_cpu::Where where = cuda_on_cpu::Where::current()) {
    stand_in::meet(data, step * sizeof(*data), where);
    for (int row = 0; row < 16; row++)
        for (int column = 0; column < 16; column++) {
            size_t at = std::is_same_v<Layout, row_major> ? size_t(row) * step + column : size_t(column) * step + row;
            f.x[row * 16 + column] = __uint_as_float(unsigned(data[at].bits) << 16);
        }
}

inline void load_matrix_sync(fragment<accumulator, 16, 16, 16, float>& f, const float* data, unsigned step, layout_t,
                             cuda_on_cpu::Where where = cuda_on_cpu::Where::current()) {
    stand_in::meet(data, step * sizeof(*data), where);
    int first = cuda_on_cpu::Blocks::instance().lane() * 8;
    for (int i = 0; i < 8; i++) f.x[i] = data[size_t((first + i) / 16) * step + (first + i) % 16];
}

inline void store_matrix_sync(float* data, const fragment<accumulator, 16, 16, 16, float>& f, unsigned step, layout_t,
                              cuda_on_cpu::Where where = cuda_on_cpu::Where::current()) {
    stand_in::meet(data, step * sizeof(*data), where);
    int first = cuda_on_cpu::Blocks::instance().lane() * 8;
    for (int i = 0; i < 8; i++) data[size_t((first + i) / 16) * step + (first + i) % 16] = f.x[i];
    __syncwarp(0xffffffffu, where);
}

template <class A, class B>
void mma_sync(fragment<accumulator, 16, 16, 16, float>& d, const fragment<matrix_a, 16, 16, 16, __nv_bfloat16, A>& a,
              const fragment<matrix_b, 16, 16, 16, __nv_bfloat16, B>& b,
              const fragment<accumulator, 16, 16, 16, float>& c,
              cuda_on_cpu::Where where = cuda_on_cpu::Where::current()) {
    __syncwarp(0xffffffffu, where);
    int first = cuda_on_cpu::Blocks::instance().lane() * 8;
    for (int i = 0; i < 8; i++) {
        float sum = c.x[i];
        for (int k = 0; k < 16; k++) sum += a.x[(first + i) / 16 * 16 + k] * b.x[k * 16 + (first + i) % 16];
        d.x[i] = sum;
    }
}

}  // namespace nvcuda::wmma
