// Moments in bfloat16 that are rounded at random: right on average over many updates, where rounding to nearest would
// never let the second moment fall; and the same bits for any number of threads and after a restart.

#include "model_shape.h"
#include "optimizer.h"

using namespace rpt;

namespace {

UpdateOptions options(int64_t step) {
    return {.rate = 1e-3,
            .beta1 = 0.9,
            .beta2 = 0.999,
            .epsilon = 1e-8,
            .weightDecay = 0.01,
            .maxNorm = INFINITY,
            .step = step};
}

double wide(bf16 x) {
    uint32_t bits = uint32_t(x) << 16;
    float value;
    std::memcpy(&value, &bits, sizeof(value));
    return value;
}

struct Trained {
    std::vector<float> weights;
    std::vector<double> first, second;
};

/** Runs updates of the weights 0 with gradients of a deviation that falls to a tenth halfway. */
Trained train(const Kernels& kernels, bool isNarrow, int threads, int steps, int restart) {
    Budget budget(size_t(1) << 30);
    Pool pool(threads);
    Config c = check::config(false);
    Layout at = check::layout(c, true, false);
    Model model(check::cpu(kernels, pool, budget, Precision::FP32), false, c, at);
    size_t count = model.parameterCount();
    auto adamw = std::make_unique<AdamW>(model, isNarrow);
    for (int step = 1; step <= steps; step++) {
        std::vector<float> gradients = check::numbers(count, step);
        if (step > steps / 2)
            for (float& g : gradients) g *= 0.1f;
        // Two spans, the first of which ends within a vector.
        adamw->update(gradients.data(), {{0, 1003, true}, {1003, count, false}}, options(step));
        if (step == restart) {
            auto again = std::make_unique<AdamW>(model, isNarrow);
            std::memcpy(again->first(), adamw->first(), count * adamw->elementSize());
            std::memcpy(again->second(), adamw->second(), count * adamw->elementSize());
            adamw = std::move(again);
        }
    }
    Trained result{{model.parameters(), model.parameters() + count}, {}, {}};
    for (size_t i = 0; i < count; i++) {
        auto value = [&](char* moments) {
            return isNarrow ? wide(reinterpret_cast<bf16*>(moments)[i]) : reinterpret_cast<float*>(moments)[i];
        };
        result.first.push_back(value(adamw->first()));
        result.second.push_back(value(adamw->second()));
    }
    return result;
}

double mean(const std::vector<double>& values) {
    double sum = 0;
    for (double value : values) sum += value;
    return sum / values.size();
}

void rightOnAverage(const Kernels& kernels) {
    constexpr int STEPS = 1200;
    Trained exact = train(kernels, false, 2, STEPS, 0), narrow = train(kernels, true, 2, STEPS, 0);
    CHECK_NEAR(1, mean(narrow.second) / mean(exact.second), 0.002);
    double difference = 0, size = 0, moved = 0;
    for (size_t i = 0; i < exact.weights.size(); i++) {
        CHECK_NEAR(1, narrow.second[i] / exact.second[i], 0.5);
        CHECK_NEAR(exact.first[i], narrow.first[i], 0.002);
        double d = double(narrow.weights[i]) - exact.weights[i];
        difference += d * d;
        size += double(exact.weights[i]) * exact.weights[i];
        moved += narrow.weights[i] != 0;
    }
    CHECK(moved == exact.weights.size());
    if (std::getenv("RPT4J_PRINT"))
        std::printf("%s: weights differ by %.4f of their length, second moments by %.5f on average\n", kernels.name,
                    std::sqrt(difference / size), mean(narrow.second) / mean(exact.second) - 1);
    CHECK(std::sqrt(difference / size) < 0.03);
}

void sameBits(const Kernels& kernels) {
    Trained one = train(kernels, true, 1, 6, 0), three = train(kernels, true, 3, 6, 4);
    CHECK(one.weights == three.weights && one.first == three.first && one.second == three.second);
}

}  // namespace

int main() {
    check::eachTable([](const Kernels& kernels) { sameBits(kernels); });
    rightOnAverage(bestKernels());
}
