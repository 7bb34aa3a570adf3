#include <algorithm>
#include <cmath>
#include <cstring>

#include "errors.h"
#include "gradients.h"
#include "head.h"
#include "rows.h"

namespace rpt {

void Head::backward(const float* x, const Targets& targets, double temperature, const std::vector<RowLoss>& losses,
                    const double* weights, float* dx, const HeadGradients& gradients, const CancelCheck& cancelled) {
    const Config& c = model_.config();
    Compute& compute = model_.compute();
    float scale = static_cast<float>(1 / temperature);
    reserve(targets.count());
    int chunk = std::min(chunkRows(c), targets.count());
    gradient_.ensure(compute.budget, size_t(chunk) * c.hidden * 2 * sizeof(float), "gradients of logits");
    float* dNormed = gradient_.as<float>();
    float* dRows = dNormed + size_t(chunk) * c.hidden;
    for (int first = 0; first < targets.count(); first += chunk) {
        if (cancelled()) throw Cancelled();
        int count = std::min(chunk, targets.count() - first);
        logits(x, targets.rows.data() + first, count);
        // dL/dz = w / temperature (onehot - softmax(z / temperature)), in place of z.
        eachRow(compute.pool, count, [&](int i) {
            float* z = logits_.as<float>() + size_t(i) * c.vocabulary;
            double weight = weights[first + i] / temperature;
            if (weight == 0) {
                std::memset(z, 0, c.vocabulary * sizeof(float));
                return;
            }
            const RowLoss& loss = losses[first + i];
            float shift = static_cast<float>(double(loss.max) / temperature + loss.logSum);
            compute.kernels.expShifted(z, c.vocabulary, scale, shift);
            for (int v = 0; v < c.vocabulary; v++) z[v] *= static_cast<float>(-weight);
            z[targets.tokens[first + i]] += static_cast<float>(weight);
        });
        if (gradients.head) {
            packed_.pack(compute, normed_.as<float>(), c.hidden, count, c.hidden, gradientPrecision(compute.precision),
                         "gradients of logits");
            addOuterProducts(compute, logits_.as<float>(), c.vocabulary, count, c.vocabulary, packed_,
                             gradients.head);
        }
        multiply(compute, logits_.as<float>(), c.vocabulary, count, model_.backwardHead(), dNormed, c.hidden, false);
        std::memset(dRows, 0, size_t(count) * c.hidden * sizeof(float));
        std::vector<const float*> inputs(count);
        for (int i = 0; i < count; i++) inputs[i] = x + size_t(targets.rows[first + i]) * c.hidden;
        normBackward(
            compute, c, [&](int i) { return inputs[i]; }, count, model_.finalNorm(), dNormed, dRows,
            gradients.finalNorm);
        // In order, since several completions of a group share the last row of their prompt.
        for (int i = 0; i < count; i++)
            compute.kernels.axpy(1, dRows + size_t(i) * c.hidden, c.hidden,
                                 dx + size_t(targets.rows[first + i]) * c.hidden);
    }
}

}  // namespace rpt
