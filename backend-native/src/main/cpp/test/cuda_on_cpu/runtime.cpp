#include "cuda_runtime.h"

#include <map>

namespace {

constexpr size_t SHARED = size_t(48) << 10;
constexpr int MOST_SHARED = 163 << 10;  // of compute capability 8.0, which has the least of those that are supported

std::map<const void*, size_t>& sharedLimits() {
    static std::map<const void*, size_t> limits;
    return limits;
}

}  // namespace

cudaError_t cudaFuncSetAttribute(const void* kernel, cudaFuncAttribute attribute, int value) {
    if (attribute != cudaFuncAttributeMaxDynamicSharedMemorySize || value < 0 || value > MOST_SHARED)
        return cudaErrorInvalidValue;
    sharedLimits()[kernel] = value;
    return cudaSuccess;
}

size_t sharedLimitOf(const void* kernel) {
    auto found = sharedLimits().find(kernel);
    return found == sharedLimits().end() ? SHARED : found->second;
}

cudaError_t cudaMalloc(void** data, size_t bytes) {
    *data = cuda_on_cpu::GuardedMemory::instance().allocate(bytes);
    return *data ? cudaSuccess : cudaErrorMemoryAllocation;
}

cudaError_t cudaFree(void* data) {
    cuda_on_cpu::GuardedMemory::instance().free(data);
    return cudaSuccess;
}

cudaError_t cudaMemGetInfo(size_t* available, size_t* total) {
    *available = cuda_on_cpu::GuardedMemory::instance().available();
    *total = cuda_on_cpu::GuardedMemory::instance().total();
    return cudaSuccess;
}

cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t bytes, cudaMemcpyKind, cudaStream_t) {
    if (cuda_on_cpu::machine.fault != cudaSuccess) return cuda_on_cpu::machine.fault;
    cuda_on_cpu::GuardedMemory::Access access;
    std::memmove(to, from, bytes);
    return cudaSuccess;
}

cudaError_t cudaMemsetAsync(void* data, int value, size_t bytes, cudaStream_t) {
    cuda_on_cpu::GuardedMemory::Access access;
    std::memset(data, value, bytes);
    return cudaSuccess;
}

cudaError_t cudaStreamCreate(cudaStream_t* stream) {
    *stream = nullptr;
    return cudaSuccess;
}

cudaError_t cudaStreamDestroy(cudaStream_t) {
    return cudaSuccess;
}

cudaError_t cudaStreamSynchronize(cudaStream_t) {
    return cudaSuccess;
}

cudaError_t cudaGetLastError() {
    return cudaSuccess;
}

const char* cudaGetErrorString(cudaError_t error) {
    switch (error) {
        case cudaSuccess:
            return "no error";
        case cudaErrorInvalidValue:
            return "invalid argument";
        case cudaErrorMemoryAllocation:
            return "out of memory";
        case cudaErrorInvalidConfiguration:
            return "invalid configuration argument";
        case cudaErrorInsufficientDriver:
            return "CUDA driver version is insufficient for CUDA runtime version";
        case cudaErrorNoDevice:
            return "no CUDA-capable device is detected";
        case cudaErrorIllegalAddress:
            return "an illegal memory access was encountered";
        default:
            return "invalid device ordinal";
    }
}

const char* cudaGetErrorName(cudaError_t error) {
    return cudaGetErrorString(error);
}

cudaError_t cudaGetDeviceCount(int* count) {
    *count = cuda_on_cpu::machine.devices;
    return cuda_on_cpu::machine.driver;
}

cudaError_t cudaSetDevice(int device) {
    return device == 0 ? cudaSuccess : cudaErrorInvalidDevice;
}

cudaError_t cudaGetDevice(int* device) {
    *device = 0;
    return cudaSuccess;
}

cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int) {
    switch (attribute) {
        case cudaDevAttrMultiProcessorCount:
            *value = 4;
            return cudaSuccess;
        case cudaDevAttrComputeCapabilityMajor:
            *value = cuda_on_cpu::machine.major;
            return cudaSuccess;
        case cudaDevAttrComputeCapabilityMinor:
            *value = cuda_on_cpu::machine.minor;
            return cudaSuccess;
        default:
            *value = MOST_SHARED;
            return cudaSuccess;
    }
}
