#pragma once

#include <string>

namespace rpt::cuda {

/**
 * Why the CUDA device of that number cannot be used: no driver or one that is too old, no such device, an architecture
 * before 8.0, no cuBLAS. Empty if it can be used.
 */
std::string unavailable(int device);

}  // namespace rpt::cuda
