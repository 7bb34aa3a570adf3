#pragma once

#include "cuda/availability.h"
#include "cuda/cuda_operations.h"
#include "cuda/device_memory.h"

#ifdef RPT_CUDA_ON_CPU
#include "host_blas.h"
#endif

namespace check {

/** The device that tests run on: that of the stand-in, or a real one where tests are built for one. */
class TestDevice {
public:
#ifdef RPT_CUDA_ON_CPU
    /** @param isHidden whether the host is ended as soon as it touches memory of the device */
    explicit TestDevice(bool isHidden) { cuda_on_cpu::GuardedMemory::instance().hide(isHidden); }
    ~TestDevice() { cuda_on_cpu::GuardedMemory::instance().hide(false); }

    static std::unique_ptr<rpt::cuda::Blas> blas() { return std::make_unique<cuda_on_cpu::HostBlas>(); }
    static std::string unavailable() { return ""; }
    static void setOrder(uint32_t seed) { cuda_on_cpu::Blocks::instance().setSeed(seed); }
#else
    explicit TestDevice(bool) {}

    static std::unique_ptr<rpt::cuda::Blas> blas() { return rpt::cuda::openCublas(); }
    /** Why there is none. */
    static std::string unavailable() { return rpt::cuda::unavailable(0); }
    static void setOrder(uint32_t) {}
#endif

    std::unique_ptr<rpt::Operations> operations(rpt::Precision precision) {
        return std::make_unique<rpt::cuda::CudaOperations>(pool_, device_, host_, precision, blas());
    }

private:
    rpt::Pool pool_{1};
    rpt::cuda::DeviceMemory memory_;
    rpt::Budget host_{size_t(1) << 40};
    rpt::Budget device_{size_t(1) << 40, "", memory_};
};

}  // namespace check
