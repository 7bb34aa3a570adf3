#include "availability.h"

#include "blas.h"
#include "launch.h"

namespace rpt::cuda {

namespace {

constexpr int LEAST_MAJOR = 8;  // the first with bfloat16 in its tensor cores

std::string failed(const char* what, cudaError_t error) {
    return std::string(what) + ": " + cudaGetErrorString(error) + " (CUDA error "
           + std::to_string(static_cast<int>(error)) + ")";
}

}  // namespace

std::string unavailable(int device) {
    int count = 0;
    cudaError_t error = cudaGetDeviceCount(&count);
    if (error != cudaSuccess) {
        cudaGetLastError();  // it is handled: the next call must not report it
        return failed("no CUDA device can be used", error) + "; install the driver of the GPU, or a newer one";
    }
    if (device < 0 || device >= count)
        return "there is no device cuda:" + std::to_string(device) + "; available: "
               + (count == 0   ? "none"
                  : count == 1 ? "cuda:0"
                               : "cuda:0 to cuda:" + std::to_string(count - 1));
    int major = 0, minor = 0;
    error = cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, device);
    if (error == cudaSuccess) error = cudaDeviceGetAttribute(&minor, cudaDevAttrComputeCapabilityMinor, device);
    if (error != cudaSuccess) return failed("the device does not answer", error);
    if (major < LEAST_MAJOR)
        return "cuda:" + std::to_string(device) + " has compute capability " + std::to_string(major) + "."
               + std::to_string(minor) + ", at least " + std::to_string(LEAST_MAJOR) + ".0 is needed";
    try {
        openCublas();
    } catch (const DeviceError& e) {
        return e.what();
    }
    return "";
}

}  // namespace rpt::cuda
