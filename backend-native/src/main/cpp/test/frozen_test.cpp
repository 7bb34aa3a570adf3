// A frozen model has the bits of one with masters, and takes its weights matrix by matrix; matrices turned for gradients
// are those of the weights that forward products use.

#include "generator.h"
#include "model_shape.h"
#include "widen.h"

using namespace rpt;

namespace {

std::vector<double> logProbs(Model& model) {
    auto [batch, targets] = check::batch(model.config());
    std::vector<double> values(targets.count());
    InferencePass pass(model);
    Head head(model);
    head.logProbs(pass.run(batch, nullptr, targets.count(), check::never), targets, 1, values.data(), nullptr,
                  check::never);
    return values;
}

void sameBits(const Kernels& kernels, Precision precision, bool tied, bool isNarrow) {
    Budget budget(size_t(1) << 30);
    Pool pool(2);
    Config c = check::config(true);
    Layout at = check::layout(c, tied, true);
    std::vector<float> w = check::weightsOf(c, at);
    if (isNarrow)
        for (float& x : w) x = static_cast<float>(check::rounded(x));
    std::vector<double> expected;
    {
        Model model(check::cpu(kernels, pool, budget, precision), false, c, at);
        check::load(model, w);
        expected = logProbs(model);
    }
    if (isNarrow)
        for (bool frozen : {false, true}) {
            Model model(check::cpu(kernels, pool, budget, precision), frozen, c, at);
            check::load(model, w, true);
            CHECK(logProbs(model) == expected);
        }
    Model model(check::cpu(kernels, pool, budget, precision), true, c, at);
    check::load(model, w);
    size_t size = precision == Precision::FP32 ? 4 : precision == Precision::BF16 ? 2 : 1;
    size_t embedding = c.vocabulary * size_t(c.hidden), rotary = size_t(c.context) * c.headSize * 4;
    size_t least = (at.total - (tied ? 0 : embedding)) * size;
    // An embedding that is the head has no rows of its own if it loses nothing there.
    bool isInHead = tied && (precision == Precision::FP32 || (precision == Precision::BF16 && isNarrow));
    size_t rows = isInHead ? 0 : embedding * (isNarrow ? 2 : 4);
    CHECK(budget.used() > least + rows);
    // Panels are padded, norms and biases are single precision.
    CHECK(budget.used() < 2.2 * least + rows + rotary);
    CHECK(logProbs(model) == expected);
    for (int token : {0, 7, c.vocabulary - 1}) {
        std::vector<float> row = check::embeddingOf(model, token);
        CHECK(!std::memcmp(row.data(), &w[at.embedding + size_t(token) * c.hidden], row.size() * sizeof(float)));
    }
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

void loading() {
    Budget budget(size_t(1) << 30);
    Pool pool(1);
    Config c = check::config(false);
    Layout at = check::layout(c, false, false);
    Model model(check::cpu(bestKernels(), pool, budget, Precision::FP32), true, c, at);
    size_t embedding = size_t(c.vocabulary) * c.hidden;
    CHECK(refused([&] { model.forward(); }));
    CHECK(refused([&] { model.load(at.total, 1); }));
    CHECK(refused([&] { model.load(0, embedding + 1); }));
    model.load(0, embedding - 1);
    CHECK(refused([&] { model.load(at.head, embedding); }));
    Model other(check::cpu(bestKernels(), pool, budget, Precision::BF16), true, c, at);
    other.loadNarrow(0, embedding - 1);
    CHECK(refused([&] { other.load(embedding - 1, 1); }));
}

/** Numbers of odd count, more than one thread widens at a time. */
void widened() {
    Pool pool(3);
    for (size_t n : {0, 1, 2, 77, 1000003}) {
        std::vector<float> x(n), expected = check::numbers(n, 5);
        for (size_t i = 0; i < n; i++) {
            expected[i] = static_cast<float>(check::rounded(expected[i]));
            std::memcpy(reinterpret_cast<char*>(x.data()) + 2 * (n + i), (const char*)&expected[i] + 2, 2);
        }
        widen(pool, x.data(), n);
        CHECK(x == expected);
    }
}

/** W packed as it is, and W packed for forward products and turned, are the same bytes. */
void turned(const Kernels& kernels, Precision precision) {
    Budget budget(size_t(1) << 30);
    Pool pool(3);
    Compute compute(kernels, pool, budget, precision);
    Precision gradients = gradientPrecision(precision);
    for (int out : check::SIZES)
        for (int in : check::SIZES) {
            std::vector<float> w = check::numbers(size_t(out) * in, 9);
            PackedMatrix forward, backward, expected;
            forward.packTransposed(compute, w.data(), out, in, precision, "test");
            if (precision == Precision::INT8)
                for (int o = 0; o < out; o++) {
                    float most = 0;
                    for (int i = 0; i < in; i++) most = std::max(most, std::fabs(w[o * in + i]));
                    float step = most / 127;
                    for (int i = 0; i < in; i++) w[o * in + i] = step * std::nearbyint(w[o * in + i] / step) + 0.0f;
                }
            backward.packTurned(compute, forward, gradients, "test");
            expected.pack(compute, w.data(), in, out, in, gradients, "test");
            CHECK(backward.rows() == out && backward.columns() == in && backward.precision() == gradients);
            CHECK(!std::memcmp(expected.panel<char>(0), backward.panel<char>(0),
                               PackedMatrix::bytes(compute, out, in, gradients)));
        }
}

/** Gradients through 8-bit weights: those of a bfloat16 model that has the dequantised weights, nearly. */
void gradientsOfBytes(const Kernels& kernels) {
    Budget budget(size_t(1) << 30);
    Pool pool(2);
    Config c = check::config(false);
    Layout at = check::layout(c, true, false);
    std::vector<float> w = check::weightsOf(c, at);
    std::vector<std::vector<float>> gradients;
    AdapterShape shape{3, 1, true, true, true, true, true, true, true};
    for (Precision precision : {Precision::FP32, Precision::INT8}) {
        Model model(check::cpu(kernels, pool, budget, precision), true, c, at);
        check::load(model, w);
        model.openAdapter(shape);
        std::vector<float> factors = check::numbers(model.parameterCount(), 21);
        for (size_t i = 0; i < factors.size(); i++) model.parameters()[i] = 0.2f * factors[i];
        model.parametersChanged();
        auto [batch, targets] = check::batch(c);
        std::vector<double> values(targets.count());
        TrainingWorkspace workspace(model);
        TrainingPass pass(model, workspace, batch, targets, 1, true, values.data(), check::never);
        gradients.emplace_back(model.parameterCount());
        pass.backward(check::lossWeights(targets), gradients.back().data());
    }
    double along = 0, exact = 0, bytes = 0;
    for (size_t i = 0; i < gradients[0].size(); i++) {
        along += double(gradients[0][i]) * gradients[1][i];
        exact += double(gradients[0][i]) * gradients[0][i];
        bytes += double(gradients[1][i]) * gradients[1][i];
    }
    CHECK(along / std::sqrt(exact * bytes) > 0.99);
    CHECK_NEAR(1, std::sqrt(bytes / exact), 0.1);
}

}  // namespace

int main() {
    check::eachTable([](const Kernels& kernels) {
        for (bool tied : {false, true})
            for (bool isNarrow : {false, true})
                for (Precision precision : {Precision::FP32, Precision::BF16, Precision::INT8})
                    sameBits(kernels, precision, tied, isNarrow);
        for (Precision precision : {Precision::FP32, Precision::BF16, Precision::INT8}) turned(kernels, precision);
        gradientsOfBytes(kernels);
    });
    loading();
    widened();
}
