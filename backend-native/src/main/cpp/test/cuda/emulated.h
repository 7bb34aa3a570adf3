#pragma once

#include "cuda/cuda_operations.h"
#include "cuda/device_memory.h"
#include "host_blas.h"

namespace check {

/** The device of the stand-in, whose memory the host cannot touch as long as this lives, if it is hidden. */
struct Emulated {
    rpt::Pool pool{1};
    rpt::cuda::DeviceMemory memory;
    rpt::Budget host{size_t(1) << 30};
    rpt::Budget device{size_t(1) << 30, "", memory};

    explicit Emulated(bool isHidden = true) { cuda_on_cpu::GuardedMemory::instance().hide(isHidden); }
    ~Emulated() { cuda_on_cpu::GuardedMemory::instance().hide(false); }

    std::unique_ptr<rpt::Operations> operations(rpt::Precision precision) {
        return std::make_unique<rpt::cuda::CudaOperations>(pool, device, host, precision,
                                                           std::make_unique<cuda_on_cpu::HostBlas>());
    }
};

}  // namespace check
