#include "device_memory.h"

namespace rpt::cuda {

void* DeviceMemory::map(size_t bytes) {
    void* data = nullptr;
    cudaError_t error = cudaMalloc(&data, bytes);
    if (error == cudaErrorMemoryAllocation) {
        cudaGetLastError();  // it is handled: the next call must not report it
        return nullptr;
    }
    requireSuccess(error, "memory of the device");
    requireSuccess(cudaMemsetAsync(data, 0, bytes, nullptr), "memory of the device");
    return data;
}

void DeviceMemory::unmap(void* data, size_t) {
    // After a fault of a kernel the memory is gone with everything else.
    cudaFree(data);
}

Block Spare::take(size_t bytes, const char* what) {
    for (size_t i = 0; i < blocks_.size(); i++) {
        if (blocks_[i].size() < bytes) continue;
        Block block = std::move(blocks_[i]);
        blocks_.erase(blocks_.begin() + static_cast<ptrdiff_t>(i));
        return block;
    }
    // One that is too small makes room for the larger one.
    if (!blocks_.empty()) blocks_.pop_back();
    return Block(budget_, std::max(bytes * 2, size_t(1) << 16), what);
}

}  // namespace rpt::cuda
