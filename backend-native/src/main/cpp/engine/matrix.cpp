#include "matrix.h"

#include "cpu/blocks.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <string>

namespace rpt {

namespace {

constexpr int ROWS_PER_TASK = 64;
// With few rows a product streams the weights: a task takes adjacent panels, so that prefetching past the end of one
// panel fetches the start of the next.
constexpr int STRETCHES_PER_THREAD = 4;
// Rows of the reduced dimension between two stores of the sums: a panel of that height stays in the L2 cache. Sums are
// stored and loaded exactly, so the bits do not depend on it.
constexpr int DEPTH = 2048;
// 127 * 128 * 132,000 is less than 2^31.
constexpr int MOST_INT8_ROWS = 132000;

/** A left-hand matrix in the precision of the product. */
struct Left {
    const void* data;
    ptrdiff_t step;      // elements from row to row
    const float* steps;  // of 8-bit rows
};

template <class T>
const T* rowOf(const Left& left, int row) {
    return static_cast<const T*>(left.data) + row * left.step;
}

void multiplyTile(const Compute& compute, const Left& left, int row, int m, const PackedMatrix& b, int panel, float* c,
                  ptrdiff_t ldc, bool accumulate) {
    const Kernels& kernels = compute.kernels;
    int columns = std::min(kernels.panel, b.columns() - panel * kernels.panel);
    if (b.precision() == Precision::INT8_BLOCKS) {
        kernels.gemmBlocks(rowOf<uint8_t>(left, row), left.step, left.steps + row, b.panel<void>(panel), b.rows(), c,
                           ldc, m, columns, accumulate);
        return;
    }
    if (b.precision() == Precision::INT8) {
        kernels.gemmInt8(rowOf<uint8_t>(left, row), left.step, left.steps + row, b.panel<void>(panel), b.rows(), c, ldc,
                         m, columns, accumulate);
        return;
    }
    for (int k = 0; k < b.rows(); k += DEPTH) {
        int depth = std::min(DEPTH, b.rows() - k);
        if (b.precision() == Precision::BF16) {
            kernels.gemmBf16(rowOf<bf16>(left, row) + k, left.step, b.panel<bf16>(panel) + size_t(k) * kernels.panel,
                             depth, c, ldc, m, columns, accumulate || k > 0);
        } else {
            kernels.gemm(rowOf<float>(left, row) + k, left.step, b.panel<float>(panel) + size_t(k) * kernels.panel,
                         kernels.panel, depth, c, ldc, m, columns, accumulate || k > 0);
        }
    }
}

/** Calls body(row) for rows of k elements, as many per task as are worth waking a thread for. */
template <class Body>
void eachLongRow(Pool& pool, int m, int k, const Body& body) {
    int rowsPerTask = std::max(1, (1 << 14) / k);
    pool.run((m + rowsPerTask - 1) / rowsPerTask, [&](int task, int) {
        for (int row = task * rowsPerTask; row < std::min(m, (task + 1) * rowsPerTask); row++) body(row);
    });
}

Left rounded(Compute& compute, const float* a, ptrdiff_t lda, int m, int k) {
    ptrdiff_t step = k + k % 2;
    compute.left.ensure(compute.budget, size_t(m) * step * sizeof(bf16), "rounded activations");
    bf16* rows = compute.left.as<bf16>();
    eachLongRow(compute.pool, m, k, [&](int row) {
        compute.kernels.toBf16(a + row * lda, k, rows + row * step);
        if (k % 2) rows[row * step + k] = 0;
    });
    return {rows, step, nullptr};
}

Left quantised(Compute& compute, const float* a, ptrdiff_t lda, int m, int k) {
    ptrdiff_t step = (k + 3) / 4 * 4;
    compute.left.ensure(compute.budget, size_t(m) * (step + sizeof(float)), "rounded activations");
    float* steps = compute.left.as<float>();
    uint8_t* rows = reinterpret_cast<uint8_t*>(steps + m);
    eachLongRow(compute.pool, m, k, [&](int row) {
        steps[row] = compute.kernels.quantise(a + row * lda, k, rows + row * step);
        std::memset(rows + row * step + k, 0, step - k);
    });
    return {rows, step, steps};
}

Left leftOf(Compute& compute, Precision precision, const float* a, ptrdiff_t lda, int m, int k) {
    switch (precision) {
        case Precision::BF16:
            return rounded(compute, a, lda, m, k);
        case Precision::INT8:
        case Precision::INT8_BLOCKS:
            return quantised(compute, a, lda, m, k);
        default:
            return {a, lda, nullptr};
    }
}

}  // namespace

void Compute::ensureScratch(size_t bytes) {
    for (Block& block : scratch) block.ensure(budget, bytes, "scratch memory");
}

size_t Compute::panelBytes(int k, Precision of) const {
    switch (of) {
        case Precision::BF16:
            return size_t(k + k % 2) * kernels.panel * sizeof(bf16);
        case Precision::INT8:
            return size_t(8 + (k + 3) / 4 * 4) * kernels.panel;
        case Precision::INT8_BLOCKS:
            return Blocks::BYTES * (k / Blocks::SIZE) * kernels.panel;
        default:
            return size_t(k) * kernels.panel * sizeof(float);
    }
}

size_t PackedMatrix::bytes(const Compute& compute, int k, int n, Precision precision) {
    return compute.panelBytes(k, precision) * ((n + compute.kernels.panel - 1) / compute.kernels.panel);
}

template <class Pack>
void PackedMatrix::packPanels(Compute& compute, int k, int n, Precision precision, const char* what, Pack pack) {
    panelBytes_ = compute.panelBytes(k, precision);
    precision_ = precision;
    rows_ = k;
    columns_ = n;
    const Kernels& kernels = compute.kernels;
    int count = panels(kernels);
    if (!place_) block_.ensure(compute.budget, panelBytes_ * count, what);
    compute.pool.run(count, [&](int panel, int worker) {
        int first = panel * kernels.panel;
        pack(kernels, worker, panel, first, std::min(kernels.panel, n - first));
    });
}

void PackedMatrix::packTransposed(Compute& compute, const float* w, int n, int k, Precision precision,
                                  const char* what) {
    if (precision == Precision::INT8 && k > MOST_INT8_ROWS)
        throw std::length_error(std::string(what) + ": 8-bit sums over " + std::to_string(k)
                                + " products may overflow, at most " + std::to_string(MOST_INT8_ROWS)
                                + " can be added");
    packPanels(compute, k, n, precision, what, [&](const Kernels& kernels, int, int index, int first, int columns) {
        const float* source = w + size_t(first) * k;
        switch (precision) {
            case Precision::INT8:
                return kernels.packRowsInt8(source, k, columns, k, panel<void>(index));
            case Precision::INT8_BLOCKS:
                return Blocks::pack(kernels, source, columns, k, panel<void>(index));
            case Precision::BF16:
                return kernels.packRowsBf16(source, k, columns, k, panel<bf16>(index));
            default:
                return kernels.packRows(source, k, columns, k, panel<float>(index));
        }
    });
}

void PackedMatrix::packTransposed(Compute& compute, const bf16* w, int n, int k, const char* what) {
    packPanels(compute, k, n, Precision::BF16, what, [&](const Kernels& kernels, int, int index, int first, int columns) {
        kernels.packNarrowRows(w + size_t(first) * k, k, columns, k, panel<bf16>(index));
    });
}

void PackedMatrix::pack(Compute& compute, const float* x, ptrdiff_t ld, int k, int n, Precision precision,
                        const char* what) {
    packPanels(compute, k, n, precision, what, [&](const Kernels& kernels, int, int index, int first, int columns) {
        if (precision == Precision::BF16) kernels.packColumnsBf16(x + first, ld, columns, k, panel<bf16>(index));
        else kernels.packColumns(x + first, ld, columns, k, panel<float>(index));
    });
}

void PackedMatrix::unpackTile(const Kernels& kernels, int index, int c0, int columns, float* tile) const {
    const int width = kernels.panel;
    switch (precision_) {
        case Precision::FP32: {
            const float* source = panel<float>(index) + size_t(c0) * width;
            for (int c = 0; c < columns; c++)
                for (int o = 0; o < width; o++) tile[size_t(o) * width + c] = source[size_t(c) * width + o];
            return;
        }
        case Precision::BF16: {
            const bf16* source = panel<bf16>(index);
            for (int c = 0; c < columns; c++)
                for (int o = 0; o < width; o++) {
                    size_t pair = size_t(c0 + c) / 2;
                    uint32_t bits = uint32_t(source[(pair * width + o) * 2 + (c0 + c) % 2]) << 16;
                    std::memcpy(&tile[size_t(o) * width + c], &bits, sizeof(bits));
                }
            return;
        }
        case Precision::INT8: {
            const float* scales = panel<float>(index);
            const int8_t* source = panel<int8_t>(index) + size_t(8) * width;
            for (int c = 0; c < columns; c++)
                for (int o = 0; o < width; o++) {
                    size_t four = size_t(c0 + c) / 4;
                    tile[size_t(o) * width + c] = scales[o] * source[(four * width + o) * 4 + (c0 + c) % 4];
                }
            return;
        }
        case Precision::INT8_BLOCKS:
            for (int c = 0; c < columns; c++)
                for (int o = 0; o < width; o++)
                    tile[size_t(o) * width + c] = Blocks::weight(kernels, panel<void>(index), o, c0 + c);
            return;
    }
}

void PackedMatrix::unpackRow(const Kernels& kernels, int n, float* x) const {
    const int width = kernels.panel, index = n / width, o = n % width;
    switch (precision_) {
        case Precision::FP32:
            for (int c = 0; c < rows_; c++) x[c] = panel<float>(index)[size_t(c) * width + o];
            return;
        case Precision::BF16:
            for (int c = 0; c < rows_; c++) {
                uint32_t bits = uint32_t(panel<bf16>(index)[(size_t(c) / 2 * width + o) * 2 + c % 2]) << 16;
                std::memcpy(&x[c], &bits, sizeof(bits));
            }
            return;
        case Precision::INT8: {
            const int8_t* source = panel<int8_t>(index) + size_t(8) * width;
            for (int c = 0; c < rows_; c++)
                x[c] = panel<float>(index)[o] * source[(size_t(c) / 4 * width + o) * 4 + c % 4];
            return;
        }
        case Precision::INT8_BLOCKS:
            for (int c = 0; c < rows_; c++) x[c] = Blocks::weight(kernels, panel<void>(index), o, c);
            return;
    }
}

void PackedMatrix::packTurned(Compute& compute, const PackedMatrix& forward, Precision precision, const char* what) {
    const int width = compute.kernels.panel;
    const int outputs = forward.columns();
    compute.ensureScratch(size_t(width) * width * sizeof(float));
    packPanels(compute, outputs, forward.rows(), precision, what,
               [&](const Kernels& kernels, int worker, int index, int first, int columns) {
        float* tile = compute.scratch[worker].as<float>();
        for (int i = 0; i < forward.panels(kernels); i++) {
            int rows = std::min(width, outputs - i * width);
            // Panels have an even width, so a tile starts with a whole pair of rows.
            size_t at = size_t(i) * width * width;
            if (precision == Precision::BF16 && forward.precision() == Precision::BF16) {
                kernels.turnPanelBf16(forward.panel<bf16>(i) + size_t(first) * width, columns, rows,
                                      panel<bf16>(index) + at);
                continue;
            }
            forward.unpackTile(kernels, i, first, columns, tile);
            if (precision == Precision::BF16)
                kernels.packColumnsBf16(tile, width, columns, rows, panel<bf16>(index) + at);
            else kernels.packColumns(tile, width, columns, rows, panel<float>(index) + at);
        }
    });
}

void PackedMatrix::packAgain(Compute& compute, const PackedMatrix& from, Precision precision, const char* what) {
    const int k = from.rows();
    compute.ensureScratch(size_t(compute.kernels.panel) * k * sizeof(float));
    packPanels(compute, k, from.columns(), precision, what,
               [&](const Kernels& kernels, int worker, int index, int first, int columns) {
        float* rows = compute.scratch[worker].as<float>();
        for (int o = 0; o < columns; o++) from.unpackRow(kernels, first + o, rows + size_t(o) * k);
        if (precision == Precision::INT8) kernels.packRowsInt8(rows, k, columns, k, panel<void>(index));
        else kernels.packRows(rows, k, columns, k, panel<float>(index));
    });
}

void multiply(Compute& compute, const float* a, ptrdiff_t lda, int m, const PackedMatrix& b, float* c, ptrdiff_t ldc,
              bool accumulate) {
    compute.count(m, b.rows(), b.columns());
    Left left = leftOf(compute, b.precision(), a, lda, m, b.rows());
    int panels = b.panels(compute.kernels);
    int rowBlocks = (m + ROWS_PER_TASK - 1) / ROWS_PER_TASK;
    int stretch = rowBlocks > 1 ? 1 : std::max(1, panels / (compute.pool.threads() * STRETCHES_PER_THREAD));
    int stretches = (panels + stretch - 1) / stretch;
    compute.pool.run(stretches * rowBlocks, [&](int task, int) {
        int first = task / rowBlocks * stretch;
        int row = task % rowBlocks * ROWS_PER_TASK;
        for (int panel = first; panel < std::min(panels, first + stretch); panel++)
            multiplyTile(compute, left, row, std::min(ROWS_PER_TASK, m - row), b, panel,
                         c + row * ldc + ptrdiff_t(panel) * compute.kernels.panel, ldc, accumulate);
    });
}

void addOuterProducts(Compute& compute, const float* dy, ptrdiff_t ldy, int t, int n, const PackedMatrix& x,
                      float* gradient) {
    compute.count(n, t, x.columns());
    const Kernels& kernels = compute.kernels;
    ptrdiff_t step = t + t % 2;
    bool isBf16 = x.precision() == Precision::BF16;
    compute.ensureScratch(size_t(step) * ROWS_PER_TASK * (isBf16 ? sizeof(bf16) : sizeof(float)));
    int rowBlocks = (n + ROWS_PER_TASK - 1) / ROWS_PER_TASK;
    int panels = x.panels(kernels);
    // The few rows of a low-rank factor are turned once in every stretch, so that all threads get some of the panels.
    int stretches = std::clamp(compute.pool.threads() / rowBlocks, 1, panels);
    int stretch = (panels + stretches - 1) / stretches;
    compute.pool.run(rowBlocks * stretches, [&](int task, int worker) {
        int first = task / stretches * ROWS_PER_TASK;
        int rows = std::min(ROWS_PER_TASK, n - first);
        void* turned = compute.scratch[worker].as<void>();
        if (isBf16) kernels.transposeBf16(dy + first, ldy, t, rows, static_cast<bf16*>(turned), step);
        else kernels.transpose(dy + first, ldy, t, rows, static_cast<float*>(turned), step);
        int begin = task % stretches * stretch;
        for (int panel = begin; panel < std::min(panels, begin + stretch); panel++)
            multiplyTile(compute, {turned, step, nullptr}, 0, rows, x, panel,
                         gradient + size_t(first) * x.columns() + ptrdiff_t(panel) * kernels.panel, x.columns(), true);
    });
}

}  // namespace rpt
