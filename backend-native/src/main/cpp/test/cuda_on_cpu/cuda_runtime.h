#pragma once

// What the kernels of the engine use of CUDA, on a CPU: see Blocks. Included instead of NVIDIA's header of that name.

#include <math.h>

#include <algorithm>
#include <cstring>
#include <tuple>
#include <type_traits>

#include "block.h"
#include "guarded_memory.h"

#define RPT_CUDA_ON_CPU

#define __global__
#define __device__
#define __host__
#define __forceinline__ inline
#define __launch_bounds__(...)
#define __align__(n) alignas(n)

using std::max;
using std::min;

struct float2 {
    float x, y;
};

extern uint3 threadIdx, blockIdx;
extern dim3 blockDim, gridDim;

// Meetings of threads.

inline void __syncthreads(cuda_on_cpu::Where where = cuda_on_cpu::Where::current()) {
    cuda_on_cpu::Blocks::instance().meetBlock(where);
}

inline void __syncwarp(unsigned mask = 0xffffffffu, cuda_on_cpu::Where where = cuda_on_cpu::Where::current()) {
    cuda_on_cpu::Blocks& blocks = cuda_on_cpu::Blocks::instance();
    blocks.meetWarp(mask, cuda_on_cpu::Meeting::SYNC, 0, blocks.lane(), where);
}

inline unsigned __ballot_sync(unsigned mask, int predicate, cuda_on_cpu::Where where = cuda_on_cpu::Where::current()) {
    cuda_on_cpu::Blocks& blocks = cuda_on_cpu::Blocks::instance();
    return static_cast<unsigned>(
        blocks.meetWarp(mask, cuda_on_cpu::Meeting::BALLOT, predicate != 0, blocks.lane(), where));
}

template <class T>
T __shfl_sync(unsigned mask, T value, int source, int = 32, cuda_on_cpu::Where where = cuda_on_cpu::Where::current()) {
    static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= sizeof(uint64_t));
    uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof(T));
    bits = cuda_on_cpu::Blocks::instance().meetWarp(mask, cuda_on_cpu::Meeting::SHUFFLE, bits,
                                                    source & (cuda_on_cpu::LANES - 1), where);
    std::memcpy(&value, &bits, sizeof(T));
    return value;
}

template <class T>
T __shfl_xor_sync(unsigned mask, T value, int lanes, int = 32,
                  cuda_on_cpu::Where where = cuda_on_cpu::Where::current()) {
    return __shfl_sync(mask, value, cuda_on_cpu::Blocks::instance().lane() ^ lanes, 32, where);
}

template <class T>
T __shfl_up_sync(unsigned mask, T value, int lanes, int = 32,
                 cuda_on_cpu::Where where = cuda_on_cpu::Where::current()) {
    int lane = cuda_on_cpu::Blocks::instance().lane();
    return __shfl_sync(mask, value, lane < lanes ? lane : lane - lanes, 32, where);
}

// Threads of a block run one at a time, so nothing comes between the two halves of these.

template <class T>
T atomicAdd(T* place, T value) {
    T old = *place;
    *place = old + value;
    return old;
}

inline float __fdividef(float x, float y) {
    return x / y;
}
inline int __popc(unsigned x) {
    return __builtin_popcount(x);
}
inline unsigned __float_as_uint(float x) {
    unsigned bits;
    std::memcpy(&bits, &x, sizeof(bits));
    return bits;
}
inline float __uint_as_float(unsigned bits) {
    float x;
    std::memcpy(&x, &bits, sizeof(x));
    return x;
}

// The runtime. Everything that is launched has happened when the call returns; what fails, for a test, is in Machine.

enum cudaError_t {
    cudaSuccess = 0,
    cudaErrorInvalidValue = 1,
    cudaErrorMemoryAllocation = 2,
    cudaErrorInvalidConfiguration = 9,
    cudaErrorInsufficientDriver = 35,
    cudaErrorNoDevice = 100,
    cudaErrorInvalidDevice = 101,
    cudaErrorIllegalAddress = 700,
};
enum cudaMemcpyKind { cudaMemcpyHostToDevice = 1, cudaMemcpyDeviceToHost = 2, cudaMemcpyDeviceToDevice = 3 };
enum cudaFuncAttribute { cudaFuncAttributeMaxDynamicSharedMemorySize = 8 };
enum cudaDeviceAttr {
    cudaDevAttrMultiProcessorCount = 16,
    cudaDevAttrComputeCapabilityMajor = 75,
    cudaDevAttrComputeCapabilityMinor = 76,
    cudaDevAttrMaxSharedMemoryPerBlockOptin = 97,
};

namespace cuda_on_cpu {

/** What the machine is like; tests change it. */
struct Machine {
    int devices = 1;
    int major = 8, minor = 0;
    cudaError_t driver = cudaSuccess;  // of cudaGetDeviceCount
    cudaError_t fault = cudaSuccess;   // of every launch and copy, as after a fault of a kernel
};
inline Machine machine;

}  // namespace cuda_on_cpu

using cudaStream_t = struct CUstream_st*;
struct cudaLaunchAttribute;
struct cudaLaunchConfig_t {
    dim3 gridDim;
    dim3 blockDim;
    size_t dynamicSmemBytes = 0;
    cudaStream_t stream = nullptr;
    cudaLaunchAttribute* attrs = nullptr;
    unsigned numAttrs = 0;
};

cudaError_t cudaFuncSetAttribute(const void* kernel, cudaFuncAttribute attribute, int value);
/** Bytes of shared memory that a kernel may use. */
size_t sharedLimitOf(const void* kernel);

template <class... Parameters, class... Arguments>
cudaError_t cudaLaunchKernelEx(const cudaLaunchConfig_t* config, void (*kernel)(Parameters...),
                               Arguments&&... arguments) {
    if (cuda_on_cpu::machine.fault != cudaSuccess) return cuda_on_cpu::machine.fault;
    if (config->dynamicSmemBytes > sharedLimitOf(reinterpret_cast<const void*>(kernel))) return cudaErrorInvalidValue;
    cuda_on_cpu::GuardedMemory::Access access;
    std::tuple<Parameters...> copies(arguments...);
    cuda_on_cpu::Blocks::instance().run(config->gridDim, config->blockDim, config->dynamicSmemBytes,
                                        [&] { std::apply(kernel, copies); });
    return cudaSuccess;
}

cudaError_t cudaMalloc(void** data, size_t bytes);
cudaError_t cudaFree(void* data);
cudaError_t cudaMemGetInfo(size_t* available, size_t* total);
cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t bytes, cudaMemcpyKind kind, cudaStream_t stream);
cudaError_t cudaMemsetAsync(void* data, int value, size_t bytes, cudaStream_t stream);
cudaError_t cudaStreamCreate(cudaStream_t* stream);
cudaError_t cudaStreamDestroy(cudaStream_t stream);
cudaError_t cudaStreamSynchronize(cudaStream_t stream);
cudaError_t cudaGetLastError();
const char* cudaGetErrorString(cudaError_t error);
const char* cudaGetErrorName(cudaError_t error);
cudaError_t cudaGetDeviceCount(int* count);
cudaError_t cudaSetDevice(int device);
cudaError_t cudaGetDevice(int* device);
cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int device);
