#pragma once

#include <cstdint>

#include "model.h"

namespace rpt {

/** A range of weights that all decay, or all do not. */
struct DecaySpan {
    size_t begin;
    size_t end;
    bool decays;
};

/** Settings of one update; see org.rpt4j.api.OptimizerOptions. */
struct UpdateOptions {
    double rate, beta1, beta2, epsilon, weightDecay, maxNorm;
    int64_t step;  // counted from 1
};

/** Moments of AdamW over the parameters of a model (Model::parameters) (Loshchilov and Hutter 2019, arXiv 1711.05101). */
class AdamW {
public:
    /** @param isNarrow whether moments are bfloat16, rounded at random, and not single precision */
    AdamW(Model& model, bool isNarrow);

    /**
     * Clips the gradients to the norm and updates the parameters; does nothing if the norm is not finite.
     *
     * @return the norm before clipping
     */
    double update(const float* gradients, const std::vector<DecaySpan>& spans, const UpdateOptions& options);

    /** Moments of each kind: one per parameter. */
    size_t count() const { return model_.parameterCount(); }
    size_t elementSize() const { return isNarrow_ ? sizeof(bf16) : sizeof(float); }
    char* first() const { return first_.as<char>(); }
    char* second() const { return second_.as<char>(); }

private:
    double norm(const float* gradients) const;
    /** Updates `n` parameters from one on. */
    void updateStretch(const float* gradients, size_t begin, int n, const AdamStep& step, int64_t number);

    Model& model_;
    const bool isNarrow_;
    Block first_;
    Block second_;
};

}  // namespace rpt
