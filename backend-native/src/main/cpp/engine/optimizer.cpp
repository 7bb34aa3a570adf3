#include "optimizer.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "errors.h"

namespace rpt {

namespace {

// Elements per partial sum of squares of a piece; this partition is the same for any number of threads.
constexpr size_t STRETCH = size_t(1) << 16;

/** Mixes a number (SplitMix64, Steele et al. 2014). */
uint64_t mixed(uint64_t x) {
    x += 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

}  // namespace

AdamW::AdamW(Model& model, bool isNarrow, bool isLayerwise)
    : model_(model),
      isNarrow_(isNarrow),
      first_(model.compute().budget, model.parameterCount() * elementSize(), "the first moments"),
      second_(model.compute().budget, model.parameterCount() * elementSize(), "the second moments") {
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

double AdamW::sumOfSquares(const Piece& piece, const float* gradient) const {
    std::vector<double> squares((piece.count + STRETCH - 1) / STRETCH);
    model_.compute().pool.run(static_cast<int>(squares.size()), [&](int i, int) {
        size_t begin = i * STRETCH;
        squares[i] = model_.compute().kernels.sumOfSquares(gradient + begin,
                                                           static_cast<int>(std::min(STRETCH, piece.count - begin)));
    });
    double sum = 0;
    for (double square : squares) sum += square;
    return sum;
}

void AdamW::updateStretch(const float* gradient, size_t begin, int n, const AdamStep& step, int64_t number) {
    const Kernels& kernels = model_.compute().kernels;
    float* weights = model_.parameters() + begin;
    if (isNarrow_) {
        // Other bits for each step and each stretch, the same whatever thread computes it and after a restart.
        uint32_t key = static_cast<uint32_t>(mixed(mixed(static_cast<uint64_t>(number)) + begin));
        kernels.adamwBf16(weights, gradient, first_.as<bf16>() + begin, second_.as<bf16>() + begin, n, step, key);
    } else {
        kernels.adamw(weights, gradient, first_.as<float>() + begin, second_.as<float>() + begin, n, step);
    }
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
        size_t count = (end - first + STRETCH - 1) / STRETCH;
        model_.compute().pool.run(static_cast<int>(count), [&](int i, int) {
            size_t begin = first + i * STRETCH;
            int n = static_cast<int>(std::min(STRETCH, end - begin));
            updateStretch(gradient + (begin - piece.begin), begin, n, step, o.step);
        });
    }
}

double AdamW::update(const float* gradients, const std::vector<DecaySpan>& spans, const UpdateOptions& options) {
    check(spans, options);
    std::vector<Piece> pieces = model_.pieces();
    double squares = 0;
    for (const Piece& piece : pieces) squares += sumOfSquares(piece, gradients + piece.begin);
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
        squares[piece.begin] = sumOfSquares(piece, gradient);
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
