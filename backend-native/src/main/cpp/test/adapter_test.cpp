// Low-rank factors against double loops, and in a model: its log-probabilities are those of merged weights, and its
// gradients follow from the gradients of merged weights by the chain rule and from finite differences.

#include "adapter.h"

#include "model_shape.h"
#include "optimizer.h"

using namespace rpt;

namespace {

constexpr AdapterShape ALL{5, 0.7, true, true, true, true, true, true, true};
constexpr AdapterShape SOME{5, 0.7, true, false, true, false, false, true, true};

/** One linear layer with factors: its place in the flat array, and among the weights of a layer. */
struct Linear {
    bool has;
    Site site;
    int64_t weight;
    int in, out, column;
    size_t a, b;
};

std::vector<Linear> linears(const Config& c, const Layout& at, const AdapterShape& s) {
    int64_t h = c.hidden;
    int q = c.queryWidth(), k = c.keyWidth();
    std::vector<Linear> all = {
        {s.query, Site::FUSED, at.layer.fused, c.hidden, q, 0, 0, 0},
        {s.key, Site::FUSED, at.layer.fused + q * h, c.hidden, k, q, 0, 0},
        {s.value, Site::FUSED, at.layer.fused + (q + k) * h, c.hidden, k, q + k, 0, 0},
        {s.output, Site::OUTPUT, at.layer.output, q, c.hidden, 0, 0, 0},
        {s.gate, Site::GATE_UP, at.layer.gateUp, c.hidden, c.intermediate, 0, 0, 0},
        {s.up, Site::GATE_UP, at.layer.gateUp + c.intermediate * h, c.hidden, c.intermediate, c.intermediate, 0, 0},
        {s.down, Site::DOWN, at.layer.down, c.intermediate, c.hidden, 0, 0, 0}};
    std::erase_if(all, [](const Linear& l) { return !l.has; });
    size_t next = 0;
    for (Linear& l : all) {
        l.a = next;
        l.b = l.a + size_t(s.rank) * l.in;
        next = l.b + size_t(l.out) * s.rank;
    }
    return all;
}

size_t sizeOf(const std::vector<Linear>& all, int rank) {
    return all.back().b + size_t(all.back().out) * rank;
}

void sites(const Kernels& kernels, const AdapterShape& shape) {
    Budget budget(size_t(1) << 30);
    Pool pool(3);
    auto operations = check::cpu(kernels, pool, budget, Precision::BF16);
    Config c = check::config(false);
    std::vector<Linear> all = linears(c, check::layout(c, true, false), shape);
    Adapter adapter(*operations, c, shape);
    CHECK(adapter.size() == sizeOf(all, shape.rank) * c.layers);
    std::vector<float> w = check::numbers(adapter.size(), 3);
    std::memcpy(adapter.weights(), w.data(), w.size() * sizeof(float));
    adapter.changed();
    int layer = 1, rank = shape.rank;
    size_t start = sizeOf(all, rank) * layer;
    for (Site site : {Site::FUSED, Site::OUTPUT, Site::GATE_UP, Site::DOWN})
        for (int rows : {1, 2, 13, 64, 207}) {
            int in = site == Site::OUTPUT ? c.queryWidth() : site == Site::DOWN ? c.intermediate : c.hidden;
            int out = site == Site::FUSED ? c.fusedWidth() : site == Site::GATE_UP ? 2 * c.intermediate : c.hidden;
            std::vector<float> x = check::numbers(size_t(rows) * in, 4), dy = check::numbers(size_t(rows) * out, 5);
            std::vector<float> y = check::numbers(size_t(rows) * out, 6), dx = check::numbers(size_t(rows) * in, 7);
            std::vector<float> gradients(adapter.size(), 0.25f);
            std::vector<double> yTrue(y.begin(), y.end()), dxTrue(dx.begin(), dx.end());
            std::vector<double> gradientsTrue(adapter.size(), 0.25);
            for (const Linear& l : all) {
                if (l.site != site) continue;
                for (int t = 0; t < rows; t++)
                    for (int r = 0; r < rank; r++) {
                        double low = 0, dLow = 0;
                        for (int i = 0; i < in; i++) low += double(w[start + l.a + r * in + i]) * x[t * in + i];
                        for (int o = 0; o < l.out; o++)
                            dLow += double(w[start + l.b + o * rank + r]) * dy[t * out + l.column + o];
                        low *= shape.scale;
                        dLow *= shape.scale;
                        for (int o = 0; o < l.out; o++) {
                            yTrue[t * out + l.column + o] += low * w[start + l.b + o * rank + r];
                            gradientsTrue[start + l.b + o * rank + r] += low * dy[t * out + l.column + o];
                        }
                        for (int i = 0; i < in; i++) {
                            dxTrue[t * in + i] += dLow * w[start + l.a + r * in + i];
                            gradientsTrue[start + l.a + r * in + i] += dLow * x[t * in + i];
                        }
                    }
            }
            adapter.add(site, layer, x.data(), in, rows, y.data(), out);
            adapter.backward(site, layer, x.data(), in, rows, dy.data(), out, dx.data(), in, gradients.data());
            for (size_t i = 0; i < y.size(); i++) CHECK_NEAR(yTrue[i], y[i], 1e-4);
            for (size_t i = 0; i < dx.size(); i++) CHECK_NEAR(dxTrue[i], dx[i], 1e-4);
            for (size_t i = 0; i < gradients.size(); i++) CHECK_NEAR(gradientsTrue[i], gradients[i], 1e-3);
        }
}

/** Log-probabilities and the gradient of the loss. */
struct Run {
    std::vector<double> logProbs;
    std::vector<float> gradients;

