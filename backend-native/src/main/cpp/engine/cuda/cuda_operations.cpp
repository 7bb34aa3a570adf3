#include "cuda_operations.h"

#include <numeric>

#include "cuda_matrix.h"
#include "errors.h"
#include "norms.h"
#include "optimizer.h"
#include "rows.h"

namespace rpt::cuda {

CudaOperations::CudaOperations(Pool& pool, Budget& budget, Budget& hostBudget, Precision precision,
                               std::unique_ptr<Blas> blas)
    : Operations(pool, budget, hostBudget, precision), blas_(std::move(blas)), spare_(budget) {
    require(precision == Precision::FP32 || precision == Precision::BF16,
            [] { return "a model on a CUDA device has the precision FP32 or BF16; it has no 8-bit weights there"; });
    int device = 0;
    requireSuccess(cudaGetDevice(&device), "the device");
    requireSuccess(cudaDeviceGetAttribute(&processors_, cudaDevAttrMultiProcessorCount, device), "the device");
    requireSuccess(cudaDeviceGetAttribute(&sharedLimit_, cudaDevAttrMaxSharedMemoryPerBlockOptin, device),
                   "the device");
    requireSuccess(cudaStreamCreate(&stream_), "a stream");
}

CudaOperations::~CudaOperations() {
    cudaStreamSynchronize(stream_);
    cudaStreamDestroy(stream_);
}

// Memory.

void CudaOperations::zero(void* data, size_t bytes) {
    if (bytes > 0) requireSuccess(cudaMemsetAsync(data, 0, bytes, stream_), "zeros");
}

void CudaOperations::copy(void* to, const void* from, size_t bytes) {
    if (bytes > 0) requireSuccess(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice, stream_), "copy");
}

void CudaOperations::copyIn(void* to, const void* host, size_t bytes) {
    // Memory of the host that is not pinned has been read when the call returns.
    if (bytes > 0)
        requireSuccess(cudaMemcpyAsync(to, host, bytes, cudaMemcpyHostToDevice, stream_), "copy to the device");
}

void CudaOperations::copyOut(void* host, const void* from, size_t bytes) {
    if (bytes > 0)
        requireSuccess(cudaMemcpyAsync(host, from, bytes, cudaMemcpyDeviceToHost, stream_), "copy from the device");
    requireSuccess(cudaStreamSynchronize(stream_), "copy from the device");
}

CudaOperations::Staged CudaOperations::stage(const Upload& in, size_t resultBytes) {
    results_.ensure(budget(), in.size() + Upload::ALIGNMENT + resultBytes, "results of an operation");
    char* base = results_.as<char>();
    in.copy(stream_, base);
    return {base, base + (in.size() + Upload::ALIGNMENT - 1) / Upload::ALIGNMENT * Upload::ALIGNMENT};
}

float* CudaOperations::sums(size_t floats) {
    sums_.ensure(budget(), floats * sizeof(float), "partial sums of gradients");
    return sums_.as<float>();
}

template <class T>
RowsOf<T> CudaOperations::onDevice(const RowsOf<T>& rows, int count) {
    if (!rows.at) return rows;
    Upload in;
    in.add(rows.at, count);
    return {rows.x, rows.step, reinterpret_cast<const int*>(stage(in, 0).in)};
}

// Rows.

void CudaOperations::copyRows(ConstRows from, Rows to, int count, int width) {
    Upload in;
    size_t fromAt = in.add(from.at, from.at ? count : 0), toAt = in.add(to.at, to.at ? count : 0);
    char* base = stage(in, 0).in;
    if (from.at) from.at = reinterpret_cast<const int*>(base + fromAt);
    if (to.at) to.at = reinterpret_cast<const int*>(base + toAt);
    cuda::copyRows(stream_, from, to, count, width);
}

void CudaOperations::addRows(float factor, ConstRows from, Rows to, int count, int width) {
    if (!to.at) return cuda::addRows(stream_, factor, onDevice(from, count), to, count, width);
    // Rows with the same target follow each other, in their order.
    std::vector<int> order(count), targets, starts;
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return to.at[a] < to.at[b]; });
    for (int i = 0; i < count; i++) {
        if (i > 0 && to.at[order[i]] == targets.back()) continue;
        targets.push_back(to.at[order[i]]);
        starts.push_back(i);
    }
    starts.push_back(count);
    Upload in;
    size_t targetsAt = in.add(targets), startsAt = in.add(starts), orderAt = in.add(order);
    size_t fromAt = in.add(from.at, from.at ? count : 0);
    char* base = stage(in, 0).in;
    auto at = [&](size_t offset) { return reinterpret_cast<const int*>(base + offset); };
    if (from.at) from.at = at(fromAt);
    addGroups(stream_, factor, from, {at(targetsAt), at(startsAt), at(orderAt), static_cast<int>(targets.size())},
              {to.x, to.step}, width);
}

void CudaOperations::sumRows(const float* x, int count, int width, float* sum) {
    sumColumns(stream_, x, count, width, sum, sums(sumFloats(count, width)));
}

void CudaOperations::scale(float factor, float* x, size_t n) {
    cuda::scale(stream_, factor, x, static_cast<int64_t>(n));
}

void CudaOperations::norm(const Norm& norm, ConstRows x, int count, float* y, float* copy) {
    cuda::norm(stream_, norm, onDevice(x, count), count, nullptr, y, copy);
}

void CudaOperations::addNorm(const Norm& norm, const float* x, const float* stream, int count, float* sum) {
    cuda::norm(stream_, norm, {x, norm.width}, count, stream, sum, nullptr);
}

void CudaOperations::normBackward(const Norm& norm, ConstRows x, const float* dy, int count, float* dx, float* dw) {
    cuda::normBackward(stream_, norm, onDevice(x, count), count, dy, dx, dw,
                       sums(normBackwardFloats(count, norm.width)));
}

void CudaOperations::activate(bool gelu, const float* gateUp, int width, int count, float* hidden) {
    cuda::activate(stream_, gelu, gateUp, count, width, hidden);
}

void CudaOperations::activateBackward(bool gelu, const float* gateUp, const float* dHidden, int width, int count,
                                      float* dGateUp) {
    cuda::activateBackward(stream_, gelu, gateUp, dHidden, count, width, dGateUp);
}

// Updates.

double CudaOperations::sumOfSquares(const float* x, size_t n) {
    std::vector<double> squares((n + STRETCH - 1) / STRETCH);
    double* partials = reinterpret_cast<double*>(stage({}, squares.size() * sizeof(double)).results);
    cuda::sumOfSquares(stream_, x, n, partials);
    copyOut(squares.data(), partials, squares.size() * sizeof(double));
    return std::accumulate(squares.begin(), squares.end(), 0.0);
}

void CudaOperations::adamw(float* parameters, const Moments& moments, const float* gradients, size_t begin, size_t n,
                           const AdamStep& step, int64_t number) {
    cuda::adamw(stream_, parameters, moments, gradients, begin, n, step, number);
}

}  // namespace rpt::cuda
