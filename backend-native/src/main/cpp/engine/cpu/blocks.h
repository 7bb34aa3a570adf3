#pragma once

#include "matrix.h"

namespace rpt {

/**
 * 8-bit weights whose scales lose nothing. Files in Q8_0 hold w = d q with a scale d for each 32 adjacent weights of a
 * row; so do those in Q4_0, with fewer q. Once such weights have been multiplied out, every block of them still has a d
 * and whole q of 8 bits with exactly these products, if not those of the file.
 */
struct Blocks {
    static constexpr int SIZE = 32;
    static constexpr int LEAST = -128, MOST = 127;

    /** A scale d for which every one of SIZE weights is d q; 0 if there is none, unless all of them are 0. */
    static float scaleOf(const float* w);
    /** Whether every block of W[n][k] has a scale. */
    static bool hold(Compute& compute, const float* w, int n, int k);

    /** Bytes of a block of one column: scale, sum of q, q. */
    static constexpr size_t BYTES = sizeof(float) + sizeof(int16_t) + SIZE;

    /** Packs W[columns][k] for one panel, see Kernels. */
    static void pack(const Kernels& kernels, const float* w, int columns, int k, void* panel);
    /** Weight k of a column of a panel. */
    static float weight(const Kernels& kernels, const void* panel, int column, int k);
};

}  // namespace rpt
