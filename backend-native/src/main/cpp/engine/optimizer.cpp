#include "optimizer.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "errors.h"

namespace rpt {

namespace {

// Elements per partial sum of squares; this partition is the same for any number of threads.
constexpr size_t STRETCH = size_t(1) << 16;

}  // namespace

AdamW::AdamW(Model& model)
    : model_(model),
      first_(model.compute().budget, model.parameterCount() * sizeof(float), "the first moments"),
      second_(model.compute().budget, model.parameterCount() * sizeof(float), "the second moments") {}

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
            model_.compute().kernels.adamw(model_.parameters() + begin, gradients + begin, first() + begin,
                                           second() + begin, n, step);
        });
    }
    model_.parametersChanged();
    return norm;
}

}  // namespace rpt
