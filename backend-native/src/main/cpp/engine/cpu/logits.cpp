#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "cpu_operations.h"
#include "rows.h"

namespace rpt {

namespace {

// Logits per partial sum of a softmax.
constexpr int PART = 512;

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

Score score(const Kernels& kernels, const float* z, int vocabulary, int token, const Wanted& wanted,
            Candidate* candidates) {
    float max = kernels.max(z, vocabulary);
    double sum = 0;
    LargestLogits best(wanted.candidates);
    // A heap of the k largest logits, the smallest of them on top; a stretch with none above it is skipped.
    int k = wanted.k;
    std::vector<float> top;
    top.reserve(k);
    auto above = [](float a, float b) { return a > b; };
    int argmax = -1;
    for (int at = 0; at < vocabulary; at += PART) {
        int count = std::min(PART, vocabulary - at);
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

Draw draw(const Kernels& kernels, const float* z, int vocabulary, double uniform, double temperature, bool greedy) {
    float scale = static_cast<float>(1 / temperature);
    float max = kernels.max(z, vocabulary);
    std::vector<double> stretches;
    stretches.reserve(vocabulary / PART + 1);
    double sum = 0;
    for (int at = 0; at < vocabulary; at += PART) {
        stretches.push_back(kernels.expSum(z + at, std::min(PART, vocabulary - at), max, scale));
        sum += stretches.back();
    }
    auto result = [&](int token) { return Draw{token, (double(z[token]) - max) / temperature - std::log(sum)}; };
    if (greedy) return result(std::max(0, static_cast<int>(std::find(z, z + vocabulary, max) - z) % vocabulary));
    double goal = uniform * sum, before = 0;
    int last = 0;
    for (int at = 0; at < vocabulary; at += PART) {
        double stretch = stretches[at / PART];
        int end = std::min(at + PART, vocabulary);
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

float* rowOf(const Logits& logits, int i) {
    return logits.z + size_t(i) * logits.vocabulary;
}

}  // namespace

void CpuOperations::hideAbsent(const Logits& logits, const std::vector<int>& absent) {
    eachRow(pool(), logits.count, [&](int i) {
        float* z = rowOf(logits, i);
        for (size_t a = 0; a < absent.size(); a += 2)
            std::fill(z + absent[a], z + absent[a + 1], -std::numeric_limits<float>::infinity());
    });
}

void CpuOperations::logProbs(const Logits& logits, const int* tokens, double temperature, double* out,
                             RowLoss* losses) {
    const Kernels& kernels = compute_.kernels;
    float scale = static_cast<float>(1 / temperature);
    eachRow(pool(), logits.count, [&](int i) {
        const float* z = rowOf(logits, i);
        float max = kernels.max(z, logits.vocabulary);
        double sum = 0;
        for (int at = 0; at < logits.vocabulary; at += PART)
            sum += kernels.expSum(z + at, std::min(PART, logits.vocabulary - at), max, scale);
        double logSum = std::log(sum);
        out[i] = (double(z[tokens[i]]) - max) / temperature - logSum;
        if (losses) losses[i] = {max, logSum};
    });
}

void CpuOperations::scores(const Logits& logits, const int* tokens, const Wanted& wanted, Score* out, Candidate* top) {
    eachRow(pool(), logits.count, [&](int i) {
        out[i] = score(compute_.kernels, rowOf(logits, i), logits.vocabulary, tokens[i], wanted,
                       top + size_t(i) * wanted.candidates);
    });
}

void CpuOperations::sample(const Logits& logits, const std::vector<int>& rows, const double* uniforms,
                           double temperature, bool greedy, Draw* out) {
    pool().run(static_cast<int>(rows.size()), [&](int i, int) {
        out[i] = draw(compute_.kernels, rowOf(logits, rows[i]), logits.vocabulary, uniforms[i], temperature, greedy);
    });
}

void CpuOperations::logProbsBackward(const Logits& logits, const int* tokens, double temperature,
                                     const RowLoss* losses, const double* weights) {
    float scale = static_cast<float>(1 / temperature);
    // dL/dz = w / temperature (onehot - softmax(z / temperature)).
    eachRow(pool(), logits.count, [&](int i) {
        float* z = rowOf(logits, i);
        double weight = weights[i] / temperature;
        if (weight == 0) {
            std::memset(z, 0, logits.vocabulary * sizeof(float));
            return;
        }
        float shift = static_cast<float>(double(losses[i].max) / temperature + losses[i].logSum);
        compute_.kernels.expShifted(z, logits.vocabulary, scale, shift);
        for (int v = 0; v < logits.vocabulary; v++) z[v] *= static_cast<float>(-weight);
        z[tokens[i]] += static_cast<float>(weight);
    });
}

}  // namespace rpt
