#pragma once

#include <stdexcept>
#include <string>

namespace cuda_on_cpu {

/** A kernel did what is undefined on a GPU, or a call would have failed there. */
struct Fault : std::logic_error {
    using std::logic_error::logic_error;
};

}  // namespace cuda_on_cpu
