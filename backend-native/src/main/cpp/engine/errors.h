#pragma once

#include <stdexcept>
#include <string>

namespace rpt {

/** The caller asked to stop. */
struct Cancelled : std::runtime_error {
    Cancelled() : std::runtime_error("cancelled") {}
};

/** More memory than the budget leaves; nothing was computed. */
struct OverBudget : std::runtime_error {
    using std::runtime_error::runtime_error;
};

}  // namespace rpt
