#pragma once

#include <memory>

#include "launch.h"

namespace rpt::cuda {

/** A factor of a product in the memory of the device, its rows `step` elements apart. */
struct Factor {
    const void* data;
    int64_t step;
    bool isTurned;  // whether what lies there is the transpose
};

/** c[m][n] (+)= a[m][k] b[k][n], of singles or of bfloat16, with sums in single precision. */
struct Product {
    int m, n, k;
    Factor a, b;
    bool isNarrow;
    float* c;
    int64_t step;
    bool accumulate;
};

/** Matrix products of a device. The same product has the same bits each time. */
class Blas {
public:
    virtual ~Blas() = default;
    virtual void multiply(cudaStream_t stream, const Product& product) = 0;
};

/** cuBLAS, found at run time; throws DeviceError, saying what was looked for, if there is none. */
std::unique_ptr<Blas> openCublas();

}  // namespace rpt::cuda
