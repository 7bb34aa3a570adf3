#include "head.h"

#include <algorithm>

#include "errors.h"

namespace rpt {

namespace {

// Bytes of logits in memory at the same time: enough rows for the products to run at full speed, few enough to be small
// compared with a model.
constexpr size_t LOGIT_BYTES = size_t(64) << 20;

}  // namespace

int Head::chunkRows(const Config& config) {
    return std::max<int>(8, static_cast<int>(LOGIT_BYTES / sizeof(float) / config.vocabulary));
}

size_t Head::bytes(const Config& config, int rows) {
    return size_t(std::min(rows, chunkRows(config))) * (size_t(config.vocabulary) + config.hidden) * sizeof(float);
}

void Head::reserve(int rows) {
    const Config& c = model_.config();
    size_t chunk = std::min(rows, chunkRows(c));
    logits_.ensure(operations_.budget(), chunk * c.vocabulary * sizeof(float), "logits");
    normed_.ensure(operations_.budget(), chunk * c.hidden * sizeof(float), "logits");
}

Logits Head::logits(const float* x, const int* rows, int count) {
    const Config& c = model_.config();
    Logits logits{logits_.as<float>(), count, c.vocabulary};
    operations_.norm(model_.finalNorm(), {x, c.hidden, rows}, count, normed_.as<float>());
    operations_.multiply(normed_.as<float>(), c.hidden, count, *model_.packed(rounded_).head, logits.z, c.vocabulary,
                         false);
    if (!c.absent.empty()) operations_.hideAbsent(logits, c.absent);
    return logits;
}

void Head::logits(const float* x, float* out) {
    reserve(1);
    int row = 0;
    operations_.copyOut(out, logits(x, &row, 1).z, model_.config().vocabulary * sizeof(float));
}

void Head::logProbs(const float* x, const Targets& targets, double temperature, double* out,
                    std::vector<RowLoss>* losses, const CancelCheck& cancelled) {
    if (losses) losses->resize(targets.count());
    reserve(targets.count());
    int chunk = chunkRows(model_.config());
    for (int first = 0; first < targets.count(); first += chunk) {
        if (cancelled()) throw Cancelled();
        Logits rows = logits(x, targets.rows.data() + first, std::min(chunk, targets.count() - first));
        operations_.logProbs(rows, targets.tokens.data() + first, temperature, out + first,
                             losses ? losses->data() + first : nullptr);
    }
}

void Head::scores(const float* x, const Targets& targets, const Wanted& wanted, Score* out,
                  std::vector<Candidate>& top, const CancelCheck& cancelled) {
    int vocabulary = model_.config().vocabulary;
    require(wanted.k >= 1 && wanted.k <= vocabulary, [&] {
        return "k is " + std::to_string(wanted.k) + ", must be from 1 to the vocabulary, which is "
               + std::to_string(vocabulary);
    });
    require(wanted.candidates >= 0 && wanted.candidates <= vocabulary, [&] {
        return "candidates is " + std::to_string(wanted.candidates) + ", must be from 0 to the vocabulary, which is "
               + std::to_string(vocabulary);
    });
    top.resize(size_t(targets.count()) * wanted.candidates);
    reserve(targets.count());
    int chunk = chunkRows(model_.config());
    for (int first = 0; first < targets.count(); first += chunk) {
        if (cancelled()) throw Cancelled();
        Logits rows = logits(x, targets.rows.data() + first, std::min(chunk, targets.count() - first));
        operations_.scores(rows, targets.tokens.data() + first, wanted, out + first,
                           top.data() + size_t(first) * wanted.candidates);
    }
}

void Head::sample(const float* x, const std::vector<int>& rows, const double* uniforms, double temperature, bool greedy,
                  Draw* out) {
    int total = static_cast<int>(rows.size());
    reserve(total);
    int chunk = chunkRows(model_.config());
    std::vector<int> distinct, place;
    for (int first = 0; first < total;) {
        distinct.clear();
        place.clear();
        int end = first;
        for (; end < total; end++) {
            if (distinct.empty() || distinct.back() != rows[end]) {
                if (static_cast<int>(distinct.size()) == chunk) break;
                distinct.push_back(rows[end]);
            }
            place.push_back(static_cast<int>(distinct.size()) - 1);
        }
        operations_.sample(logits(x, distinct.data(), static_cast<int>(distinct.size())), place, uniforms + first,
                           temperature, greedy, out + first);
        first = end;
    }
}

void Head::backward(const float* x, const Targets& targets, double temperature, const std::vector<RowLoss>& losses,
                    const double* weights, float* dx, const HeadGradients& gradients, const CancelCheck& cancelled) {
    const Config& c = model_.config();
    reserve(targets.count());
    int chunk = std::min(chunkRows(c), targets.count());
    gradient_.ensure(operations_.budget(), size_t(chunk) * c.hidden * 2 * sizeof(float), "gradients of logits");
    float* dNormed = gradient_.as<float>();
    float* dRows = dNormed + size_t(chunk) * c.hidden;
    for (int first = 0; first < targets.count(); first += chunk) {
        if (cancelled()) throw Cancelled();
        int count = std::min(chunk, targets.count() - first);
        const int* rows = targets.rows.data() + first;
        Logits z = logits(x, rows, count);
        operations_.logProbsBackward(z, targets.tokens.data() + first, temperature, losses.data() + first,
                                     weights + first);
        if (gradients.head) {
            operations_.pack(*packed_, normed_.as<float>(), c.hidden, count, c.hidden,
                             gradientPrecision(operations_.precision()), "gradients of logits");
            operations_.addOuterProducts(z.z, c.vocabulary, count, c.vocabulary, *packed_, gradients.head);
        }
        operations_.multiply(z.z, c.vocabulary, count, model_.backwardHead(), dNormed, c.hidden, false);
        operations_.zero(dRows, size_t(count) * c.hidden * sizeof(float));
        operations_.normBackward(model_.finalNorm(), {x, c.hidden, rows}, dNormed, count, dRows, gradients.finalNorm);
        // Several completions of a group share the last row of their prompt.
        operations_.addRows(1, {dRows, c.hidden}, {dx, c.hidden, rows}, count, c.hidden);
    }
}

}  // namespace rpt
