#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "batch.h"
#include "config.h"
#include "isa/kernels.h"
#include "memory.h"
#include "pool.h"
#include "precision.h"
#include "results.h"

namespace rpt {

/** Rows in the memory of a device, `step` elements apart: row i is at x + step * (at ? at[i] : i). */
template <class T>
struct RowsOf {
    T* x;
    ptrdiff_t step;
    /** In the memory of the host, valid for the call; null for the rows one after the other. */
    const int* at = nullptr;

    T* row(int i) const { return x + step * (at ? at[i] : i); }
};
using Rows = RowsOf<float>;
using ConstRows = RowsOf<const float>;

/** y = (weights + added) x / sqrt(mean(x^2) + epsilon) over rows of that width. */
struct Norm {
    const float* weights;
    float added;
    int width;
    float epsilon;
};

/** What follows the projection to queries, keys and values; a pointer is null where a layer has no such thing. */
struct Projection {
    const float* bias;       // [fusedWidth]
    const float* queryNorm;  // [queryNormWidth]
    const float* keyNorm;    // [keyNormWidth]
    const float* rotary;     // of each position scaled cosines, then sines: [context][rotaryWidth]
};

/** Keys and values of rows that are in no batch, and where their gradients are summed: [rows][2 keyWidth] each. */
struct SharedKeys {
    /** First row of each segment of a batch; -1 for segments whose rows are in the batch. */
    const std::vector<int>& rows;
    const float* values;
    float* gradients;
};

/** Logits of some rows, [count][vocabulary]. */
struct Logits {
    float* z;
    int count;
    int vocabulary;
};

/** The moments of all parameters, in single precision or bfloat16 rounded at random. */
struct Moments {
    void *first, *second;
    bool isNarrow;
};

/**
 * A right-hand matrix B[rows][columns] in the form that a device multiplies with: panels of an instruction set, or rows
 * of bfloat16. A weight W[out][in] is stored as B = W^T.
 */
class Matrix {
public:
    virtual ~Matrix() = default;

    /** From now on the matrix is kept in the caller's memory, which has Operations::matrixBytes, not in its own. */
    void place(char* memory) { place_ = memory; }
    Precision precision() const { return precision_; }
    int rows() const { return rows_; }
    int columns() const { return columns_; }

protected:
    char* place_ = nullptr;
    Precision precision_ = Precision::FP32;
    int rows_ = 0;
    int columns_ = 0;
};

/** The rows of the embedding of a frozen model as a device keeps them: every number, in as few bytes as it can. */
class KeptEmbedding {
public:
    virtual ~KeptEmbedding() = default;
};

/** Where the rows of an embedding are: one of the three, the others are null. */
struct Embedding {
    const float* masters;  // [vocabulary][hidden]
    const KeptEmbedding* kept;
    const Matrix* head;  // whose columns are the rows
};

/** What a device makes of a batch once, for all layers of a pass: tokens, positions, the plan of its attention. */
class BatchPlan {
public:
    BatchPlan(const Config& config, const Batch& batch) : config(config), batch(batch) {}
    virtual ~BatchPlan() = default;

    const Config& config;
    const Batch& batch;
};

class ExpertOperations;
class Pages;

/** Bytes and tokens of a page of keys and values. Their form within a page is the device's own. */
struct PageShape {
    int tokens;
    size_t keyBytes;    // of one head of a layer
    size_t valueBytes;  // the same
    bool isNarrow;      // whether they are bfloat16
};

/**
 * What a device does for a model. One implementation for each kind of device; passes, the head, the optimizer and the
 * memory plan are written once over this.
 *
 * Memory: `float*` and `void*` are addresses in the memory of the device, made by Block from budget(). Passes add to
 * them and never read through them. Vectors, and pointers called host memory here, are the host's: integers that an
 * operation takes, and results that it gives, which are there when it returns. All other operations may still run then;
 * each sees what those before it wrote. Rows lie one after the other unless an argument says how far apart they are.
 *
 * Sums run in an order that depends on the shape of the operation alone, and a row's result on that row alone: the same
 * bits for any number of threads and any other rows.
 *
 * Errors: OverBudget where memory of the device's own does not fit. Runs one operation at a time.
 */
class Operations {
public:
    /**
     * @param pool threads of the host
     * @param budget memory of the device
     * @param hostBudget memory of the host; the same where that is the device
     */
    Operations(Pool& pool, Budget& budget, Budget& hostBudget, Precision precision)
        : pool_(pool), budget_(budget), hostBudget_(hostBudget), precision_(precision) {}
    virtual ~Operations() = default;
    Operations(const Operations&) = delete;
    Operations& operator=(const Operations&) = delete;

