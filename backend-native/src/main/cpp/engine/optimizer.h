#pragma once

#include <cstdint>
#include <optional>

#include "passes.h"
#include "pieces.h"

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

/** AdamW with its moments over the parameters of a model (Loshchilov and Hutter 2019, arXiv 1711.05101). */
class AdamW {
public:
    /**
     * @param isNarrow whether moments are bfloat16, rounded at random, and not single precision
     * @param isLayerwise whether updates come from a pass and not from gradients
     */
    AdamW(Model& model, bool isNarrow, bool isLayerwise = false);

    /**
     * Clips the gradients to the norm and updates the parameters; does nothing if the norm is not finite.
     *
     * @return the norm before clipping
     */
    double update(const float* gradients, const std::vector<DecaySpan>& spans, const UpdateOptions& options);

    /**
     * The same update, bit for bit, with the gradient of one piece of the model at a time. The backward pass of
     * sum w_t log p_t runs twice: for the norm, and to update each piece when its gradient is complete. So nothing has
     * changed when the norm turns out not to be finite.
     */
    double update(TrainingPass& pass, const std::vector<double>& weights, const std::vector<DecaySpan>& spans,
                  const UpdateOptions& options);

    /** Moments of each kind: one per parameter. */
    size_t count() const { return model_.parameterCount(); }
    size_t elementSize() const { return isNarrow_ ? sizeof(bf16) : sizeof(float); }
    char* first() const { return first_.as<char>(); }
    char* second() const { return second_.as<char>(); }

private:
    /** One update of all parameters. */
    struct Update {
        const std::vector<DecaySpan>& spans;
        const UpdateOptions& options;
        double norm;
    };

    void check(const std::vector<DecaySpan>& spans, const UpdateOptions& options) const;
    void updatePiece(const Piece& piece, const float* gradient, const Update& update);

    Model& model_;
    const bool isNarrow_;
    Block first_;
    Block second_;
    std::optional<PieceGradients> gradients_;
};

}  // namespace rpt
