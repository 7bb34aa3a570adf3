#include "optimizer.h"

#include "device.h"

namespace rpt::cuda {

namespace {

constexpr size_t STRETCH = Operations::STRETCH;
static_assert(STRETCH % THREADS == 0);

/** Mixes a number (SplitMix64, Steele et al. 2014). */
__device__ uint64_t mixed(uint64_t x) {
    x += 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

/** The finaliser of MurmurHash3 over an index and a key. */
__device__ uint32_t randomBits(uint32_t index, uint32_t key) {
    uint32_t x = (index ^ key) * 0x9E3779B1u;
    x = (x ^ (x >> 16)) * 0x85EBCA6Bu;
    x = (x ^ (x >> 13)) * 0xC2B2AE35u;
    return x ^ (x >> 16);
}

/** A moment in memory; those in bfloat16 are rounded up or down at random, in proportion to where they lie. */
__device__ void keep(float* place, float x, uint32_t) {
    *place = x;
}
__device__ void keep(bf16* place, float x, uint32_t random) {
    *place = static_cast<bf16>((__float_as_uint(x) + (random & 0xffffu)) >> 16);
}

// Reads 16 and writes 12 bytes per parameter in single precision: the memory is the limit.
template <class Moment>
__global__ void __launch_bounds__(THREADS) update(float* parameters, Moment* first, Moment* second,
                                                  const float* gradients, size_t begin, size_t n, AdamStep s,
                                                  int64_t number) {
    size_t i = size_t(blockIdx.x) * THREADS + thread();
    if (i >= n) return;
    float gradient = gradients[i] * s.gradientScale;
    float m = s.beta1 * widened(first[i]) + s.rest1 * gradient;
    float v = s.beta2 * widened(second[i]) + s.rest2 * gradient * gradient;
    float direction = m * s.firstCorrection / (sqrtf(v * s.secondCorrection) + s.epsilon);
    float weight = parameters[i];
    parameters[i] = weight - s.rate * (s.decay * weight + direction);
    // Other bits for each step and stretch, the same after a restart.
    size_t inStretch = i % STRETCH;
    uint32_t key = static_cast<uint32_t>(mixed(mixed(static_cast<uint64_t>(number)) + begin + (i - inStretch)));
    uint32_t random = randomBits(static_cast<uint32_t>(inStretch), key);
    keep(first + i, m, random);
    keep(second + i, v, random >> 16);
}

__global__ void __launch_bounds__(THREADS) squares(const float* x, size_t n, double* partials) {
    SharedMemory shared;
    size_t first = blockIdx.x * STRETCH, end = min(first + STRETCH, n);
    double sum = 0;
    for (size_t i = first + thread(); i < end; i += THREADS) sum += double(x[i]) * x[i];
    sum = joinBlock(sum, shared.take<double>(THREADS / WARP), Sum());
    if (thread() == 0) partials[blockIdx.x] = sum;
}

}  // namespace

void sumOfSquares(cudaStream_t stream, const float* x, size_t n, double* partials) {
    if (n == 0) return;
    launch("sum of squares", {stream, dim3(blocksFor(n, STRETCH)), THREADS, sharedBytes<double>(THREADS / WARP)},
           squares, x, n, partials);
}

void adamw(cudaStream_t stream, float* parameters, const Moments& moments, const float* gradients, size_t begin,
           size_t n, const AdamStep& step, int64_t number) {
    if (n == 0) return;
    Launch with{stream, dim3(blocksFor(n, THREADS)), THREADS};
    auto run = [&]<class Moment>(Moment* first, Moment* second) {
        launch("AdamW", with, update<Moment>, parameters + begin, first + begin, second + begin, gradients, begin, n,
               step, number);
    };
    if (moments.isNarrow) run(static_cast<bf16*>(moments.first), static_cast<bf16*>(moments.second));
    else run(static_cast<float*>(moments.first), static_cast<float*>(moments.second));
}

}  // namespace rpt::cuda
