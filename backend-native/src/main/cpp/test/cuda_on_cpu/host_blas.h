#pragma once

#include "cuda/blas.h"

namespace cuda_on_cpu {

/** Products of device memory by plain loops, each element from the first to the last factor, in single precision. */
class HostBlas final : public rpt::cuda::Blas {
public:
    void multiply(cudaStream_t stream, const rpt::cuda::Product& product) override;
};

}  // namespace cuda_on_cpu
