#pragma once

#include <algorithm>
#include <cstddef>

#include "pool.h"

namespace rpt {

/** Calls body(row) for every row, some rows per task. For work that writes only its own row. */
template <class Body>
void eachRow(Pool& pool, int rows, const Body& body) {
    int perTask = std::max(1, std::min(16, rows / (4 * pool.threads())));
    pool.run((rows + perTask - 1) / perTask, [&](int task, int) {
        for (int row = task * perTask; row < std::min(rows, (task + 1) * perTask); row++) body(row);
    });
}

/** Calls body(first byte, count) for stretches of memory. */
template <class Body>
void eachStretch(Pool& pool, size_t bytes, const Body& body) {
    constexpr size_t STRETCH = size_t(1) << 20;
    pool.run(static_cast<int>((bytes + STRETCH - 1) / STRETCH),
             [&](int i, int) { body(i * STRETCH, std::min(STRETCH, bytes - i * STRETCH)); });
}

}  // namespace rpt
