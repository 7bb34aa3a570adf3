#include "matrix.h"

#include <algorithm>
#include <cstring>

namespace rpt {

namespace {

constexpr int ROWS_PER_TASK = 64;
// Rows of the reduced dimension between two stores of the sums: a panel of that height stays in the second-level cache.
// Sums are stored and loaded exactly, so the bits do not depend on it.
constexpr int DEPTH = 2048;

void multiplyTile(const Compute& compute, const void* a, long lda, int m, const PackedMatrix& b, int panel, float* c,
                  long ldc, bool accumulate) {
    const Kernels& kernels = compute.kernels;
    int columns = std::min(kernels.panel, b.columns() - panel * kernels.panel);
    for (int k = 0; k < b.rows(); k += DEPTH) {
        int depth = std::min(DEPTH, b.rows() - k);
        if (compute.precision == Precision::BF16) {
            kernels.gemmBf16(static_cast<const bf16*>(a) + k, lda,
                             b.panel<bf16>(kernels, panel) + size_t(k) * kernels.panel, depth, c, ldc, m, columns,
                             accumulate || k > 0);
        } else {
            kernels.gemm(static_cast<const float*>(a) + k, lda,
                         b.panel<float>(kernels, panel) + size_t(k) * kernels.panel, kernels.panel, depth, c, ldc, m,
                         columns, accumulate || k > 0);
        }
    }
}

}  // namespace

void Compute::zero(const Block& block) {
    constexpr size_t STRETCH = size_t(1) << 20;
    pool.run(static_cast<int>((block.size() + STRETCH - 1) / STRETCH), [&](int i, int) {
        std::memset(block.as<char>() + i * STRETCH, 0, std::min(STRETCH, block.size() - i * STRETCH));
    });
}

void Compute::ensureScratch(size_t bytes) {
    for (Block& block : scratch) block.ensure(budget, bytes, "scratch memory");
}

template <class Pack>
void PackedMatrix::packPanels(Compute& compute, int k, int n, const char* what, Pack pack) {
    k_ = k;
    n_ = n;
    const Kernels& kernels = compute.kernels;
    int count = panels(kernels);
    block_.ensure(compute.budget, stride(kernels) * count * compute.elementBytes(), what);
    compute.pool.run(count, [&](int panel, int) {
        int first = panel * kernels.panel;
        pack(kernels, panel, first, std::min(kernels.panel, n - first));
    });
}

void PackedMatrix::packTransposed(Compute& compute, const float* w, int n, int k, const char* what) {
    packPanels(compute, k, n, what, [&](const Kernels& kernels, int panel, int first, int columns) {
        const float* source = w + size_t(first) * k;
        if (compute.precision == Precision::BF16)
            kernels.packRowsBf16(source, k, columns, k, block_.as<bf16>() + stride(kernels) * panel);
        else kernels.packRows(source, k, columns, k, block_.as<float>() + stride(kernels) * panel);
    });
}

void PackedMatrix::pack(Compute& compute, const float* x, long ld, int k, int n, const char* what) {
    packPanels(compute, k, n, what, [&](const Kernels& kernels, int panel, int first, int columns) {
        if (compute.precision == Precision::BF16)
            kernels.packColumnsBf16(x + first, ld, columns, k, block_.as<bf16>() + stride(kernels) * panel);
        else kernels.packColumns(x + first, ld, columns, k, block_.as<float>() + stride(kernels) * panel);
    });
}

void multiply(Compute& compute, const float* a, long lda, int m, const PackedMatrix& b, float* c, long ldc,
              bool accumulate) {
    const void* left = a;
    long step = lda;
    if (compute.precision == Precision::BF16) {
        step = b.rows() + b.rows() % 2;
        compute.left.ensure(compute.budget, size_t(m) * step * sizeof(bf16), "rounded activations");
        bf16* rounded = compute.left.as<bf16>();
        left = rounded;
        int rowsPerTask = std::max(1, (1 << 14) / b.rows());
        compute.pool.run((m + rowsPerTask - 1) / rowsPerTask, [&](int task, int) {
            for (int row = task * rowsPerTask; row < std::min(m, (task + 1) * rowsPerTask); row++) {
                compute.kernels.toBf16(a + row * lda, b.rows(), rounded + row * step);
                if (b.rows() % 2) rounded[row * step + b.rows()] = 0;
            }
        });
    }
    int panels = b.panels(compute.kernels);
    int rowBlocks = (m + ROWS_PER_TASK - 1) / ROWS_PER_TASK;
    compute.pool.run(panels * rowBlocks, [&](int task, int) {
        int panel = task / rowBlocks;
        int row = task % rowBlocks * ROWS_PER_TASK;
        const void* from = compute.precision == Precision::BF16
                               ? static_cast<const void*>(static_cast<const bf16*>(left) + row * step)
                               : static_cast<const void*>(static_cast<const float*>(left) + row * step);
        multiplyTile(compute, from, step, std::min(ROWS_PER_TASK, m - row), b, panel,
                     c + row * ldc + long(panel) * compute.kernels.panel, ldc, accumulate);
    });
}

void addOuterProducts(Compute& compute, const float* dy, long ldy, int t, int n, const PackedMatrix& x,
                      float* gradient) {
    const Kernels& kernels = compute.kernels;
    long step = t + t % 2;
    compute.ensureScratch(size_t(step) * ROWS_PER_TASK * compute.elementBytes());
    compute.pool.run((n + ROWS_PER_TASK - 1) / ROWS_PER_TASK, [&](int task, int worker) {
        int first = task * ROWS_PER_TASK;
        int rows = std::min(ROWS_PER_TASK, n - first);
        void* turned = compute.scratch[worker].as<void>();
        if (compute.precision == Precision::BF16)
            kernels.transposeBf16(dy + first, ldy, t, rows, static_cast<bf16*>(turned), step);
        else kernels.transpose(dy + first, ldy, t, rows, static_cast<float*>(turned), step);
        for (int panel = 0; panel < x.panels(kernels); panel++)
            multiplyTile(compute, turned, step, rows, x, panel,
                         gradient + size_t(first) * x.columns() + long(panel) * kernels.panel, x.columns(), true);
    });
}

}  // namespace rpt
