#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>

namespace rpt {

/** The caller asked to stop. */
struct Cancelled : std::runtime_error {
    Cancelled() : std::runtime_error("cancelled") {}
};

/** The budget does not have enough memory left; nothing was computed. */
struct OverBudget : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/** Throws std::invalid_argument with what `message()` says unless the condition holds. */
template <class Message>
void require(bool condition, Message message) {
    if (!condition) throw std::invalid_argument(message());
}

/** Throws std::invalid_argument unless two things that belong together have the same size. */
inline void requireSame(const char* name, size_t size, const char* other, size_t expected) {
    require(size == expected, [&] {
        return std::string(name) + " has " + std::to_string(size) + " values, " + other + " has "
               + std::to_string(expected) + "; both must have the same number";
    });
}

}  // namespace rpt
