// Experts: which rows go where, gradients against finite differences, and the same bits for any threads and parts.

#include "experts.h"

#include "model_shape.h"

using namespace rpt;

namespace {

void routes() {
    Config c = check::expertConfig(false);
    c.experts = 4;
    c.expertsPerToken = 2;
    // Of equal ones the lower number; slots expert by expert, and row by row within each.
    float p[] = {0.4f, 0.2f, 0.2f, 0.2f, 0.25f, 0.25f, 0.25f, 0.25f, 0.1f, 0.1f, 0.3f, 0.5f};
    Routes of(c, p, 3);
    CHECK(of.slots() == 6);
    CHECK(of.count(0) == 2 && of.count(1) == 2 && of.count(2) == 1 && of.count(3) == 1);
    CHECK(std::vector<int>(of.rows(), of.rows() + 6) == std::vector<int>({0, 1, 0, 1, 2, 2}));
    CHECK(of.of(1)[0] == 1 && of.of(1)[1] == 3 && of.expert(2, 0) == 2 && of.expert(2, 1) == 3);
    CHECK(of.shares()[0] == 0.4f && of.shares()[2] == 0.2f && of.shares()[5] == 0.5f);
    c.sharesNormalised = true;
    Routes normalised(c, p, 3);
    CHECK_NEAR(2.0 / 3, normalised.shares()[0], 1e-6);
    CHECK_NEAR(0.5, normalised.shares()[3], 1e-6);
}

struct Run {
    std::vector<double> logProbs;
    std::vector<float> gradients;

    Run(Model& model, bool recompute, int partRows) : gradients(model.parameterCount()) {
        auto [batch, targets] = check::batch(model.config());
        logProbs.resize(targets.count());
        TrainingWorkspace workspace(model);
        TrainingPass pass(model, workspace, batch, targets, 0.8, recompute, logProbs.data(), check::never, partRows);
        pass.backward(check::lossWeights(targets), gradients.data());
    }

    double loss(const Config& c) const { return check::loss(check::lossWeights(check::batch(c).second), logProbs); }
};

/** A model with its memory. */
struct Setting {
    Budget budget{size_t(1) << 30};
    Pool pool;
    Config config;
    Layout layout;
    Model model;

    Setting(const Kernels& kernels, Precision precision, bool mixed, bool hasAdapter, int threads)
        : pool(threads),
          config(check::expertConfig(mixed)),
          layout(check::layout(config, mixed, true)),
          model(check::cpu(kernels, pool, budget, precision), hasAdapter, config, layout) {
        check::load(model, check::weightsOf(config, layout));
        if (!hasAdapter) return;
        model.openAdapter({4, 0.5, true, true, true, true, false, false, false});
        std::vector<float> factors = check::numbers(model.parameterCount(), 21);
        for (size_t i = 0; i < factors.size(); i++) model.parameters()[i] = 0.2f * factors[i];
        model.parametersChanged();
    }
};

void bits(const Kernels& kernels, Precision precision, bool mixed, bool hasAdapter) {
    Setting one(kernels, precision, mixed, hasAdapter, 1), three(kernels, precision, mixed, hasAdapter, 3);
    Run whole(one.model, false, 1000);
    for (bool recompute : {false, true}) {
        Run run(three.model, recompute, 1000);
        CHECK(run.logProbs == whole.logProbs && run.gradients == whole.gradients);
    }
    double most = 0;
    for (float g : whole.gradients) most = std::max(most, std::fabs(double(g)));
    CHECK(most > 0);
    for (int rows : {1, 13, 30}) {
        Run run(three.model, true, rows);
        CHECK(run.logProbs == whole.logProbs);
        double tolerance = precision == Precision::FP32 ? 2e-6 : 2e-3;
        for (size_t i = 0; i < run.gradients.size(); i++)
            CHECK_NEAR(whole.gradients[i], run.gradients[i], tolerance * most);
    }
}

/** Of the router, and of the experts that some row uses. */
void differences(bool mixed) {
    Setting setting(bestKernels(), Precision::FP32, mixed, false, 1);
    Model& model = setting.model;
    const LayerOffsets& at = setting.layout.layer;
    Run run(model, false, 1000);
    double most = 0;
    for (float g : run.gradients) most = std::max(most, std::fabs(double(g)));
    std::vector<float> random = check::numbers(60, 9);
    int moved = 0, jumps = 0;
    for (int i = 0; i < 60; i++) {
        size_t start = model.layerStart(i % 2 == 0 ? 0 : 2) + at.router;
        size_t count = i < 20 ? size_t(setting.config.experts) * setting.config.hidden
                              : setting.layout.expertLayerSize - at.router;
        size_t element = start + static_cast<size_t>(std::fabs(random[i]) * count);
        float& w = model.parameters()[element];
        float before = w;
        auto lossAt = [&](float value) {
            w = value;
            model.parametersChanged();
            return Run(model, false, 1000).loss(setting.config);
        };
        double above = lossAt(before + 2e-3f), below = lossAt(before - 2e-3f);
        w = before;
        model.parametersChanged();
        // A step that changes the expert of a row jumps.
        if (std::fabs(above + below - 2 * run.loss(setting.config)) > 2e-3 * most * 4e-3) {
            jumps++;
            continue;
        }
        CHECK_NEAR((above - below) / 4e-3, run.gradients[element], 5e-3 * most);
        moved += std::fabs(above - below) > 1e-3 * most * 4e-3;
    }
    CHECK(moved > 20 && jumps < 10);
}

}  // namespace

int main() {
    routes();
    for (bool mixed : {false, true}) differences(mixed);
    check::eachTable([](const Kernels& kernels) {
        for (bool mixed : {false, true}) {
            for (Precision precision : {Precision::FP32, Precision::BF16}) bits(kernels, precision, mixed, false);
            bits(kernels, Precision::INT8, mixed, true);
        }
    });
}
