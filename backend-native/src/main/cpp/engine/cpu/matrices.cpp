#include "blocks.h"
#include "cpu_operations.h"

namespace rpt {

namespace {

PackedMatrix& packed(Matrix& matrix) {
    return static_cast<PackedMatrix&>(matrix);
}

const PackedMatrix& packed(const Matrix& matrix) {
    return static_cast<const PackedMatrix&>(matrix);
}

}  // namespace

size_t CpuOperations::matrixBytes(int rows, int columns, Precision precision) const {
    return PackedMatrix::bytes(compute_, rows, columns, precision);
}

size_t CpuOperations::turnedBytes(int rows, int columns, Precision precision) const {
    return PackedMatrix::bytes(compute_, rows, columns, precision);
}

void CpuOperations::store(Matrix& b, const float* w, int n, int k, Precision precision, const char* what) {
    packed(b).packTransposed(compute_, w, n, k, precision, what);
}

void CpuOperations::storeFrozen(Matrix& b, const float* host, int n, int k, Precision precision, const char* what) {
    bool isBlocks = precision == Precision::INT8 && Blocks::hold(compute_, host, n, k);
    packed(b).packTransposed(compute_, host, n, k, isBlocks ? Precision::INT8_BLOCKS : precision, what);
}

void CpuOperations::storeNarrow(Matrix& b, const bf16* host, int n, int k, const char* what) {
    packed(b).packTransposed(compute_, host, n, k, what);
}

void CpuOperations::storeAgain(Matrix& b, const Matrix& from, Precision precision, const char* what) {
    packed(b).packAgain(compute_, packed(from), precision, what);
}

void CpuOperations::turn(Matrix& b, const Matrix& forward, Precision precision, const char* what) {
    packed(b).packTurned(compute_, packed(forward), precision, what);
}

void CpuOperations::pack(Matrix& b, const float* x, ptrdiff_t ld, int k, int n, Precision precision,
                         const char* what) {
    packed(b).pack(compute_, x, ld, k, n, precision, what);
}

void CpuOperations::multiply(const float* a, ptrdiff_t lda, int m, const Matrix& b, float* c, ptrdiff_t ldc,
                             bool accumulate) {
    rpt::multiply(compute_, a, lda, m, packed(b), c, ldc, accumulate);
}

void CpuOperations::addOuterProducts(const float* dy, ptrdiff_t ldy, int t, int n, const Matrix& x, float* gradient) {
    rpt::addOuterProducts(compute_, dy, ldy, t, n, packed(x), gradient);
}

}  // namespace rpt
