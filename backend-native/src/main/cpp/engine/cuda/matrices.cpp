#include <algorithm>
#include <cstring>

#include "cuda_matrix.h"
#include "cuda_operations.h"
#include "errors.h"
#include "rows.h"

namespace rpt::cuda {

namespace {

// Bytes of a weight in single precision that are on the device at a time on their way to bfloat16.
constexpr size_t STAGED = size_t(64) << 20;

CudaMatrix& cuda(Matrix& matrix) {
    return static_cast<CudaMatrix&>(matrix);
}
const CudaMatrix& cuda(const Matrix& matrix) {
    return static_cast<const CudaMatrix&>(matrix);
}

void requirePrecision(Precision precision, const char* what) {
    require(precision == Precision::FP32 || precision == Precision::BF16, [&] {
        return std::string(what) + ": 8-bit weights are not offered on a CUDA device, only FP32 and BF16";
    });
}

bool areNarrow(const float* x, size_t n) {
    uint32_t any = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t bits;
        std::memcpy(&bits, x + i, sizeof(bits));
        any |= bits & 0xffff;  // 0 in a bfloat16
    }
    return any == 0;
}

/** Rows of bfloat16 if that loses nothing, otherwise of singles. */
struct CudaEmbedding final : KeptEmbedding {
    CudaMatrix rows;
};

Table tableOf(const CudaMatrix& matrix) {
    return {matrix.factor().data, matrix.factor().step, matrix.isNarrow()};
}

}  // namespace

std::unique_ptr<Matrix> CudaOperations::matrix() const {
    return std::make_unique<CudaMatrix>();
}

size_t CudaOperations::matrixBytes(int rows, int columns, Precision precision) const {
    requirePrecision(precision, "the weights");
    return Bytes(columns) * Bytes(CudaMatrix::stepOf(rows))
           * Bytes(precision == Precision::FP32 ? sizeof(float) : sizeof(bf16));
}

void CudaOperations::writeRows(const float* from, int64_t step, int rows, int width, CudaMatrix& b, int firstRow) {
    size_t at = firstRow * b.factor().step * b.elementSize();
    char* to = static_cast<char*>(const_cast<void*>(b.factor().data)) + at;
    if (b.isNarrow()) toBf16(stream_, from, step, rows, width, reinterpret_cast<bf16*>(to), b.factor().step);
    else cuda::copyRows(stream_, {from, step}, {reinterpret_cast<float*>(to), b.factor().step}, rows, width);
}

void CudaOperations::store(Matrix& b, const float* w, int n, int k, Precision precision, const char* what) {
    requirePrecision(precision, what);
    cuda(b).open(budget(), k, n, true, precision, what);
    writeRows(w, k, n, k, cuda(b), 0);
}

void CudaOperations::storeFrozen(Matrix& b, const float* host, int n, int k, Precision precision, const char* what) {
    requirePrecision(precision, what);
    cuda(b).open(budget(), k, n, true, precision, what);
    writeHostRows(host, n, k, cuda(b), what);
}

void CudaOperations::writeHostRows(const float* host, int rows, int width, CudaMatrix& b, const char* what) {
    int most = static_cast<int>(std::clamp<size_t>(STAGED / sizeof(float) / width, 1, rows));
    Block staged = spare_.take(size_t(most) * width * sizeof(float), what);
    for (int first = 0; first < rows; first += most) {
        int count = std::min(most, rows - first);
        copyIn(staged.as<float>(), host + size_t(first) * width, size_t(count) * width * sizeof(float));
        writeRows(staged.as<float>(), width, count, width, b, first);
    }
    requireSuccess(cudaStreamSynchronize(stream_), what);
}

void CudaOperations::storeNarrow(Matrix& b, const bf16* host, int n, int k, const char* what) {
    char* to = cuda(b).open(budget(), k, n, true, Precision::BF16, what);
    size_t step = cuda(b).factor().step * sizeof(bf16), width = k * sizeof(bf16);
    if (step == width) return copyIn(to, host, n * width);
    for (int row = 0; row < n; row++) copyIn(to + row * step, host + size_t(row) * k, width);
}

void CudaOperations::storeAgain(Matrix&, const Matrix&, Precision, const char* what) {
    requirePrecision(Precision::INT8, what);
}

void CudaOperations::turn(Matrix& b, const Matrix& forward, Precision, const char*) {
    cuda(b).turnOf(cuda(forward));
}

