#pragma once

// What all kernels share. Every kernel also compiles as plain C++ against test/cuda_on_cpu, so launches are calls and
// shared memory is taken from one stretch whose size the host gives.

#include <cuda_runtime.h>

#include <cstddef>
#include <cstdint>

#include "isa/kernels.h"

namespace rpt::cuda {

constexpr int WARP = 32;
constexpr unsigned ALL_LANES = 0xffffffffu;
/** Threads of a block in kernels that have no reason for another number. */
constexpr int THREADS = 256;

__device__ inline int thread() {
    return static_cast<int>(threadIdx.x);
}
__device__ inline int lane() {
    return thread() % WARP;
}
__device__ inline int warp() {
    return thread() / WARP;
}

/** Elements of shared memory; the stand-in checks every index. */
template <class T>
class Span {
public:
    __device__ Span(T* data, int size) : data_(data), size_(size) {}

    __device__ T& operator[](int i) const {
#ifdef RPT_CUDA_ON_CPU
        cuda_on_cpu::requireIndex(i, size_);
#endif
        return data_[i];
    }
    /** Those from one on. */
    __device__ Span from(int i) const {
#ifdef RPT_CUDA_ON_CPU
        cuda_on_cpu::requireIndex(i, size_ + 1);
#endif
        return {data_ + i, size_ - i};
    }
    /** For what takes pointers. */
    __device__ T* data() const { return data_; }
    __device__ int size() const { return size_; }

private:
    T* data_;
    int size_;
};

/** Bytes of shared memory that so many elements take. */
template <class T>
__host__ __device__ constexpr size_t sharedBytes(int count) {
    constexpr size_t ALIGNMENT = 32;  // of what tensor cores read
    return (count * sizeof(T) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

/** Hands out the shared memory of a block; every thread takes the same in the same order. */
class SharedMemory {
public:
    __device__ SharedMemory() {
#ifdef RPT_CUDA_ON_CPU
        begin_ = next_ = cuda_on_cpu::Blocks::instance().shared();
#else
        extern __shared__ __align__(128) unsigned char shared[];
        next_ = shared;
#endif
    }

    template <class T>
    __device__ Span<T> take(int count) {
        T* here = reinterpret_cast<T*>(next_);
        next_ += sharedBytes<T>(count);
#ifdef RPT_CUDA_ON_CPU
        int64_t bytes = static_cast<int64_t>(cuda_on_cpu::Blocks::instance().sharedBytes());
        cuda_on_cpu::requireIndex(next_ - begin_ - 1, bytes);
#endif
        return {here, count};
    }

private:
    unsigned char* next_;
#ifdef RPT_CUDA_ON_CPU
    unsigned char* begin_;
#endif
};

struct Sum {
    template <class T>
    __device__ T operator()(T a, T b) const {
        return a + b;
    }
};
struct Largest {
    /** NaN wins, so that it is seen. */
    template <class T>
    __device__ T operator()(T a, T b) const {
        return a > b || a != a ? a : b;
    }
};

/** The same result in all lanes, whatever the other warps do. */
template <class T, class Join>
__device__ T joinWarp(T x, Join join) {
    for (int step = WARP / 2; step > 0; step /= 2) {
        T other = __shfl_xor_sync(ALL_LANES, x, step);
        x = lane() & step ? join(other, x) : join(x, other);
    }
    return x;
}

/** The same result in all threads, joined in the order of warps; `perWarp` has an element for each. */
template <class T, class Join>
__device__ T joinBlock(T x, Span<T> perWarp, Join join) {
    x = joinWarp(x, join);
    __syncthreads();  // the last result has been read
    if (lane() == 0) perWarp[warp()] = x;
    __syncthreads();
    T all = perWarp[0];
    for (int w = 1; w < perWarp.size(); w++) all = join(all, perWarp[w]);
    return all;
}

__device__ inline float widened(bf16 x) {
    return __uint_as_float(static_cast<unsigned>(x) << 16);
}
__device__ inline float widened(float x) {
    return x;
}

/** The nearest bfloat16, ties to even; NaN stays NaN. */
__device__ inline bf16 narrowed(float x) {
    unsigned bits = __float_as_uint(x);
    if (x != x) return static_cast<bf16>(bits >> 16 | 0x40);
    return static_cast<bf16>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

__device__ inline void put(float* place, float x) {
    *place = x;
}
__device__ inline void put(bf16* place, float x) {
    *place = narrowed(x);
}

}  // namespace rpt::cuda