    Run(Model& model, bool recompute) : gradients(model.parameterCount()) {
        auto [batch, targets] = check::batch(model.config());
        logProbs.resize(targets.count());
        TrainingWorkspace workspace(model);
        TrainingPass pass(model, workspace, batch, targets, 0.8, recompute, logProbs.data(), check::never);
        pass.backward(check::lossWeights(targets), gradients.data());
    }
};

double lossOf(Model& model, Adapter* adapter) {
    auto [batch, targets] = check::batch(model.config());
    std::vector<double> logProbs(targets.count());
    InferencePass pass(model);
    Head head(model);
    head.logProbs(pass.run(batch, adapter, targets.count(), check::never), targets, 0.8, logProbs.data(), nullptr,
                  check::never);
    return check::loss(check::lossWeights(targets), logProbs);
}

void models(const Kernels& kernels, const AdapterShape& shape, bool norms, bool biases) {
    Budget budget(size_t(1) << 30);
    Pool pool(2);
    Config c = check::config(norms);
    Layout at = check::layout(c, !norms, biases);
    std::vector<float> w = check::weightsOf(c, at);
    std::vector<Linear> all = linears(c, at, shape);
    size_t layerSize = sizeOf(all, shape.rank);
    int rank = shape.rank;

    Model model(check::cpu(kernels, pool, budget, Precision::FP32), true, c, at);
    check::load(model, w);
    double before = lossOf(model, nullptr);
    model.openAdapter(shape);
    CHECK(lossOf(model, model.adapter()) == before);
    std::vector<float> factors = check::numbers(model.parameterCount(), 21);
    for (size_t i = 0; i < factors.size(); i++) model.parameters()[i] = factors[i] *= 0.2f;
    model.parametersChanged();

    std::vector<float> merged = w;
    for (int l = 0; l < c.layers; l++)
        for (const Linear& part : all)
            for (int o = 0; o < part.out; o++)
                for (int i = 0; i < part.in; i++) {
                    double sum = 0;
                    for (int r = 0; r < rank; r++)
                        sum += double(factors[l * layerSize + part.b + o * rank + r])
                               * factors[l * layerSize + part.a + r * part.in + i];
                    merged[model.layerStart(l) + part.weight + o * part.in + i] += float(shape.scale * sum);
                }
    Model whole(check::cpu(kernels, pool, budget, Precision::FP32), false, c, at);
    check::load(whole, merged);

    Run adapted(model, false), expected(whole, false);
    for (size_t i = 0; i < adapted.logProbs.size(); i++)
        CHECK_NEAR(expected.logProbs[i], adapted.logProbs[i], 2e-5);
    // W' = W + s B A: dB = s dW' A^T, dA = s B^T dW'.
    for (int l = 0; l < c.layers; l++)
        for (const Linear& part : all) {
            const float* d = expected.gradients.data() + model.layerStart(l) + part.weight;
            const float* a = factors.data() + l * layerSize + part.a;
            const float* b = factors.data() + l * layerSize + part.b;
            for (int r = 0; r < rank; r++) {
                for (int o = 0; o < part.out; o++) {
                    double sum = 0;
                    for (int i = 0; i < part.in; i++) sum += double(d[o * part.in + i]) * a[r * part.in + i];
                    CHECK_NEAR(shape.scale * sum, adapted.gradients[l * layerSize + part.b + o * rank + r], 2e-4);
                }
                for (int i = 0; i < part.in; i++) {
                    double sum = 0;
                    for (int o = 0; o < part.out; o++) sum += double(d[o * part.in + i]) * b[o * rank + r];
                    CHECK_NEAR(shape.scale * sum, adapted.gradients[l * layerSize + part.a + r * part.in + i], 2e-4);
                }
            }
        }
    // Recomputing changes no bit.
    Run again(model, true);
    CHECK(again.logProbs == adapted.logProbs && again.gradients == adapted.gradients);
    // Central differences along random directions.
    for (uint32_t seed : {31u, 32u, 33u}) {
        std::vector<float> direction = check::numbers(factors.size(), seed);
        double slope = 0, step = 1e-3;
        for (size_t i = 0; i < factors.size(); i++) slope += double(direction[i]) * adapted.gradients[i];
        auto moved = [&](double by) {
            for (size_t i = 0; i < factors.size(); i++)
                model.parameters()[i] = static_cast<float>(factors[i] + by * direction[i]);
            model.parametersChanged();
            return lossOf(model, model.adapter());
        };
        CHECK_NEAR((moved(step) - moved(-step)) / (2 * step), slope, 0.02 * (1 + std::fabs(slope)));
    }
    // The frozen weights alone are what they were.
    CHECK(lossOf(model, nullptr) == before);
}

void updates(const Kernels& kernels) {
    Budget budget(size_t(1) << 30);
    Pool pool(2);
    Config c = check::config(true);
    Layout at = check::layout(c, true, false);
    Model model(check::cpu(kernels, pool, budget, Precision::BF16), true, c, at);
    check::load(model, check::weightsOf(c, at));
    model.openAdapter(ALL);
    std::vector<float> a = check::numbers(model.parameterCount(), 21);
    std::memcpy(model.parameters(), a.data(), a.size() * sizeof(float));
    model.parametersChanged();
    double frozen = lossOf(model, nullptr), before = lossOf(model, model.adapter());
    AdamW adamw(model, false);
    CHECK(adamw.count() == model.parameterCount());
    Run run(model, true);
    for (float& g : run.gradients) g = -g;  // uphill in the loss
    adamw.update(run.gradients.data(), {{0, adamw.count(), true}}, {.rate = 1e-4,
                  .beta1 = 0.9,
                  .beta2 = 0.999,
                  .epsilon = 1e-8,
                  .weightDecay = 0,
                  .maxNorm = 1,
                  .step = 1});
    CHECK(lossOf(model, model.adapter()) > before);
    CHECK(lossOf(model, nullptr) == frozen);
}

bool refused(const AdapterShape& shape) {
    Budget budget(size_t(1) << 30);
    Pool pool(1);
    auto operations = check::cpu(bestKernels(), pool, budget, Precision::FP32);
    try {
        Adapter adapter(*operations, check::config(false), shape);
    } catch (const std::invalid_argument&) {
        return budget.used() == 0;
    }
    return false;
}

}  // namespace

int main() {
    check::eachTable([](const Kernels& kernels) {
        for (const AdapterShape& shape : {ALL, SOME}) {
            sites(kernels, shape);
            models(kernels, shape, false, false);
            models(kernels, shape, true, true);
        }
        updates(kernels);
    });
    CHECK(refused({0, 1, true, true, true, true, true, true, true}));
    CHECK(refused({1 << 20, 1, true, true, true, true, true, true, true}));
    CHECK(refused({2, NAN, true, true, true, true, true, true, true}));
    CHECK(refused({2, 1, false, false, false, false, false, false, false}));
}