    Pool& pool() const { return pool_; }
    Budget& budget() const { return budget_; }
    Budget& hostBudget() const { return hostBudget_; }
    /** Of products with the weights of the model. */
    Precision precision() const { return precision_; }
    /** Additions and multiplications of products so far, without padding. */
    virtual int64_t count() const = 0;

    // Memory.

    /** Whether the host reads and writes the memory of the device in place; otherwise it copies. */
    virtual bool isHostMemory() const = 0;
    virtual void zero(void* data, size_t bytes) = 0;
    /** Within the device; the two do not overlap. */
    virtual void copy(void* to, const void* from, size_t bytes) = 0;
    virtual void copyIn(void* to, const void* host, size_t bytes) = 0;
    virtual void copyOut(void* host, const void* from, size_t bytes) = 0;
    /** Brings n numbers, which fill(float*) writes, into the memory of the device. */
    template <class Fill>
    void write(float* to, size_t n, const Fill& fill) {
        if (isHostMemory()) return fill(to);
        std::vector<float> host(n);
        fill(host.data());
        copyIn(to, host.data(), n * sizeof(float));
    }

    // Matrices.

    virtual std::unique_ptr<Matrix> matrix() const = 0;
    /** Bytes of B[rows][columns]. */
    virtual size_t matrixBytes(int rows, int columns, Precision precision) const = 0;
    /** Bytes of a matrix that turn() makes; 0 where that is the same memory. */
    virtual size_t turnedBytes(int rows, int columns, Precision precision) const = 0;
    /** B = W^T for W[n][k], in memory of the device. */
    virtual void store(Matrix& b, const float* w, int n, int k, Precision precision, const char* what) = 0;
    /** The same for a weight of a frozen model, in host memory, exact in 8-bit blocks if it is of such. */
    virtual void storeFrozen(Matrix& b, const float* host, int n, int k, Precision precision, const char* what) = 0;
    /** The same for bfloat16, in which it is stored. */
    virtual void storeNarrow(Matrix& b, const bf16* host, int n, int k, const char* what) = 0;
    /** The same matrix in INT8, or one in FP32 in FP32. */
    virtual void storeAgain(Matrix& b, const Matrix& from, Precision precision, const char* what) = 0;
    /** B = W for a weight that `forward` holds as W^T: what dx = dy W needs. In FP32 or BF16. */
    virtual void turn(Matrix& b, const Matrix& forward, Precision precision, const char* what) = 0;
    /** B = X for rows X[k][n], ld apart, in FP32 or BF16: what products with gradients need. */
    virtual void pack(Matrix& b, const float* x, ptrdiff_t ld, int k, int n, Precision precision,
                      const char* what) = 0;
    /** c[m][n] (+)= a[m][k] b, in the precision of b. */
    virtual void multiply(const float* a, ptrdiff_t lda, int m, const Matrix& b, float* c, ptrdiff_t ldc,
                          bool accumulate) = 0;
    /** gradient[n][k] += dy[t][n]^T x[t][k], with x made by pack(). The sum over t runs from first to last. */
    virtual void addOuterProducts(const float* dy, ptrdiff_t ldy, int t, int n, const Matrix& x, float* gradient) = 0;

    // Rows.

    /**
     * Keeps the rows of an embedding, [vocabulary][hidden] in host memory; null if a head of the same weights gives
     * back every number of them.
     *
     * @param head null if the head has other weights
     */
    virtual std::unique_ptr<KeptEmbedding> keepEmbedding(const float* host, int vocabulary, int hidden,
                                                         const Matrix* head) = 0;
    /** x[row] = embedding of its token times config.embeddingScale, [T][hidden]. */
    virtual void embed(const BatchPlan& plan, const Embedding& embedding, float* x) = 0;
    /** to[i] = from[i] for rows of a width. */
    virtual void copyRows(ConstRows from, Rows to, int count, int width) = 0;
    /**
     * to[i] += factor from[i]; one after the other where `to` has indices, which may repeat. A step of 0 in `from`
     * repeats its row.
     */
    virtual void addRows(float factor, ConstRows from, Rows to, int count, int width) = 0;
    /** sum += all rows, [width]. */
    virtual void sumRows(const float* x, int count, int width, float* sum) = 0;
    /** x *= factor. */
    virtual void scale(float factor, float* x, size_t n) = 0;
    /** y[i] = norm(x[i]), and copy[i] = x[i] unless that is null; both [count][width]. */
    virtual void norm(const Norm& norm, ConstRows x, int count, float* y, float* copy = nullptr) = 0;
    /** sum[i] = stream[i] + norm(x[i]), [count][width] each. */
    virtual void addNorm(const Norm& norm, const float* x, const float* stream, int count, float* sum) = 0;
    /** dx[i] += the gradient of x[i], and dw += that of the weights unless it is null, from that of norm(x[i]). */
    virtual void normBackward(const Norm& norm, ConstRows x, const float* dy, int count, float* dx, float* dw) = 0;
    /** hidden[count][width] = silu or gelu(gate) up for gateUp[count][2 width]. */
    virtual void activate(bool gelu, const float* gateUp, int width, int count, float* hidden) = 0;
    /** dGateUp[count][2 width] from dHidden[count][width]. */
    virtual void activateBackward(bool gelu, const float* gateUp, const float* dHidden, int width, int count,
                                  float* dGateUp) = 0;

