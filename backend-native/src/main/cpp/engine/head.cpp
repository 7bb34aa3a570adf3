#include "head.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "errors.h"
#include "rows.h"

namespace rpt {

namespace {

// Bytes of logits in memory at the same time: enough rows for the products to run at full speed, few enough to be small
// compared with a model.
constexpr size_t LOGIT_BYTES = size_t(64) << 20;
constexpr int STRETCH = 512;

/** Keeps the largest logits of a row with their ids, of equal ones the lower id; offer stretches in order of ids. */
class LargestLogits {
public:
    explicit LargestLogits(int count) : count_(count) { heap_.reserve(count); }

    /** Whether a stretch whose largest logit is `most` can change what is kept. */
    bool wants(float most) const {
        return static_cast<int>(heap_.size()) < count_ || (count_ > 0 && most > heap_.front().logit);
    }

    void offer(const float* z, int from, int count) {
        int id = from, end = from + count;
        for (; id < end && static_cast<int>(heap_.size()) < count_; id++) {
            heap_.push_back({z[id], id});
            std::push_heap(heap_.begin(), heap_.end(), before);
        }
        for (; id < end; id++) {
            if (!(z[id] > heap_.front().logit)) continue;
            std::pop_heap(heap_.begin(), heap_.end(), before);
            heap_.back() = {z[id], id};
            std::push_heap(heap_.begin(), heap_.end(), before);
        }
    }

    /** Writes the log-probabilities, best first. Call it once. */
    void write(float max, double logSum, Candidate* out) {
        std::sort_heap(heap_.begin(), heap_.end(), before);
        for (const Kept& kept : heap_) *out++ = {kept.id, double(kept.logit) - max - logSum};
    }

private:
    struct Kept {
        float logit;
        int id;
    };

    /** The worst of those that are kept is on top of the heap. */
    static bool before(const Kept& a, const Kept& b) {
        return a.logit > b.logit || (a.logit == b.logit && a.id < b.id);
    }

