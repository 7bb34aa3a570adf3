#include "optimizer.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "errors.h"

namespace rpt {

AdamW::AdamW(Model& model, bool isNarrow, bool isLayerwise)
    : model_(model),
      isNarrow_(isNarrow),
      first_(model.operations().budget(), model.parameterCount() * elementSize(), "the first moments"),
      second_(model.operations().budget(), model.parameterCount() * elementSize(), "the second moments") {
    if (isLayerwise) gradients_.emplace(model);
}

void AdamW::check(const std::vector<DecaySpan>& spans, const UpdateOptions& options) const {
    for (const DecaySpan& span : spans)
        require(span.begin <= span.end && span.end <= count(), [&] {
            return "DecaySpan is from " + std::to_string(span.begin) + " to " + std::to_string(span.end)
                   + ", must be within the parameters, of which there are " + std::to_string(count());
        });
    require(options.step > 0,
            [&] { return "UpdateOptions.step is " + std::to_string(options.step) + ", must be at least 1"; });
}

void AdamW::updatePiece(const Piece& piece, const float* gradient, const Update& update) {
    const UpdateOptions& o = update.options;
    double clip = update.norm > o.maxNorm ? o.maxNorm / update.norm : 1;
    AdamStep step{static_cast<float>(clip),
                  static_cast<float>(o.beta1),
                  static_cast<float>(1 - o.beta1),
                  static_cast<float>(o.beta2),
                  static_cast<float>(1 - o.beta2),
                  static_cast<float>(o.epsilon),
                  static_cast<float>(o.rate),
                  0,
                  static_cast<float>(1 / (1 - std::pow(o.beta1, o.step))),
                  static_cast<float>(1 / (1 - std::pow(o.beta2, o.step)))};
    for (const DecaySpan& span : update.spans) {
        size_t first = std::max(span.begin, piece.begin), end = std::min(span.end, piece.begin + piece.count);
        if (first >= end) continue;
        step.decay = static_cast<float>(span.decays ? o.weightDecay : 0);
        model_.operations().adamw(model_.parameters(), {first_.as<void>(), second_.as<void>(), isNarrow_},
                                  gradient + (first - piece.begin), first, end - first, step, o.step);
    }
}

double AdamW::update(const float* gradients, const std::vector<DecaySpan>& spans, const UpdateOptions& options) {
    check(spans, options);
    std::vector<Piece> pieces = model_.pieces();
    double squares = 0;
    for (const Piece& piece : pieces)
        squares += model_.operations().sumOfSquares(gradients + piece.begin, piece.count);
    Update update{spans, options, std::sqrt(squares)};
    if (!std::isfinite(update.norm)) return update.norm;
    for (const Piece& piece : pieces) updatePiece(piece, gradients + piece.begin, update);
    model_.parametersChanged();
    return update.norm;
}

double AdamW::update(TrainingPass& pass, const std::vector<double>& weights, const std::vector<DecaySpan>& spans,
                     const UpdateOptions& options) {
    check(spans, options);
    require(gradients_.has_value(), [] { return "the optimizer was not opened for updates layer by layer"; });
    // Added up in the order of the weights, as above, and not in that of the pass.
    std::map<size_t, double> squares;
    PieceGradients::Sink norms(*gradients_, [&](const Piece& piece, const float* gradient) {
        squares[piece.begin] = model_.operations().sumOfSquares(gradient, piece.count);
    });
    pass.backward(weights, norms);
    double sum = 0;
    for (const auto& [begin, square] : squares) sum += square;
    Update update{spans, options, std::sqrt(sum)};
    if (!std::isfinite(update.norm)) return update.norm;
    PieceGradients::Sink updates(*gradients_, [&](const Piece& piece, const float* gradient) {
        updatePiece(piece, gradient, update);
    });
    pass.backward(weights, updates);
    model_.parametersChanged();
    return update.norm;
}

}  // namespace rpt
