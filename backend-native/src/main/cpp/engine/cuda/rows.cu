#include "rows.h"

#include "device.h"

namespace rpt::cuda {

namespace {

// All of these read and write each number once, so they run at the speed of memory.

constexpr float GELU_SLOPE = 1.5957691216057308f;  // 2 sqrt(2 / pi)
constexpr float GELU_CUBIC = 0.044715f;

__device__ float sigmoid(float x) {
    return 1 / (1 + expf(-x));
}

struct Silu {
    static __device__ float gate(float x) { return sigmoid(x); }
    static __device__ float slope(float) { return 1; }
};

/** gelu(x) = x sigmoid(s (x + c x^3)), so that the derivative of the argument of the sigmoid is its slope. */
struct Gelu {
    static __device__ float gate(float x) { return sigmoid(GELU_SLOPE * (x + GELU_CUBIC * x * x * x)); }
    static __device__ float slope(float x) { return GELU_SLOPE * (1 + 3 * GELU_CUBIC * x * x); }
};

__device__ int64_t element() {
    return int64_t(blockIdx.x) * THREADS + thread();
}

template <class T>
__global__ void __launch_bounds__(THREADS) embedRows(Table table, const int* tokens, int width, float factor,
                                                     float* y) {
    const T* source = static_cast<const T*>(table.data) + table.step * tokens[blockIdx.x];
    for (int i = thread(); i < width; i += THREADS) y[size_t(blockIdx.x) * width + i] = factor * widened(source[i]);
}

template <class T>
__device__ T* rowOf(const RowsOf<T>& rows, int64_t i) {
    return rows.x + rows.step * (rows.at ? rows.at[i] : i);
}

__global__ void __launch_bounds__(THREADS) copyElements(ConstRows from, Rows to, int64_t count, int width) {
    int64_t i = element();
    if (i < count) rowOf(to, i / width)[i % width] = rowOf(from, i / width)[i % width];
}

__global__ void __launch_bounds__(THREADS) addElements(float factor, ConstRows from, Rows to, int64_t count,
                                                       int width) {
    int64_t i = element();
    if (i < count) rowOf(to, i / width)[i % width] += factor * rowOf(from, i / width)[i % width];
}

// A block per row that something is added to, so that no two threads add to the same number.
__global__ void __launch_bounds__(THREADS) addGroup(float factor, ConstRows from, Groups groups, Rows to,
                                                    int width) {
    float* row = rowOf(to, groups.targets[blockIdx.x]);
    int first = groups.starts[blockIdx.x], end = groups.starts[blockIdx.x + 1];
    for (int i = thread(); i < width; i += THREADS) {
        float sum = row[i];
        for (int at = first; at < end; at++) sum += factor * rowOf(from, groups.rows[at])[i];
        row[i] = sum;
    }
}

__global__ void __launch_bounds__(THREADS) scaleElements(float factor, float* x, int64_t n) {
    int64_t i = element();
    if (i < n) x[i] *= factor;
}

template <class Gate>
__global__ void __launch_bounds__(THREADS) activateElements(const float* gateUp, int64_t count, int width, float* h) {
    int64_t i = element();
    if (i >= count) return;
    const float* row = gateUp + i / width * 2 * width;
    float gate = row[i % width];
    h[i] = gate * Gate::gate(gate) * row[width + i % width];
}

template <class Gate>
__global__ void __launch_bounds__(THREADS) activateGradients(const float* gateUp, const float* dh, int64_t count,
                                                             int width, float* dGateUp) {
    int64_t i = element();
    if (i >= count) return;
    int64_t at = i / width * 2 * width + i % width;
    float gate = gateUp[at], up = gateUp[at + width], s = Gate::gate(gate);
    dGateUp[at + width] = dh[i] * gate * s;
    dGateUp[at] = dh[i] * up * s * (1 + gate * (1 - s) * Gate::slope(gate));
}

__global__ void __launch_bounds__(THREADS) roundElements(const float* x, int64_t xStep, int64_t count, int width,
                                                         bf16* y, int64_t yStep) {
    int64_t i = element();
    if (i < count) y[i / width * yStep + i % width] = narrowed(x[i / width * xStep + i % width]);
}

template <class... Parameters, class... Arguments>
void launchElements(const char* what, cudaStream_t stream, int64_t count, void (*kernel)(Parameters...),
                    const Arguments&... arguments) {
    if (count > 0) launch(what, {stream, dim3(blocksFor(count, THREADS)), THREADS}, kernel, arguments...);
}

}  // namespace

void embed(cudaStream_t stream, const Table& table, const int* tokens, int count, int width, float factor, float* y) {
    if (count > 0)
        launch("embedding", {stream, dim3(count), THREADS}, table.isNarrow ? embedRows<bf16> : embedRows<float>, table,
               tokens, width, factor, y);
}

void copyRows(cudaStream_t stream, const ConstRows& from, const Rows& to, int count, int width) {
    launchElements("copy of rows", stream, int64_t(count) * width, copyElements, from, to, int64_t(count) * width,
                   width);
}

void addRows(cudaStream_t stream, float factor, const ConstRows& from, const Rows& to, int count, int width) {
    launchElements("sum of rows", stream, int64_t(count) * width, addElements, factor, from, to,
                   int64_t(count) * width, width);
}

void addGroups(cudaStream_t stream, float factor, const ConstRows& from, const Groups& groups, const Rows& to,
               int width) {
    if (groups.count > 0)
        launch("sum of rows", {stream, dim3(groups.count), THREADS}, addGroup, factor, from, groups, to, width);
}

void scale(cudaStream_t stream, float factor, float* x, int64_t n) {
    launchElements("scaling", stream, n, scaleElements, factor, x, n);
}

void activate(cudaStream_t stream, bool gelu, const float* gateUp, int rows, int width, float* h) {
    int64_t count = int64_t(rows) * width;
    launchElements("activation", stream, count, gelu ? activateElements<Gelu> : activateElements<Silu>, gateUp, count,
                   width, h);
}

void activateBackward(cudaStream_t stream, bool gelu, const float* gateUp, const float* dh, int rows, int width,
                      float* dGateUp) {
    int64_t count = int64_t(rows) * width;
    launchElements("gradient of the activation", stream, count,
                   gelu ? activateGradients<Gelu> : activateGradients<Silu>, gateUp, dh, count, width, dGateUp);
}

void toBf16(cudaStream_t stream, const float* x, int64_t xStep, int rows, int width, bf16* y, int64_t yStep) {
    int64_t count = int64_t(rows) * width;
    launchElements("rounding", stream, count, roundElements, x, xStep, count, width, y, yStep);
}

}  // namespace rpt::cuda
