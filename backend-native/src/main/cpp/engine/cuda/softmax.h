#pragma once

// Maximum and sum of a softmax over a row of logits: the same bits in scoring, training and sampling.

#include "device.h"

namespace rpt::cuda {

/** Logits per partial sum, as on the CPU. */
constexpr int SOFTMAX_STRETCH = 512;

__host__ __device__ constexpr int softmaxStretches(int vocabulary) {
    return (vocabulary + SOFTMAX_STRETCH - 1) / SOFTMAX_STRETCH;
}

/** In all threads. */
__device__ inline float largest(const float* z, int vocabulary, Span<float> perWarp) {
    float most = -INFINITY;
    for (int i = thread(); i < vocabulary; i += THREADS) most = z[i] > most ? z[i] : most;
    return joinBlock(most, perWarp, Largest());
}

/** The first id with that logit, or `vocabulary` if none has it; in all threads. */
__device__ inline int firstOf(float value, const float* z, int vocabulary, Span<int> perWarp) {
    int first = vocabulary;
    for (int i = thread(); i < vocabulary && first == vocabulary; i += THREADS)
        if (z[i] == value) first = i;
    return joinBlock(first, perWarp, [](int a, int b) { return a < b ? a : b; });
}

/** The sum of exp(scale (z - max)), in all threads; `sums` become those of the stretches. */
__device__ inline double sumOfPowers(const float* z, int vocabulary, float max, float scale, Span<double> sums) {
    for (int s = warp(); s < sums.size(); s += THREADS / WARP) {
        int end = min((s + 1) * SOFTMAX_STRETCH, vocabulary);
        float sum = 0;
        for (int i = s * SOFTMAX_STRETCH + lane(); i < end; i += WARP) sum += expf((z[i] - max) * scale);
        sum = joinWarp(sum, Sum());
        if (lane() == 0) sums[s] = sum;
    }
    __syncthreads();
    double sum = 0;
    for (int s = 0; s < sums.size(); s++) sum += sums[s];
    return sum;
}

}  // namespace rpt::cuda
