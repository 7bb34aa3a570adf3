#pragma once

#include "matrix.h"

namespace rpt {

/** Operations per second of products whose operands stay in the cache, with these kernels and threads. */
double measureProducts(Compute& compute);

/** Bytes per second of memory that no cache holds, read by all threads; takes 512 MiB of the budget. */
double measureReading(Compute& compute);

}  // namespace rpt
