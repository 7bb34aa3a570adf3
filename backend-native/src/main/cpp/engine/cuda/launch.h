#pragma once

#include <cuda_runtime.h>

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <string>

namespace rpt::cuda {

/** A call to the CUDA runtime failed; the device computes nothing more after a fault of a kernel. */
struct DeviceError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/** Throws DeviceError, naming what was done, unless it succeeded. */
inline void requireSuccess(cudaError_t error, const char* what) {
    if (error != cudaSuccess)
        throw DeviceError(std::string(what) + ": " + cudaGetErrorString(error) + " (CUDA error "
                          + std::to_string(static_cast<int>(error)) + ")");
}

/** What a kernel runs with. */
struct Launch {
    cudaStream_t stream;
    dim3 grid;
    unsigned threads;
    size_t sharedBytes = 0;
};

template <class... Parameters, class... Arguments>
void launch(const char* what, const Launch& with, void (*kernel)(Parameters...), const Arguments&... arguments) {
    constexpr size_t WITHOUT_ASKING = size_t(48) << 10;
    if (with.sharedBytes > WITHOUT_ASKING)
        requireSuccess(
            cudaFuncSetAttribute(reinterpret_cast<const void*>(kernel), cudaFuncAttributeMaxDynamicSharedMemorySize,
                                 static_cast<int>(with.sharedBytes)),
            what);
    cudaLaunchConfig_t config{};
    config.gridDim = with.grid;
    config.blockDim = dim3(with.threads);
    config.dynamicSmemBytes = with.sharedBytes;
    config.stream = with.stream;
    requireSuccess(cudaLaunchKernelEx(&config, kernel, static_cast<Parameters>(arguments)...), what);
}

/** Blocks of `threads` that cover so many elements. */
inline unsigned blocksFor(int64_t elements, int threads) {
    return static_cast<unsigned>((elements + threads - 1) / threads);
}

}  // namespace rpt::cuda