    int count_;
    std::vector<Kept> heap_;
};

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
    logits_.ensure(model_.compute().budget, chunk * c.vocabulary * sizeof(float), "logits");
    normed_.ensure(model_.compute().budget, chunk * c.hidden * sizeof(float), "logits");
}

void Head::logits(const float* x, const int* rows, int count) {
    const Config& c = model_.config();
    Compute& compute = model_.compute();
    const float* norm = model_.finalNorm();
    eachRow(compute.pool, count, [&](int i) {
        compute.kernels.rmsNorm(x + size_t(rows[i]) * c.hidden, norm, c.normAdded, c.hidden, c.epsilon,
                                normed_.as<float>() + size_t(i) * c.hidden);
    });
    multiply(compute, normed_.as<float>(), c.hidden, count, model_.packed(rounded_).head, logits_.as<float>(), c.vocabulary,
             false);
    if (c.absent.empty()) return;
    eachRow(compute.pool, count, [&](int i) {
        float* z = logits_.as<float>() + size_t(i) * c.vocabulary;
        for (size_t a = 0; a < c.absent.size(); a += 2)
            std::fill(z + c.absent[a], z + c.absent[a + 1], -std::numeric_limits<float>::infinity());
    });
}

void Head::logits(const float* x, float* out) {
    reserve(1);
    int row = 0;
    logits(x, &row, 1);
    std::copy_n(logits_.as<float>(), model_.config().vocabulary, out);
}

void Head::logProbs(const float* x, const Targets& targets, double temperature, double* out,
                    std::vector<RowLoss>* losses, const CancelCheck& cancelled) {
    const Kernels& kernels = model_.compute().kernels;
    int vocabulary = model_.config().vocabulary;
    float scale = static_cast<float>(1 / temperature);
    if (losses) losses->resize(targets.count());
    reserve(targets.count());
    int chunk = chunkRows(model_.config());
    for (int first = 0; first < targets.count(); first += chunk) {
        if (cancelled()) throw Cancelled();
        int count = std::min(chunk, targets.count() - first);
        logits(x, targets.rows.data() + first, count);
        eachRow(model_.compute().pool, count, [&](int i) {
            const float* z = logits_.as<float>() + size_t(i) * vocabulary;
            float max = kernels.max(z, vocabulary);
            double sum = 0;
            for (int at = 0; at < vocabulary; at += STRETCH)
                sum += kernels.expSum(z + at, std::min(STRETCH, vocabulary - at), max, scale);
            double logSum = std::log(sum);
            out[first + i] = (double(z[targets.tokens[first + i]]) - max) / temperature - logSum;
            if (losses) (*losses)[first + i] = {max, logSum};
        });
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
        int count = std::min(chunk, targets.count() - first);
        logits(x, targets.rows.data() + first, count);
        eachRow(model_.compute().pool, count, [&](int i) {
            out[first + i] = score(logits_.as<float>() + size_t(i) * vocabulary, targets.tokens[first + i], wanted,
                                   top.data() + size_t(first + i) * wanted.candidates);
        });
    }
}

Score Head::score(const float* z, int token, const Wanted& wanted, Candidate* candidates) const {
    const Kernels& kernels = model_.compute().kernels;
    int vocabulary = model_.config().vocabulary;
    float max = kernels.max(z, vocabulary);
    double sum = 0;
    LargestLogits best(wanted.candidates);
    // A heap of the k largest logits, the smallest of them on top; a stretch with none above it is skipped.
    int k = wanted.k;
    std::vector<float> top;
    top.reserve(k);
    auto above = [](float a, float b) { return a > b; };
    int argmax = -1;
    for (int at = 0; at < vocabulary; at += STRETCH) {
        int count = std::min(STRETCH, vocabulary - at);
        sum += kernels.expSum(z + at, count, max, 1);
        float most = kernels.max(z + at, count);
        if (best.wants(most)) best.offer(z, at, count);
        if (static_cast<int>(top.size()) == k && !(most > top.front()) && !(argmax < 0 && most == max)) continue;
        for (int i = at; i < at + count; i++) {
            if (argmax < 0 && z[i] == max) argmax = i;
            if (static_cast<int>(top.size()) < k) {
                top.push_back(z[i]);
                std::push_heap(top.begin(), top.end(), above);
            } else if (z[i] > top.front()) {
                std::pop_heap(top.begin(), top.end(), above);
                top.back() = z[i];
                std::push_heap(top.begin(), top.end(), above);
            }
        }
    }
    double logSum = std::log(sum), entropyLogSum = logSum;
    best.write(max, logSum, candidates);
    if (wanted.renormalise) {
        double topSum = 0;
        for (float value : top) topSum += std::exp(double(value) - max);
        entropyLogSum = std::log(topSum);
    }
    double entropy = 0;
    for (float value : top) {
        double logProb = double(value) - max - entropyLogSum;
        entropy -= std::exp(logProb) * logProb;
    }
    return {entropy, std::max(argmax, 0), double(z[token]) - max - logSum};
}

void Head::sample(const float* x, const std::vector<int>& rows, const double* uniforms, double temperature, bool greedy,
                  Draw* out) {
    int vocabulary = model_.config().vocabulary;
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
        logits(x, distinct.data(), static_cast<int>(distinct.size()));
        model_.compute().pool.run(end - first, [&](int i, int) {
            float* z = logits_.as<float>() + size_t(place[i]) * vocabulary;
            out[first + i] = draw(z, uniforms[first + i], temperature, greedy);
        });
        first = end;
    }
}

Draw Head::draw(float* z, double uniform, double temperature, bool greedy) const {
    const Kernels& kernels = model_.compute().kernels;
    int vocabulary = model_.config().vocabulary;
    float scale = static_cast<float>(1 / temperature);
    float max = kernels.max(z, vocabulary);
    std::vector<double> stretches;
    stretches.reserve(vocabulary / STRETCH + 1);
    double sum = 0;
    for (int at = 0; at < vocabulary; at += STRETCH) {
        stretches.push_back(kernels.expSum(z + at, std::min(STRETCH, vocabulary - at), max, scale));
        sum += stretches.back();
    }
    auto result = [&](int token) { return Draw{token, (double(z[token]) - max) / temperature - std::log(sum)}; };
    if (greedy) return result(std::max(0, static_cast<int>(std::find(z, z + vocabulary, max) - z) % vocabulary));
    double goal = uniform * sum, before = 0;
    int last = 0;
    for (int at = 0; at < vocabulary; at += STRETCH) {
        double stretch = stretches[at / STRETCH];
        int end = std::min(at + STRETCH, vocabulary);
        if (before + stretch > goal || end == vocabulary) {
            double cumulative = before;
            for (int id = at; id < end; id++) {
                double p = std::exp((double(z[id]) - max) / temperature);
                cumulative += p;
                if (p > 0) last = id;
                if (cumulative > goal) return result(id);
            }
        }
        before += stretch;
    }
    // Rounding put the goal beyond the last sum: take the last token that has a probability.
    return result(last);
}

}  // namespace rpt
