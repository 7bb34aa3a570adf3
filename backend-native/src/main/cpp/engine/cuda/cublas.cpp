#include <dlfcn.h>

#include "blas.h"

namespace rpt::cuda {

namespace {

// As cublas_v2.h and library_types.h of CUDA 12 and 13 have them; the library is not there when this is compiled.
using Handle = struct cublasContext*;
constexpr int SUCCESS = 0;
constexpr int OP_N = 0, OP_T = 1;
constexpr int R_32F = 0, R_16BF = 14;
constexpr int COMPUTE_32F = 68;
constexpr int DEFAULT_ALGORITHM = -1;
constexpr int DISALLOW_REDUCED_PRECISION_REDUCTION = 16;  // beside CUBLAS_DEFAULT_MATH, which is 0

/** An address in a library, or DeviceError. */
template <class Function>
void find(void* library, const char* name, Function& function) {
    function = reinterpret_cast<Function>(dlsym(library, name));
    if (!function) throw DeviceError(std::string("cuBLAS has no ") + name);
}

class Cublas final : public Blas {
public:
    explicit Cublas(void* library) : library_(library) {
        int (*create)(Handle*) = nullptr;
        int (*setMath)(Handle, int) = nullptr;
        find(library, "cublasCreate_v2", create);
        find(library, "cublasDestroy_v2", destroy_);
        find(library, "cublasSetStream_v2", setStream_);
        find(library, "cublasSetMathMode", setMath);
        find(library, "cublasGemmEx", gemm_);
        require(create(&handle_), "cublasCreate");
        require(setMath(handle_, DISALLOW_REDUCED_PRECISION_REDUCTION), "cublasSetMathMode");
    }

    ~Cublas() override {
        if (handle_) destroy_(handle_);
        dlclose(library_);
    }

    // Matrices lie row by row, which cuBLAS takes for their transposes: so it computes c^T = b^T a^T.
    void multiply(cudaStream_t stream, const Product& p) override {
        const float one = 1, factor = p.accumulate ? 1.0f : 0.0f;
        int type = p.isNarrow ? R_16BF : R_32F;
        require(setStream_(handle_, stream), "cublasSetStream");
        require(gemm_(handle_, p.b.isTurned ? OP_T : OP_N, p.a.isTurned ? OP_T : OP_N, p.n, p.m, p.k, &one, p.b.data,
                      type, static_cast<int>(p.b.step), p.a.data, type, static_cast<int>(p.a.step), &factor, p.c,
                      R_32F, static_cast<int>(p.step), COMPUTE_32F, DEFAULT_ALGORITHM),
                "cublasGemmEx");
    }

private:
    static void require(int status, const char* what) {
        if (status != SUCCESS) throw DeviceError(std::string(what) + ": cuBLAS status " + std::to_string(status));
    }

    void* library_;
    Handle handle_ = nullptr;
    int (*destroy_)(Handle) = nullptr;
    int (*setStream_)(Handle, cudaStream_t) = nullptr;
    int (*gemm_)(Handle, int, int, int, int, int, const void*, const void*, int, int, const void*, int, int,
                 const void*, void*, int, int, int, int) = nullptr;
};

}  // namespace

std::unique_ptr<Blas> openCublas() {
    std::string tried;
    for (const char* name : {"libcublas.so.13", "libcublas.so.12"}) {
        if (void* library = dlopen(name, RTLD_NOW | RTLD_LOCAL)) return std::make_unique<Cublas>(library);
        tried += std::string(tried.empty() ? "" : "; ") + dlerror();
    }
    throw DeviceError("cuBLAS is not there (" + tried
                      + "); install it, or put the folder that has it into LD_LIBRARY_PATH");
}

}  // namespace rpt::cuda
