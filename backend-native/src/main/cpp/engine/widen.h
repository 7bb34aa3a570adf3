#pragma once

#include <cstddef>

#include "pool.h"

namespace rpt {

/** Numbers that lie as bfloat16 in the upper half of the memory of n singles become singles, in place. */
void widen(Pool& pool, float* x, size_t n);

}  // namespace rpt
