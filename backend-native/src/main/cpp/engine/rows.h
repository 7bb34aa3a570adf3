#pragma once

#include <algorithm>

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

}  // namespace rpt
