#include "projection.h"

#include "device.h"
#include "norms.h"

namespace rpt::cuda {

namespace {

constexpr int WARPS = THREADS / WARP;

/** What one norm of a row covers. */
struct Normed {
    int begin, width;
    const float* w;
    bool isQuery;

    __device__ Normed(const HeadRows& p, int norm) {
        isQuery = norm < p.queryNorms();
        width = isQuery ? p.queryNormWidth : p.keyNormWidth;
        begin = isQuery ? norm * width : p.queryWidth() + (norm - p.queryNorms()) * width;
        w = isQuery ? p.queryNorm : p.keyNorm;
    }
};

/** 1 / sqrt(mean(x^2) + epsilon) by one warp. */
__device__ float inverseRoot(const float* x, int width, float epsilon) {
    float sum = 0;
    for (int i = lane(); i < width; i += WARP) sum += x[i] * x[i];
    return 1 / sqrtf(joinWarp(sum, Sum()) / width + epsilon);
}

/** Calls turn(first, second, cosine, sine) for each pair of components of the row that rotates. */
template <class Turn>
__device__ void eachTurned(const HeadRows& p, int position, float* row, Turn turn) {
    int half = p.rotarySize / 2;
    const float* rotary = p.rotary + size_t(position) * p.rotarySize;
    for (int i = thread(); i < (p.heads + p.keyValueHeads) * half; i += THREADS) {
        float* head = row + i / half * p.headSize;
        turn(head[i % half], head[half + i % half], rotary[i % half], rotary[half + i % half]);
    }
}

// A block per row, a warp per norm.
__global__ void __launch_bounds__(THREADS) projectRows(HeadRows p, const int* positions, float* fused, float* raw) {
    float* row = fused + size_t(blockIdx.x) * p.width();
    if (p.bias)
        for (int i = thread(); i < p.width(); i += THREADS) row[i] += p.bias[i];
    if (p.queryNorm) {
        __syncthreads();
        float* before = raw + size_t(blockIdx.x) * p.normedWidth();
        for (int norm = warp(); norm < p.norms(); norm += WARPS) {
            Normed n(p, norm);
            float scale = inverseRoot(row + n.begin, n.width, p.epsilon);
            for (int i = lane(); i < n.width; i += WARP) {
                float x = row[n.begin + i];
                before[n.begin + i] = x;
                row[n.begin + i] = (n.w[i] + p.added) * x * scale;
            }
        }
    }
    if (!p.rotary) return;
    __syncthreads();
    eachTurned(p, positions[blockIdx.x], row, [](float& first, float& second, float cosine, float sine) {
        float x = first, y = second;
        first = x * cosine - y * sine;
        second = y * cosine + x * sine;
    });
}

__global__ void __launch_bounds__(THREADS) turnBackRows(HeadRows p, const int* positions, float* dFused) {
    eachTurned(p, positions[blockIdx.x], dFused + size_t(blockIdx.x) * p.width(),
               [](float& first, float& second, float cosine, float sine) {
                   float x = first, y = second;
                   first = x * cosine + y * sine;
                   second = y * cosine - x * sine;
               });
}

__global__ void __launch_bounds__(THREADS) projectScales(HeadRows p, const float* raw, float* scales) {
    const float* row = raw + size_t(blockIdx.x) * p.normedWidth();
    for (int norm = warp(); norm < p.norms(); norm += WARPS) {
        Normed n(p, norm);
        float scale = inverseRoot(row + n.begin, n.width, p.epsilon);
        if (lane() == 0) scales[size_t(blockIdx.x) * p.norms() + norm] = scale;
    }
}

// A thread per weight and block of rows, first the weights of queries: rows in order, the norms of a row in order.
__global__ void __launch_bounds__(THREADS) projectWeightPartials(HeadRows p, int rows, const float* raw,
                                                                 const float* dFused, const float* scales,
                                                                 float* partials) {
    int width = p.queryNormWidth + p.keyNormWidth;
    int weight = blockIdx.x * THREADS + thread();
    if (weight >= width) return;
    bool isQuery = weight < p.queryNormWidth;
    int i = isQuery ? weight : weight - p.queryNormWidth;
    int firstNorm = isQuery ? 0 : p.queryNorms(), endNorm = isQuery ? p.queryNorms() : p.norms();
    int first = blockIdx.y * SUM_ROWS, end = min(first + SUM_ROWS, rows);
    float sum = 0;
    for (int row = first; row < end; row++)
        for (int norm = firstNorm; norm < endNorm; norm++) {
            int at = Normed(p, norm).begin + i;
            sum += dFused[size_t(row) * p.width() + at] * raw[size_t(row) * p.normedWidth() + at]
                   * scales[size_t(row) * p.norms() + norm];
        }
    partials[size_t(blockIdx.y) * width + weight] = sum;
}

__global__ void __launch_bounds__(THREADS) projectGradientRows(HeadRows p, const float* raw, float* dFused,
                                                               const float* scales) {
    const float* x = raw + size_t(blockIdx.x) * p.normedWidth();
    float* d = dFused + size_t(blockIdx.x) * p.width();
    for (int norm = warp(); norm < p.norms(); norm += WARPS) {
        Normed n(p, norm);
        float scale = scales[size_t(blockIdx.x) * p.norms() + norm];
        float along = 0;
        for (int i = lane(); i < n.width; i += WARP) along += d[n.begin + i] * (n.w[i] + p.added) * x[n.begin + i];
        float back = joinWarp(along, Sum()) * scale * scale * scale / n.width;
        for (int i = lane(); i < n.width; i += WARP)
            d[n.begin + i] = d[n.begin + i] * (n.w[i] + p.added) * scale - x[n.begin + i] * back;
    }
}

}  // namespace

void project(cudaStream_t stream, const HeadRows& p, int rows, const int* positions, float* fused, float* raw) {
    if (rows > 0) launch("queries and keys", {stream, dim3(rows), THREADS}, projectRows, p, positions, fused, raw);
}

size_t projectBackwardFloats(const HeadRows& p, int rows) {
    return p.queryNorm ? size_t(rows) * p.norms() + sumFloats(rows, p.queryNormWidth + p.keyNormWidth) : 0;
}

void projectBackward(cudaStream_t stream, const HeadRows& p, int rows, const int* positions, const float* raw,
                     float* dFused, float* dQueryNorm, float* dKeyNorm, float* scratch) {
    if (rows == 0) return;
    const char* what = "gradient of queries and keys";
    Launch perRow{stream, dim3(rows), THREADS};
    if (p.rotary) launch(what, perRow, turnBackRows, p, positions, dFused);
    if (!p.queryNorm) return;
    float* scales = scratch;
    launch(what, perRow, projectScales, p, raw, scales);
    if (dQueryNorm) {
        float* partials = scratch + size_t(rows) * p.norms();
        int width = p.queryNormWidth + p.keyNormWidth, blocks = (rows + SUM_ROWS - 1) / SUM_ROWS;
        launch(what, {stream, dim3(blocksFor(width, THREADS), blocks), THREADS}, projectWeightPartials, p, rows, raw,
               dFused, scales, partials);
        sumPartials(stream, partials, blocks, p.queryNormWidth, width, dQueryNorm);
        sumPartials(stream, partials + p.queryNormWidth, blocks, p.keyNormWidth, width, dKeyNorm);
    }
    launch(what, perRow, projectGradientRows, p, raw, dFused, scales);
}

}  // namespace rpt::cuda
