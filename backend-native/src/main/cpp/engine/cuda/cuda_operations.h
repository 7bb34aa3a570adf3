#pragma once

#include "attention.h"
#include "blas.h"
#include "device_memory.h"
#include "operations.h"

namespace rpt::cuda {

class CudaMatrix;

/**
 * Operations on a GPU, in FP32 or BF16. Kernels run in the order of calls on one stream. Products go through cuBLAS,
 * always PRODUCT_ROWS rows at a time: cuBLAS chooses a kernel by the shape of a product, and so a row has the same bits
 * whatever rows are beside it. The price is that a product of fewer rows takes as long, and that one of many does not
 * reach the speed of a single call.
 */
class CudaOperations final : public Operations {
public:
    /** As many rows as cost no more than reading the weights: the ratio of operations and bytes that a GPU can do. */
    static constexpr int PRODUCT_ROWS = 128;

    /** Throws std::invalid_argument if the device does not have the precision. */
    CudaOperations(Pool& pool, Budget& budget, Budget& hostBudget, Precision precision, std::unique_ptr<Blas> blas);
    ~CudaOperations() override;

    int64_t count() const override { return count_; }

    bool isHostMemory() const override { return false; }
    void zero(void* data, size_t bytes) override;
    void copy(void* to, const void* from, size_t bytes) override;
    void copyIn(void* to, const void* host, size_t bytes) override;
    void copyOut(void* host, const void* from, size_t bytes) override;

    std::unique_ptr<Matrix> matrix() const override;
    size_t matrixBytes(int rows, int columns, Precision precision) const override;
    size_t turnedBytes(int, int, Precision) const override { return 0; }
    void store(Matrix& b, const float* w, int n, int k, Precision precision, const char* what) override;
    void storeFrozen(Matrix& b, const float* host, int n, int k, Precision precision, const char* what) override;
    void storeNarrow(Matrix& b, const bf16* host, int n, int k, const char* what) override;
    void storeAgain(Matrix& b, const Matrix& from, Precision precision, const char* what) override;
    void turn(Matrix& b, const Matrix& forward, Precision precision, const char* what) override;
    void pack(Matrix& b, const float* x, ptrdiff_t ld, int k, int n, Precision precision, const char* what) override;
    void multiply(const float* a, ptrdiff_t lda, int m, const Matrix& b, float* c, ptrdiff_t ldc,
                  bool accumulate) override;
    void addOuterProducts(const float* dy, ptrdiff_t ldy, int t, int n, const Matrix& x, float* gradient) override;

    std::unique_ptr<KeptEmbedding> keepEmbedding(const float* host, int vocabulary, int hidden,
                                                 const Matrix* head) override;
    void embed(const BatchPlan& plan, const Embedding& embedding, float* x) override;
    void copyRows(ConstRows from, Rows to, int count, int width) override;
    void addRows(float factor, ConstRows from, Rows to, int count, int width) override;
    void sumRows(const float* x, int count, int width, float* sum) override;
    void scale(float factor, float* x, size_t n) override;
    void norm(const Norm& norm, ConstRows x, int count, float* y, float* copy) override;
    void addNorm(const Norm& norm, const float* x, const float* stream, int count, float* sum) override;
    void normBackward(const Norm& norm, ConstRows x, const float* dy, int count, float* dx, float* dw) override;
    void activate(bool gelu, const float* gateUp, int width, int count, float* hidden) override;
    void activateBackward(bool gelu, const float* gateUp, const float* dHidden, int width, int count,
                          float* dGateUp) override;

    std::unique_ptr<BatchPlan> plan(const Config& config, const Batch& batch) override;
    void project(const BatchPlan& plan, const Projection& projection, float* fused, float* raw) override;
    void projectBackward(const BatchPlan& plan, const Projection& projection, const float* raw, float* dFused,
                         float* dQueryNorm, float* dKeyNorm) override;
    PageShape pageShape(const Config& config) const override;
    void attend(const BatchPlan& plan, const Pages& pages, int layer, const float* fused, float* mixed,
                float* logSumExp) override;
    void attendBackward(const BatchPlan& plan, int layer, const float* fused, const float* mixed,
                        const float* logSumExp, const float* dMixed, float* dFused, const SharedKeys& shared) override;
    size_t missingBytes(const Config& config, int rows) const override;
    void reserve(const Config& config, int rows) override;
    size_t backwardBytes(const Config& config, int rows) const override;

    void hideAbsent(const Logits& logits, const std::vector<int>& absent) override;
    void logProbs(const Logits& logits, const int* tokens, double temperature, double* out, RowLoss* losses) override;
    void scores(const Logits& logits, const int* tokens, const Wanted& wanted, Score* out, Candidate* top) override;
    void sample(const Logits& logits, const std::vector<int>& rows, const double* uniforms, double temperature,
                bool greedy, Draw* out) override;
    void logProbsBackward(const Logits& logits, const int* tokens, double temperature, const RowLoss* losses,
                          const double* weights) override;

    double sumOfSquares(const float* x, size_t n) override;
    void adamw(float* parameters, const Moments& moments, const float* gradients, size_t begin, size_t n,
               const AdamStep& step, int64_t number) override;

    ExpertOperations* experts() override { return nullptr; }

private:
    /** Lists of the host that are on the device now, and memory for results behind them. */
    struct Staged {
        char *in, *results;
    };

    /** Bytes of memory that forward passes over some rows use. */
    struct Room {
        size_t left, rest, partials;
    };

    bool isNarrow() const { return precision() != Precision::FP32; }
    AttentionShape shapeOf(const Config& config, int layer) const;
    Room room(const Config& config, int rows) const;
    /** Until the next call. */
    Staged stage(const Upload& in, size_t resultBytes);
    float* sums(size_t floats);
    template <class T>
    RowsOf<T> onDevice(const RowsOf<T>& rows, int count);
    void writeRows(const float* from, int64_t step, int rows, int width, CudaMatrix& b, int firstRow);
    void writeHostRows(const float* host, int rows, int width, CudaMatrix& b, const char* what);
    /** Rows of a left factor, rounded if that is asked for; isTurned says how the product takes them. */
    Factor left(const float* a, ptrdiff_t lda, int m, int k, bool isNarrow, bool isTurned);
    /** A product of PRODUCT_ROWS rows of which only the first ones are wanted. */
    void multiplyRest(Product product, int rows);
    static const int* tokensOf(const BatchPlan& plan);

    cudaStream_t stream_ = nullptr;
    std::unique_ptr<Blas> blas_;
    int processors_ = 0;
    int sharedLimit_ = 0;  // bytes of shared memory of a thread block
    int64_t count_ = 0;
    Spare spare_;
    Block left_;      // rounded left factors
    Block rest_;      // a product of fewer than PRODUCT_ROWS rows
    Block partials_;  // of attention
    Block sums_;      // partial sums of gradients
    Block results_;
};

}  // namespace rpt::cuda
