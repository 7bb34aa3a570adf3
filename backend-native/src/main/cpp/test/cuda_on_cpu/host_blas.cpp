#include "host_blas.h"

#include <vector>

#include "cuda/device.h"

namespace cuda_on_cpu {

namespace {

/** A factor as rows of singles, or its transpose. */
std::vector<float> rowsOf(const rpt::cuda::Factor& factor, bool isNarrow, int rows, int columns) {
    std::vector<float> all(size_t(rows) * columns);
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++) {
            size_t at = factor.isTurned ? j * factor.step + i : i * factor.step + j;
            float x = isNarrow ? rpt::cuda::widened(static_cast<const rpt::bf16*>(factor.data)[at])
                               : static_cast<const float*>(factor.data)[at];
            all[size_t(i) * columns + j] = x;
        }
    return all;
}

}  // namespace

void HostBlas::multiply(cudaStream_t, const rpt::cuda::Product& p) {
    GuardedMemory::Access access;
    std::vector<float> a = rowsOf(p.a, p.isNarrow, p.m, p.k), b = rowsOf(p.b, p.isNarrow, p.k, p.n);
    std::vector<float> sum(p.n);
    for (int i = 0; i < p.m; i++) {
        std::fill(sum.begin(), sum.end(), 0.0f);
        for (int k = 0; k < p.k; k++) {
            float x = a[size_t(i) * p.k + k];
            for (int j = 0; j < p.n; j++) sum[j] += x * b[size_t(k) * p.n + j];
        }
        float* c = p.c + i * p.step;
        for (int j = 0; j < p.n; j++) c[j] = p.accumulate ? c[j] + sum[j] : sum[j];
    }
}

}  // namespace cuda_on_cpu
