// Updates layer by layer have the bits of updates from the whole gradient, take less memory, and change nothing if any
// part of the gradient is not finite.

#include "model_shape.h"
#include "optimizer.h"

using namespace rpt;

namespace {

struct Case {
    Precision precision;
    bool tied, recompute, isNarrow;
    double maxNorm;
};

UpdateOptions options(const Case& of, int64_t step) {
    return {.rate = 1e-2,
            .beta1 = 0.9,
            .beta2 = 0.99,
            .epsilon = 1e-8,
            .weightDecay = 0.1,
            .maxNorm = of.maxNorm,
            .step = step};
}

/** A model with its optimizer, and what updates need. */
struct Setting {
    Budget budget{size_t(1) << 30};
    Pool pool{2};
    Config config = check::config(true);
    Layout layout;
    Model model;
    AdamW adamw;
    TrainingWorkspace workspace;
    bool isLayerwise;

    Setting(const Kernels& kernels, const Case& of, bool isLayerwise)
        : layout(check::layout(config, of.tied, true)),
          model(check::cpu(kernels, pool, budget, of.precision), false, config, layout),
          adamw(model, of.isNarrow, isLayerwise),
          workspace(model),
          isLayerwise(isLayerwise) {
        check::load(model, check::weightsOf(config, layout));
    }

    /** Norms and matrices of every piece: what decays changes in the middle of a layer. */
    std::vector<DecaySpan> spans() const {
        return {{0, layout.finalNorm, true}, {layout.finalNorm, layout.layerStart + 61, false},
                {layout.layerStart + 61, layout.total, true}};
    }

    double update(const Case& of, int64_t step, double scale, bool isEmpty = false) {
        auto [batch, targets] = check::batch(config);
        if (isEmpty) targets = {};
        std::vector<double> values(targets.count());
        TrainingPass pass(model, workspace, batch, targets, 0.8, of.recompute, values.data(), check::never);
        std::vector<double> weights = check::lossWeights(targets);
        for (double& weight : weights) weight *= scale * step;
        if (isLayerwise) return adamw.update(pass, weights, spans(), options(of, step));
        std::vector<float> gradients(model.parameterCount());
        pass.backward(weights, gradients.data());
        return adamw.update(gradients.data(), spans(), options(of, step));
    }

    /** Weights and moments. */
    std::vector<char> state() const {
        auto bytes = [](const void* from) { return static_cast<const char*>(from); };
        size_t count = adamw.count(), size = adamw.elementSize() * count;
        std::vector<char> all(bytes(model.parameters()), bytes(model.parameters()) + count * sizeof(float));
        all.insert(all.end(), adamw.first(), adamw.first() + size);
        all.insert(all.end(), adamw.second(), adamw.second() + size);
        return all;
    }
};

void sameBits(const Kernels& kernels, const Case& of) {
    Setting whole(kernels, of, false), layerwise(kernels, of, true);
    std::vector<char> before = whole.state();
    for (int step = 1; step <= 4; step++) {
        double expected = whole.update(of, step, 1, step == 3);
        CHECK(layerwise.update(of, step, 1, step == 3) == expected);
        CHECK(layerwise.state() == whole.state());
    }
    CHECK(whole.state() != before);
    // One piece at a time, where the other setting has all gradients outside of the budget.
    size_t largest = 0, embedding = size_t(whole.config.vocabulary) * whole.config.hidden;
    for (const Piece& piece : whole.model.pieces()) largest = std::max(largest, piece.count);
    size_t most = (largest + (of.tied ? embedding : 0)) * sizeof(float);
    CHECK(layerwise.budget.used() - whole.budget.used() <= most);
    CHECK(most < whole.model.parameterCount() * sizeof(float));
}

bool isFinite(const std::vector<float>& gradients, const Piece& piece) {
    for (size_t i = piece.begin; i < piece.begin + piece.count; i++)
        if (!std::isfinite(gradients[i])) return false;
    return true;
}

/** The scale of a loss whose gradients overflow in a layer, but not in the head, which is updated first. */
double overflowing(const Kernels& kernels, const Case& of) {
    for (double scale = 1e36; scale < 1e39; scale *= 1.1) {
        Setting setting(kernels, of, false);
        auto [batch, targets] = check::batch(setting.config);
        std::vector<double> values(targets.count()), weights = check::lossWeights(targets);
        for (double& weight : weights) weight *= scale;
        TrainingPass pass(setting.model, setting.workspace, batch, targets, 0.8, of.recompute, values.data(),
                          check::never);
        std::vector<float> gradients(setting.model.parameterCount());
        pass.backward(weights, gradients.data());
        std::vector<Piece> pieces = setting.model.pieces();
        bool layers = true;
        for (size_t p = Piece::FIRST_LAYER; p < pieces.size(); p++) layers &= isFinite(gradients, pieces[p]);
        if (!layers && isFinite(gradients, pieces[Piece::HEAD])) return scale;
    }
    CHECK(!"a scale that overflows in a layer alone");
    return 0;
}

void nothingChanges(const Kernels& kernels, const Case& of) {
    Setting setting(kernels, of, true), other(kernels, of, true);
    setting.update(of, 1, 1);
    other.update(of, 1, 1);
    std::vector<char> before = setting.state();
    CHECK(!std::isfinite(setting.update(of, 1, overflowing(kernels, of))));
    CHECK(setting.state() == before);
    // What overflowed leaves nothing behind.
    setting.update(of, 2, 1);
    other.update(of, 2, 1);
    CHECK(setting.state() == other.state());
}

template <class Work>
bool refused(Work work) {
    try {
        work();
    } catch (const std::invalid_argument&) {
        return true;
    }
    return false;
}

void refusals() {
    Case of{Precision::FP32, false, true, false, INFINITY};
    Setting setting(bestKernels(), of, true);
    auto [batch, targets] = check::batch(setting.config);
    std::vector<double> values(targets.count());
    TrainingPass divided(setting.model, setting.workspace, batch, targets, 1, true, values.data(), check::never, 7);
    CHECK(refused([&, &t = targets] {
        setting.adamw.update(divided, check::lossWeights(t), setting.spans(), options(of, 1));
    }));
}

}  // namespace

int main() {
    check::eachTable([](const Kernels& kernels) {
        for (bool tied : {false, true})
            for (bool recompute : {false, true})
                for (Precision precision : {Precision::FP32, Precision::BF16}) {
                    sameBits(kernels, {precision, tied, recompute, tied == recompute, 0.5});
                    sameBits(kernels, {precision, tied, recompute, tied != recompute, INFINITY});
                }
    });
    nothingChanges(bestKernels(), {Precision::FP32, false, true, false, INFINITY});
    nothingChanges(bestKernels(), {Precision::FP32, false, false, true, 1});
    refusals();
}