    // Attention. Rows are queries, keys and values side by side: fused, [T][fusedWidth].

    /** The config and the batch, with its pages, must live as long as the plan. */
    virtual std::unique_ptr<BatchPlan> plan(const Config& config, const Batch& batch) = 0;
    /**
     * Adds biases, norms queries and keys, and rotates them. Before norms it copies both to raw,
     * [T][queryWidth + keyWidth].
     */
    virtual void project(const BatchPlan& plan, const Projection& projection, float* fused, float* raw) = 0;
    /**
     * From gradients of its results to those of its input, in dFused; adds those of the norms unless these are null.
     */
    virtual void projectBackward(const BatchPlan& plan, const Projection& projection, const float* raw, float* dFused,
                                 float* dQueryNorm, float* dKeyNorm) = 0;
    virtual PageShape pageShape(const Config& config) const = 0;
    /**
     * Stores keys and values of new rows in their pages; then causal attention of these rows over the pages of their
     * own segments and all earlier ones, within the layer's window.
     *
     * @param mixed result, [T][queryWidth]
     * @param logSumExp log-sum-exp of each row's scaled scores, [T][heads]; null where it is not needed
     */
    virtual void attend(const BatchPlan& plan, const Pages& pages, int layer, const float* fused, float* mixed,
                        float* logSumExp) = 0;
    /**
     * From the gradient of `mixed` to that of rotated queries, keys and values; dFused is overwritten. A segment of the
     * batch has rows alone, or a past alone, whose keys and values are shared ones.
     */
    virtual void attendBackward(const BatchPlan& plan, int layer, const float* fused, const float* mixed,
                                const float* logSumExp, const float* dMixed, float* dFused,
                                const SharedKeys& shared) = 0;
    /** Bytes of memory of its own that decoding so many rows at a time needs beside what it has. */
    virtual size_t missingBytes(const Config& config, int rows) const = 0;
    /** Takes them. */
    virtual void reserve(const Config& config, int rows) = 0;
    /** Bytes of memory of its own that a backward pass over so many rows takes, beside reserve(). */
    virtual size_t backwardBytes(const Config& config, int rows) const = 0;

    // The head. Tokens and results are host memory, one for each row of logits.

    /** z = -infinity where no token has the id; see Config::absent. */
    virtual void hideAbsent(const Logits& logits, const std::vector<int>& absent) = 0;
    /** Log-probability of each row's token; `losses` may be null. */
    virtual void logProbs(const Logits& logits, const int* tokens, double temperature, double* out,
                          RowLoss* losses) = 0;
    /** At temperature 1; `top` has wanted.candidates of each row, best first, of equal ones the lower id. */
    virtual void scores(const Logits& logits, const int* tokens, const Wanted& wanted, Score* out, Candidate* top) = 0;
    /**
     * Draws a token for each i from row rows[i]: the inverse of the cumulative distribution at uniforms[i], or the
     * first of the largest logits if greedy.
     */
    virtual void sample(const Logits& logits, const std::vector<int>& rows, const double* uniforms, double temperature,
                        bool greedy, Draw* out) = 0;
    /** In place of z its gradient in the sum of weights[i] times the log-probability of tokens[i]. */
    virtual void logProbsBackward(const Logits& logits, const int* tokens, double temperature, const RowLoss* losses,
                                  const double* weights) = 0;

    // Updates.

    /** Stretches of this many elements each have a partial sum, and random bits of their own for narrow moments. */
    static constexpr size_t STRETCH = size_t(1) << 16;

    virtual double sumOfSquares(const float* x, size_t n) = 0;
    /** Updates the parameters from `begin` on with n gradients, in the update of that number; see AdamW. */
    virtual void adamw(float* parameters, const Moments& moments, const float* gradients, size_t begin, size_t n,
                       const AdamStep& step, int64_t number) = 0;

    /** The operations of layers with experts; null on a device that has none, which refuses such models. */
    virtual ExpertOperations* experts() = 0;

private:
    Pool& pool_;
    Budget& budget_;
    Budget& hostBudget_;
    const Precision precision_;
};

}  // namespace rpt
