#pragma once

#include <cstdint>

/** The upper half of a single; only a type of elements here, as the engine rounds by itself. */
struct __nv_bfloat16 {
    uint16_t bits;
};
