#pragma once

#include "launch.h"

namespace rpt::cuda {

/** Rows of queries, keys and values, one after the other, as the fused product leaves them, and what follows it. */
struct HeadRows {
    int heads, keyValueHeads, headSize;
    const float* bias;  // [width()], null for none
    /** Weights of the norms over queries and keys; null for none. */
    const float *queryNorm, *keyNorm;
    /** What a norm covers: a head, or all of them. */
    int queryNormWidth, keyNormWidth;
    float added, epsilon;
    /** Scaled cosines, then sines, of each position, [positions][rotarySize]; null for no rotation. */
    const float* rotary;
    int rotarySize;

    __host__ __device__ int queryWidth() const { return heads * headSize; }
    __host__ __device__ int keyWidth() const { return keyValueHeads * headSize; }
    __host__ __device__ int width() const { return queryWidth() + 2 * keyWidth(); }
    __host__ __device__ int normedWidth() const { return queryWidth() + keyWidth(); }
    /** Norms of a row. */
    __host__ __device__ int queryNorms() const { return queryWidth() / queryNormWidth; }
    __host__ __device__ int norms() const { return queryNorms() + keyWidth() / keyNormWidth; }
};

/**
 * Adds the bias, norms queries and keys, and turns them by their positions, in place.
 *
 * @param fused [rows][width()]
 * @param raw becomes queries and keys before their norms, [rows][normedWidth()]; not used without norms
 * @param positions of each row
 */
void project(cudaStream_t stream, const HeadRows& p, int rows, const int* positions, float* fused, float* raw);

/** Floats that projectBackward needs beside its arguments. */
size_t projectBackwardFloats(const HeadRows& p, int rows);

/**
 * Turns gradients of rotated and normed queries and keys into those of their projections, in place, and adds to those
 * of the norms' weights unless they are null. The bias is the caller's.
 */
void projectBackward(cudaStream_t stream, const HeadRows& p, int rows, const int* positions, const float* raw,
                     float* dFused, float* dQueryNorm, float* dKeyNorm, float* scratch);

}  // namespace rpt::cuda
