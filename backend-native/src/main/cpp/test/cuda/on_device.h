#pragma once

#include <vector>

#include "../check.h"
#include "cuda/launch.h"

namespace check {

/** Numbers in the memory of a device. */
template <class T>
class OnDevice {
public:
    explicit OnDevice(size_t count) : count_(count) {
        rpt::cuda::requireSuccess(cudaMalloc(reinterpret_cast<void**>(&data_), count * sizeof(T)), "memory of a test");
    }
    OnDevice(const std::vector<T>& values) : OnDevice(values.size()) { write(values); }
    ~OnDevice() { cudaFree(data_); }
    OnDevice(const OnDevice&) = delete;
    OnDevice& operator=(const OnDevice&) = delete;

    operator T*() const { return data_; }
    void write(const std::vector<T>& values) {
        rpt::cuda::requireSuccess(
            cudaMemcpyAsync(data_, values.data(), values.size() * sizeof(T), cudaMemcpyHostToDevice, nullptr), "test");
    }
    std::vector<T> read() const {
        std::vector<T> values(count_);
        rpt::cuda::requireSuccess(
            cudaMemcpyAsync(values.data(), data_, count_ * sizeof(T), cudaMemcpyDeviceToHost, nullptr), "test");
        rpt::cuda::requireSuccess(cudaStreamSynchronize(nullptr), "test");
        return values;
    }

private:
    T* data_ = nullptr;
    size_t count_;
};

/** In other orders of threads and blocks on the stand-in; the results must be the same. */
template <class Body>
void inOrders(Body body) {
#ifdef RPT_CUDA_ON_CPU
    for (uint32_t seed : {0, 1, 2, 3}) {
        cuda_on_cpu::Blocks::instance().setSeed(seed);
        body();
    }
    cuda_on_cpu::Blocks::instance().setSeed(0);
#else
    body();
#endif
}

}  // namespace check
