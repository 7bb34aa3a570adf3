#include "optimizer.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "errors.h"

namespace rpt {

namespace {

// Elements per partial sum of squares; this partition is the same for any number of threads.
constexpr size_t STRETCH = size_t(1) << 16;

/** Mixes a number (SplitMix64, Steele et al. 2014). */
uint64_t mixed(uint64_t x) {
    x += 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

}  // namespace

AdamW::AdamW(Model& model, bool isNarrow)
    : model_(model),
      isNarrow_(isNarrow),
      first_(model.compute().budget, model.parameterCount() * elementSize(), "the first moments"),
      second_(model.compute().budget, model.parameterCount() * elementSize(), "the second moments") {}

double AdamW::norm(const float* gradients) const {
    size_t total = count();
    std::vector<double> squares((total + STRETCH - 1) / STRETCH);
    model_.compute().pool.run(static_cast<int>(squares.size()), [&](int i, int) {
        size_t begin = i * STRETCH;
        squares[i] = model_.compute().kernels.sumOfSquares(gradients + begin,
                                                           static_cast<int>(std::min(STRETCH, total - begin)));
    });
    double sum = 0;
    for (double square : squares) sum += square;
    return std::sqrt(sum);
}

void AdamW::updateStretch(const float* gradients, size_t begin, int n, const AdamStep& step, int64_t number) {
    const Kernels& kernels = model_.compute().kernels;
    float* weights = model_.parameters() + begin;
    if (isNarrow_) {
        // Other bits for each step and each stretch, the same whatever thread computes it and after a restart.
        uint32_t key = static_cast<uint32_t>(mixed(mixed(static_cast<uint64_t>(number)) + begin));
        kernels.adamwBf16(weights, gradients + begin, first_.as<bf16>() + begin, second_.as<bf16>() + begin, n, step,
                          key);
    } else {
        kernels.adamw(weights, gradients + begin, first_.as<float>() + begin, second_.as<float>() + begin, n, step);
    }
}

double AdamW::update(const float* gradients, const std::vector<DecaySpan>& spans, const UpdateOptions& o) {
    for (const DecaySpan& span : spans)
        require(span.begin <= span.end && span.end <= count(), [&] {
            return "DecaySpan is from " + std::to_string(span.begin) + " to " + std::to_string(span.end)
                   + ", must be within the parameters, of which there are " + std::to_string(count());
        });
    require(o.step > 0, [&] { return "UpdateOptions.step is " + std::to_string(o.step) + ", must be at least 1"; });
    double norm = this->norm(gradients);
    if (!std::isfinite(norm)) return norm;
    double clip = norm > o.maxNorm ? o.maxNorm / norm : 1;
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
    for (const DecaySpan& span : spans) {
        step.decay = static_cast<float>(span.decays ? o.weightDecay : 0);
        size_t count = (span.end - span.begin + STRETCH - 1) / STRETCH;
        model_.compute().pool.run(static_cast<int>(count), [&](int i, int) {
            size_t begin = span.begin + i * STRETCH;
            int n = static_cast<int>(std::min(STRETCH, span.end - begin));
            updateStretch(gradients, begin, n, step, o.step);
        });
    }
    model_.parametersChanged();
    return norm;
}

}  // namespace rpt
