#pragma once

#include <memory>
#include <vector>

#include "batch.h"
#include "model.h"
#include "results.h"

namespace rpt {

/** Where the gradients of the head's weights go; both null if they are frozen. */
struct HeadGradients {
    float* head;
    float* finalNorm;
};

/**
 * The final norm and the output head, fused with the loss, the scores or the draws: logits exist for a bounded number
 * of rows at a time. All methods take the residual stream after the last layer, [T][hidden].
 */
class Head {
public:
    /** @param rounded whether logits come from Model::rounded() */
    explicit Head(Model& model, bool rounded = false)
        : model_(model), operations_(model.operations()), rounded_(rounded), packed_(operations_.matrix()) {}

    /** Maximum bytes of logits and normalised rows for so many rows. */
    static size_t bytes(const Config& config, int rows);

    /** Log-probability of every target; fills `losses`, unless it is null, with what backward() needs. */
    void logProbs(const float* x, const Targets& targets, double temperature, double* out, std::vector<RowLoss>* losses,
                  const CancelCheck& cancelled);

    /**
     * Entropy of the k largest, argmax and log-probability of every target at temperature 1. `top` becomes the most
     * probable tokens of every target, [targets][wanted.candidates], best first, of equal ones the lower id.
     */
    void scores(const float* x, const Targets& targets, const Wanted& wanted, Score* out, std::vector<Candidate>& top,
                const CancelCheck& cancelled);

    /** The logits of one row, x [hidden], -infinity where no token has the id. */
    void logits(const float* x, float* out);

    /**
     * Draws a token for each i from the logits of row rows[i]: the inverse of the cumulative distribution at
     * uniforms[i], or the first of the largest logits if greedy. Equal neighbours in `rows` share their logits.
     */
    void sample(const float* x, const std::vector<int>& rows, const double* uniforms, double temperature, bool greedy,
                Draw* out);

    /**
     * Adds the gradient of sum w_t log p_t to dx, [T][hidden], and to the gradients of head and final norm.
     */
    void backward(const float* x, const Targets& targets, double temperature, const std::vector<RowLoss>& losses,
                  const double* weights, float* dx, const HeadGradients& gradients, const CancelCheck& cancelled);

private:
    /** Rows of logits in memory at the same time. */
    static int chunkRows(const Config& config);
    /** Writes `count` normalised rows to normed_ and their logits to logits_, -infinity where no token has the id. */
    Logits logits(const float* x, const int* rows, int count);
    void reserve(int rows);

    Model& model_;
    Operations& operations_;
    bool rounded_;
    Block logits_;
    Block normed_;
    Block gradient_;
    std::unique_ptr<Matrix> packed_;
};

}  // namespace rpt
