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
    explicit AdamW(Model& model);

    /**
     * Clips the gradients to the norm and updates the parameters; does nothing if the norm is not finite.
     *
     * @return the norm before clipping
     */
    double update(const float* gradients, const std::vector<DecaySpan>& spans, const UpdateOptions& options);

    /** Moments of each kind: one per parameter. */
    size_t count() const { return model_.parameterCount(); }
    float* first() const { return first_.as<float>(); }
    float* second() const { return second_.as<float>(); }

private:
    double norm(const float* gradients) const;

    Model& model_;
    Block first_;
    Block second_;
};

}  // namespace rpt
