#include "rows.h"

#include <cstring>

#include "cpu_operations.h"
#include "sums.h"

namespace rpt {

void CpuOperations::zero(void* data, size_t bytes) {
    eachStretch(pool(), bytes,
                [&](size_t begin, size_t count) { std::memset(static_cast<char*>(data) + begin, 0, count); });
}

void CpuOperations::copy(void* to, const void* from, size_t bytes) {
    eachStretch(pool(), bytes, [&](size_t begin, size_t count) {
        std::memcpy(static_cast<char*>(to) + begin, static_cast<const char*>(from) + begin, count);
    });
}

void CpuOperations::copyRows(ConstRows from, Rows to, int count, int width) {
    eachRow(pool(), count, [&](int i) { std::memcpy(to.row(i), from.row(i), width * sizeof(float)); });
}

void CpuOperations::addRows(float factor, ConstRows from, Rows to, int count, int width) {
    auto add = [&](int i) { compute_.kernels.axpy(factor, from.row(i), width, to.row(i)); };
    if (to.at)
        for (int i = 0; i < count; i++) add(i);
    else eachRow(pool(), count, add);
}

void CpuOperations::sumRows(const float* x, int count, int width, float* sum) {
    rpt::sumRows(compute_, count, width, sum, [&](int row, float* partial) {
        compute_.kernels.axpy(1, x + size_t(row) * width, width, partial);
    });
}

void CpuOperations::scale(float factor, float* x, size_t n) {
    for (size_t i = 0; i < n; i++) x[i] *= factor;
}

void CpuOperations::norm(const Norm& norm, ConstRows x, int count, float* y, float* copy) {
    eachRow(pool(), count, [&](int i) {
        size_t at = size_t(i) * norm.width;
        compute_.kernels.rmsNorm(x.row(i), norm.weights, norm.added, norm.width, norm.epsilon, y + at);
        if (copy) std::memcpy(copy + at, x.row(i), norm.width * sizeof(float));
    });
}

void CpuOperations::addNorm(const Norm& norm, const float* x, const float* stream, int count, float* sum) {
    eachRow(pool(), count, [&](int row) {
        size_t at = size_t(row) * norm.width;
        compute_.kernels.rmsNorm(x + at, norm.weights, norm.added, norm.width, norm.epsilon, sum + at);
        compute_.kernels.axpy(1, stream + at, norm.width, sum + at);
    });
}

void CpuOperations::normBackward(const Norm& norm, ConstRows x, const float* dy, int count, float* dx, float* dw) {
    rpt::sumRows(compute_, count, norm.width, dw, [&](int row, float* partial) {
        size_t at = size_t(row) * norm.width;
        compute_.kernels.rmsNormBackward(x.row(row), norm.weights, norm.added, dy + at, norm.width, norm.epsilon,
                                         dx + at, partial);
    });
}

void CpuOperations::activate(bool gelu, const float* gateUp, int width, int count, float* hidden) {
    auto apply = gelu ? compute_.kernels.geluMul : compute_.kernels.siluMul;
    eachRow(pool(), count, [&](int row) {
        const float* gate = gateUp + size_t(row) * 2 * width;
        apply(gate, gate + width, width, hidden + size_t(row) * width);
    });
}

void CpuOperations::activateBackward(bool gelu, const float* gateUp, const float* dHidden, int width, int count,
                                     float* dGateUp) {
    auto apply = gelu ? compute_.kernels.geluMulBackward : compute_.kernels.siluMulBackward;
    eachRow(pool(), count, [&](int row) {
        const float* gate = gateUp + size_t(row) * 2 * width;
        float* dGate = dGateUp + size_t(row) * 2 * width;
        apply(gate, gate + width, dHidden + size_t(row) * width, width, dGate, dGate + width);
    });
}

}  // namespace rpt
