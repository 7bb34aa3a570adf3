// A device whose memory is not the host's gets weights, tables and routes by copies, and computes the same bits.

#include "model_shape.h"

using namespace rpt;

namespace {

/** The processor as a device with memory of its own. */
class Apart : public CpuOperations {
public:
    Apart(const Kernels& kernels, Pool& pool, Budget& budget, Budget& hostBudget, Precision precision)
        : CpuOperations(kernels, pool, budget, hostBudget, precision) {}

    bool isHostMemory() const override { return false; }
    void copyIn(void* to, const void* host, size_t bytes) override {
        CpuOperations::copyIn(to, host, bytes);
        in += bytes;
    }
    void copyOut(void* host, const void* from, size_t bytes) override {
        CpuOperations::copyOut(host, from, bytes);
        out += bytes;
    }

    size_t in = 0, out = 0;
};

std::vector<double> logProbs(Model& model) {
    auto [batch, targets] = check::batch(model.config());
    std::vector<double> values(targets.count());
    InferencePass pass(model);
    Head head(model);
    head.logProbs(pass.run(batch, nullptr, targets.count(), check::never), targets, 1, values.data(), nullptr,
                  check::never);
    return values;
}

/** @param asBf16 whether weights are stored as bfloat16, which matrices in FP32 do not take as they are */
void loaded(const Config& c, Precision precision, bool frozen, bool asBf16) {
    Budget budget(size_t(1) << 30), hostBudget(size_t(1) << 30);
    Pool pool(2);
    Layout at = check::layout(c, false, true);
    std::vector<float> w = check::weightsOf(c, at);
    if (asBf16)
        for (float& x : w) x = static_cast<float>(check::rounded(x));
    Model expected(check::cpu(bestKernels(), pool, budget, precision), frozen, c, at);
    check::load(expected, w, asBf16);
    auto operations = std::make_unique<Apart>(bestKernels(), pool, budget, hostBudget, precision);
    Apart& apart = *operations;
    Model model(std::move(operations), frozen, c, at);
    check::load(model, w, asBf16);
    // Whatever is not a matrix of a frozen model is copied in as singles: at least norms, biases and the rotary table.
    size_t singles = frozen ? size_t(c.layers) * (2 * size_t(c.hidden) + c.fusedWidth()) : at.total;
    CHECK(apart.in >= (singles + size_t(c.context) * c.headSize) * sizeof(float));
    CHECK(hostBudget.used() == 0);
    CHECK(logProbs(model) == logProbs(expected));
    CHECK((apart.out > 0) == (c.experts > 0));
}

/** A device that computes no layers with experts refuses a model that has some, before it takes memory. */
void withoutExperts() {
    class Dense : public CpuOperations {
    public:
        using CpuOperations::CpuOperations;
        ExpertOperations* experts() override { return nullptr; }
    };
    Budget budget(size_t(1) << 30);
    Pool pool(1);
    Config c = check::expertConfig(false);
    bool isRefused = false;
    try {
        Model model(std::make_unique<Dense>(bestKernels(), pool, budget, Precision::FP32), false, c,
                    check::layout(c, true, false));
    } catch (const std::invalid_argument& e) {
        isRefused = std::string(e.what()).find("experts") != std::string::npos;
    }
    CHECK(isRefused && budget.used() == 0);
}

}  // namespace

int main() {
    for (bool frozen : {false, true})
        for (bool asBf16 : {false, true})
            for (Precision precision : {Precision::FP32, Precision::BF16})
                for (const Config& c : {check::config(true), check::expertConfig(true)})
                    loaded(c, precision, frozen, asBf16);
    withoutExperts();
}
