#include "norms.h"

#include "device.h"

namespace rpt::cuda {

namespace {

constexpr int WARPS = THREADS / WARP;

/** 1 / sqrt(mean(x^2) + epsilon), in all threads. */
__device__ float inverseRoot(const float* x, int width, float epsilon, Span<float> perWarp) {
    float sum = 0;
    for (int i = thread(); i < width; i += THREADS) sum += x[i] * x[i];
    return 1 / sqrtf(joinBlock(sum, perWarp, Sum()) / width + epsilon);
}

__device__ const float* rowOf(const ConstRows& x, int i) {
    return x.x + x.step * (x.at ? x.at[i] : i);
}

// One block per row; reads and writes of the row are all the time it takes.
__global__ void __launch_bounds__(THREADS) normRows(Norm n, ConstRows rows, const float* residual, float* y,
                                                    float* copy) {
    SharedMemory shared;
    const float* x = rowOf(rows, blockIdx.x);
    float scale = inverseRoot(x, n.width, n.epsilon, shared.take<float>(WARPS));
    size_t at = size_t(blockIdx.x) * n.width;
    for (int i = thread(); i < n.width; i += THREADS) {
        float value = (n.weights[i] + n.added) * x[i] * scale;
        if (copy) copy[at + i] = x[i];
        y[at + i] = residual ? residual[at + i] + value : value;
    }
}

__global__ void __launch_bounds__(THREADS) normBackwardRows(Norm n, ConstRows rows, const float* dy, float* dx,
                                                            float* scales) {
    SharedMemory shared;
    Span<float> perWarp = shared.take<float>(WARPS);
    const float* x = rowOf(rows, blockIdx.x);
    float scale = inverseRoot(x, n.width, n.epsilon, perWarp);
    size_t at = size_t(blockIdx.x) * n.width;
    float along = 0;
    for (int i = thread(); i < n.width; i += THREADS) along += dy[at + i] * (n.weights[i] + n.added) * x[i];
    along = joinBlock(along, perWarp, Sum());
    float back = along * scale * scale * scale / n.width;
    for (int i = thread(); i < n.width; i += THREADS)
        dx[at + i] += dy[at + i] * (n.weights[i] + n.added) * scale - x[i] * back;
    if (thread() == 0) scales[blockIdx.x] = scale;
}

// A thread per column and block of rows: neighbours read neighbours.
__global__ void __launch_bounds__(THREADS) normWeightPartials(Norm n, ConstRows rows, int count, const float* dy,
                                                              const float* scales, float* partials) {
    int column = blockIdx.x * THREADS + thread();
    if (column >= n.width) return;
    int first = blockIdx.y * SUM_ROWS, end = min(first + SUM_ROWS, count);
    float sum = 0;
    for (int i = first; i < end; i++)
        sum += dy[size_t(i) * n.width + column] * rowOf(rows, i)[column] * scales[i];
    partials[size_t(blockIdx.y) * n.width + column] = sum;
}

__global__ void __launch_bounds__(THREADS) columnPartials(const float* y, int rows, int width, float* partials) {
    int column = blockIdx.x * THREADS + thread();
    if (column >= width) return;
    int first = blockIdx.y * SUM_ROWS, end = min(first + SUM_ROWS, rows);
    float sum = 0;
    for (int row = first; row < end; row++) sum += y[size_t(row) * width + column];
    partials[size_t(blockIdx.y) * width + column] = sum;
}

__global__ void __launch_bounds__(THREADS) addPartials(const float* partials, int blocks, int width, int step,
                                                       float* sum) {
    int column = blockIdx.x * THREADS + thread();
    if (column >= width) return;
    float total = sum[column];
    for (int block = 0; block < blocks; block++) total += partials[size_t(block) * step + column];
    sum[column] = total;
}

int blocksOf(int rows) {
    return (rows + SUM_ROWS - 1) / SUM_ROWS;
}

}  // namespace

void norm(cudaStream_t stream, const Norm& norm, const ConstRows& x, int count, const float* residual, float* y,
          float* copy) {
    if (count == 0) return;
    launch("norm", {stream, dim3(count), THREADS, sharedBytes<float>(WARPS)}, normRows, norm, x, residual, y, copy);
}

size_t normBackwardFloats(int count, int width) {
    return count + sumFloats(count, width);
}

void normBackward(cudaStream_t stream, const Norm& norm, const ConstRows& x, int count, const float* dy, float* dx,
                  float* dw, float* scratch) {
    if (count == 0) return;
    float* partials = scratch + count;
    launch("gradient of a norm", {stream, dim3(count), THREADS, sharedBytes<float>(WARPS)}, normBackwardRows, norm,
           x, dy, dx, scratch);
    if (!dw) return;
    launch("gradient of a norm", {stream, dim3(blocksFor(norm.width, THREADS), blocksOf(count)), THREADS},
           normWeightPartials, norm, x, count, dy, scratch, partials);
    sumPartials(stream, partials, blocksOf(count), norm.width, norm.width, dw);
}

void sumColumns(cudaStream_t stream, const float* y, int rows, int width, float* sum, float* scratch) {
    if (rows == 0) return;
    launch("sum of columns", {stream, dim3(blocksFor(width, THREADS), blocksOf(rows)), THREADS}, columnPartials, y,
           rows, width, scratch);
    sumPartials(stream, scratch, blocksOf(rows), width, width, sum);
}

void sumPartials(cudaStream_t stream, const float* partials, int blocks, int width, int step, float* sum) {
    launch("sum of partial sums", {stream, dim3(blocksFor(width, THREADS)), THREADS}, addPartials, partials, blocks,
           width, step, sum);
}

}  // namespace rpt::cuda
