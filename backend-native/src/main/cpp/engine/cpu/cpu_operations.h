#pragma once

#include "attention.h"
#include "experts.h"
#include "matrix.h"
#include "operations.h"

namespace rpt {

/** Operations on the threads of a pool with the kernels of an instruction set. */
class CpuOperations : public Operations, public ExpertOperations {
public:
    CpuOperations(const Kernels& kernels, Pool& pool, Budget& budget, Precision precision)
        : CpuOperations(kernels, pool, budget, budget, precision) {}

    /** What kernels run on. */
    Compute& compute() { return compute_; }

    int64_t count() const override { return compute_.operations.load(std::memory_order_relaxed); }

    bool isHostMemory() const override { return true; }
    void zero(void* data, size_t bytes) override;
    void copy(void* to, const void* from, size_t bytes) override;
    void copyIn(void* to, const void* host, size_t bytes) override { copy(to, host, bytes); }
    void copyOut(void* host, const void* from, size_t bytes) override { copy(host, from, bytes); }

    std::unique_ptr<Matrix> matrix() const override { return std::make_unique<PackedMatrix>(); }
    size_t matrixBytes(int rows, int columns, Precision precision) const override;
    size_t turnedBytes(int rows, int columns, Precision precision) const override;
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

    ExpertOperations* experts() override { return this; }
    void softmax(float* logits, int count, int width) override;
    void addSlots(const Routes& routes, const float* slots, int width, const float* factors, float* y) override;
    void shareBackward(const float* shares, int count, int width, float* of, float* dOf, float* dShares) override;
    void routesBackward(const Config& config, const Routes& routes, const float* probabilities, const float* dShares,
                        float* dLogits) override;

protected:
    CpuOperations(const Kernels& kernels, Pool& pool, Budget& budget, Budget& hostBudget, Precision precision)
        : Operations(pool, budget, hostBudget, precision), compute_(kernels, pool, budget, precision) {}

private:
    Compute compute_;
    AttentionWorkspace attention_;
};

}  // namespace rpt
