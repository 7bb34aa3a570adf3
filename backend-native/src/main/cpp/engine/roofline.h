#pragma once

#include "matrix.h"

namespace rpt {

/**
 * What the machine can do with these kernels and threads: arithmetic of products whose operands stay in the cache, in
 * 10^9 operations per second, and reading of memory that no cache holds, in 10^9 bytes per second.
 */
struct Roofline {
    double gflops;
    double gigabytes;
};

/** Measures for about a second, with 512 MiB of the budget. */
Roofline measureRoofline(Compute& compute);

}  // namespace rpt