void CudaOperations::pack(Matrix& b, const float* x, ptrdiff_t ld, int k, int n, Precision precision,
                          const char* what) {
    requirePrecision(precision, what);
    cuda(b).open(budget(), k, n, false, precision, what);
    writeRows(x, ld, k, n, cuda(b), 0);
}

Factor CudaOperations::left(const float* a, ptrdiff_t lda, int m, int k, bool isNarrow, bool isTurned) {
    if (!isNarrow) return {a, lda, isTurned};
    int64_t step = CudaMatrix::stepOf(k);
    // Whole units of rows: what the last ones of a product read is not used, but must be there.
    size_t rows = (size_t(m) + PRODUCT_ROWS - 1) / PRODUCT_ROWS * PRODUCT_ROWS;
    left_.ensure(budget(), rows * step * sizeof(bf16), "rounded activations");
    toBf16(stream_, a, lda, m, k, left_.as<bf16>(), step);
    return {left_.as<bf16>(), step, isTurned};
}

void CudaOperations::multiply(const float* a, ptrdiff_t lda, int m, const Matrix& b, float* c, ptrdiff_t ldc,
                              bool accumulate) {
    const CudaMatrix& right = cuda(b);
    int n = b.columns(), k = b.rows();
    count_ += int64_t(2) * m * n * k;
    Factor left = this->left(a, lda, m, k, right.isNarrow(), false);
    for (int first = 0; first < m; first += PRODUCT_ROWS) {
        const char* rows = static_cast<const char*>(left.data) + first * left.step * right.elementSize();
        Product product{PRODUCT_ROWS, n, k, {rows, left.step, false}, right.factor(), right.isNarrow(),
                        c + first * ldc, ldc, accumulate};
        if (m - first >= PRODUCT_ROWS) blas_->multiply(stream_, product);
        else multiplyRest(product, m - first);
    }
}

void CudaOperations::multiplyRest(Product product, int rows) {
    size_t sums = size_t(PRODUCT_ROWS) * product.n;
    size_t copied = product.isNarrow ? 0 : size_t(PRODUCT_ROWS) * product.k;
    rest_.ensure(budget(), (sums + copied) * sizeof(float), "a product of few rows");
    float* rest = rest_.as<float>();
    if (!product.isNarrow) {
        cuda::copyRows(stream_, {static_cast<const float*>(product.a.data), product.a.step}, {rest + sums, product.k},
                       rows, product.k);
        product.a = {rest + sums, product.k, false};
    }
    Rows result{product.c, product.step};
    bool accumulate = product.accumulate;
    product.c = rest;
    product.step = product.n;
    product.accumulate = false;
    blas_->multiply(stream_, product);
    if (accumulate) cuda::addRows(stream_, 1, {rest, product.n}, result, rows, product.n);
    else cuda::copyRows(stream_, {rest, product.n}, result, rows, product.n);
}

void CudaOperations::addOuterProducts(const float* dy, ptrdiff_t ldy, int t, int n, const Matrix& x, float* gradient) {
    const CudaMatrix& right = cuda(x);
    count_ += int64_t(2) * t * n * x.columns();
    blas_->multiply(stream_, {n, x.columns(), t, left(dy, ldy, t, n, right.isNarrow(), true), right.factor(),
                              right.isNarrow(), gradient, x.columns(), true});
}

std::unique_ptr<KeptEmbedding> CudaOperations::keepEmbedding(const float* host, int vocabulary, int hidden,
                                                             const Matrix* head) {
    bool isNarrow = areNarrow(host, size_t(vocabulary) * hidden);
    if (head && (isNarrow || head->precision() == Precision::FP32)) return nullptr;
    auto kept = std::make_unique<CudaEmbedding>();
    kept->rows.open(budget(), vocabulary, hidden, false, isNarrow ? Precision::BF16 : Precision::FP32, "the embedding");
    writeHostRows(host, vocabulary, hidden, kept->rows, "the embedding");
    return kept;
}

void CudaOperations::embed(const BatchPlan& plan, const Embedding& embedding, float* x) {
    const Config& c = plan.config;
    Table table = embedding.kept   ? tableOf(static_cast<const CudaEmbedding*>(embedding.kept)->rows)
                  : embedding.head ? tableOf(cuda(*embedding.head))
                                   : Table{embedding.masters, c.hidden, false};
    cuda::embed(stream_, table, tokensOf(plan), plan.batch.rows(), c.hidden, c.embeddingScale, x);
}

}  // namespace rpt::cuda
