// A batch in parts against the whole batch: log-probabilities bit for bit, gradients up to the rounding of sums.

#include "parts.h"

#include "model_shape.h"

using namespace rpt;

namespace {

struct Run {
    std::vector<double> logProbs;
    std::vector<float> gradients;
    size_t bytes;

    Run(Model& model, const Batch& batch, const Targets& targets, int partRows)
        : logProbs(targets.count()), gradients(model.parameterCount()) {
        size_t before = model.operations().budget().used();
        TrainingWorkspace workspace(model);
        TrainingPass pass(model, workspace, batch, targets, 0.8, true, logProbs.data(), check::never, partRows);
        pass.backward(check::lossWeights(targets), gradients.data());
        bytes = model.operations().budget().used() - before;
    }
};

/** Where products round their factors to bfloat16, a last bit of a sum may turn into one of those. */
constexpr double FP32 = 2e-6, BF16 = 2e-3;

void sameAs(const Run& expected, const Run& run, double tolerance) {
    CHECK(run.logProbs == expected.logProbs);
    double most = 0;
    for (float g : expected.gradients) most = std::max(most, std::fabs(double(g)));
    for (size_t i = 0; i < run.gradients.size(); i++)
        CHECK_NEAR(expected.gradients[i], run.gradients[i], tolerance * most);
}

/** The batch of model_shape.h, and sequences beside the tree that no other continues. */
std::pair<Batch, Targets> withSingles(const Config& c) {
    auto [batch, targets] = check::batch(c);
    for (int length : {1, 60, 3}) {
        int start = batch.rows();
        for (int i = 0; i < length; i++) batch.tokens.push_back((7 * i + length) % c.vocabulary);
        batch.add(-1, start, length);
        for (int i = 0; i + 1 < length; i++) {
            targets.rows.push_back(start + i);
            targets.tokens.push_back(batch.tokens[start + i + 1]);
        }
    }
    return {batch, targets};
}

void models(const Kernels& kernels, bool hasAdapter, Precision precision, bool hasWindow) {
    Budget budget(size_t(1) << 30);
    Pool pool(2);
    Config c = check::config(true);
    // Shorter than the way from a completion back through its prompt into the trunk.
    if (hasWindow) c.windows = {12, 0, 5};
    Layout at = check::layout(c, true, true);
    Model model(check::cpu(kernels, pool, budget, precision), hasAdapter, c, at);
    check::load(model, check::weightsOf(c, at));
    if (hasAdapter) {
        model.openAdapter({4, 0.5, true, true, true, true, true, true, true});
        std::vector<float> factors = check::numbers(model.parameterCount(), 21);
        for (size_t i = 0; i < factors.size(); i++) model.parameters()[i] = 0.2f * factors[i];
        model.parametersChanged();
    }
    for (auto [batch, targets] : {check::batch(c), withSingles(c)}) {
        Run whole(model, batch, targets, 1000);
        for (int rows : {1, 6, 13, 30}) sameAs(whole, Run(model, batch, targets, rows), precision == Precision::FP32 ? FP32 : BF16);
    }
}

/** A prompt with many completions takes the memory of one part. */
void memory() {
    Budget budget(size_t(1) << 30);
    Pool pool(2);
    Config c = check::config(false);
    Layout at = check::layout(c, true, false);
    Model model(check::cpu(bestKernels(), pool, budget, Precision::FP32), false, c, at);
    check::load(model, check::weightsOf(c, at));
    Batch batch;
    Targets targets;
    batch.tokens.assign(8 + 40 * 20, 3);
    int prompt = batch.add(-1, 0, 8);
    for (int m = 0; m < 40; m++) {
        batch.add(prompt, 8 + 20 * m, 20);
        for (int i = 0; i < 20; i++) targets.rows.push_back(i == 0 ? 7 : 8 + 20 * m + i - 1), targets.tokens.push_back(5);
    }
    Run whole(model, batch, targets, 1000);
    Run parts(model, batch, targets, 100);
    sameAs(whole, parts, FP32);
    CHECK(parts.bytes < whole.bytes / 3);
}

void division() {
    Config c = check::config(false);
    auto [batch, targets] = check::batch(c);
    std::vector<Part> one = divide(batch, targets, 8, 36);
    CHECK(one.size() == 1 && one[0].rows() == batch.rows() && one[0].targets.rows == targets.rows);
    // A trunk of 7, prompts of 9 and 10, and completions of 5, 6 and 7 for each.
    std::vector<Part> parts = divide(batch, targets, 8, 12);
    CHECK(parts.size() == 5);
    CHECK(parts[0].rows() == 26 && parts[0].targets.count() == 6);
    CHECK(parts[1].rows() == 11 && parts[1].batch.segments.size() == 4);
    CHECK(parts[2].rows() == 12 && parts[2].batch.segments.size() == 5);
    CHECK(parts[2].shared == std::vector<int>({0, 7, -1, 16, -1}));
    // Pages of parts after the first are the same ones.
    CHECK(pagesOf(parts) == (1 + 2 + 2) + 2);
}

}  // namespace

int main() {
    check::eachTable([](const Kernels& kernels) {
        models(kernels, false, Precision::FP32, false);
        models(kernels, true, Precision::FP32, true);
        models(kernels, true, Precision::INT8, false);
    });
    memory();
    division();
}
