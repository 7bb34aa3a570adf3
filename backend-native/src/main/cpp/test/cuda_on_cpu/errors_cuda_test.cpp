// What a machine without a usable CUDA device says, and what becomes of a fault or of too little memory in the middle.

#include <functional>

#include "../cuda/test_device.h"
#include "../model_shape.h"
#include "cuda/availability.h"
#include "errors.h"

using namespace rpt;

namespace {

bool has(const std::string& text, const char* part) {
    if (text.find(part) == std::string::npos) check::fail(__FILE__, __LINE__, text.c_str());
    return true;
}

void unavailable() {
    cuda_on_cpu::Machine& machine = cuda_on_cpu::machine;
    machine.driver = cudaErrorInsufficientDriver;
    CHECK(has(cuda::unavailable(0), "driver version is insufficient"));
    CHECK(has(cuda::unavailable(0), "CUDA error 35"));
    machine.driver = cudaErrorNoDevice;
    CHECK(has(cuda::unavailable(0), "no CUDA-capable device"));
    machine.driver = cudaSuccess;
    CHECK(has(cuda::unavailable(7), "there is no device cuda:7; available: cuda:0"));
    machine.devices = 4;
    CHECK(has(cuda::unavailable(-1), "available: cuda:0 to cuda:3"));
    machine.devices = 0;
    CHECK(has(cuda::unavailable(0), "available: none"));
    machine.devices = 1;
    machine.major = 7;
    machine.minor = 5;
    CHECK(has(cuda::unavailable(0), "compute capability 7.5, at least 8.0"));
    machine.major = 8;
}

Model modelOn(std::unique_ptr<Operations> operations, const Config& config) {
    return Model(std::move(operations), false, config, check::layout(config, true, false));
}

/** Throws what `body` throws as text. */
template <class Error>
std::string refusal(const std::function<void()>& body) {
    try {
        body();
    } catch (const Error& e) {
        return e.what();
    }
    return "nothing was thrown";
}

void faults() {
    check::TestDevice device(true);
    Config config = check::config(true);
    {
        Model model = modelOn(device.operations(Precision::BF16), config);
        check::load(model, check::weightsOf(config, model.layout()));
        auto [batch, targets] = check::batch(config);
        InferencePass pass(model);
        int layers = 0;
        auto breakSecond = [&] {
            if (++layers == 2) cuda_on_cpu::machine.fault = cudaErrorIllegalAddress;
            return false;
        };
        Batch copy = batch;
        CHECK(has(refusal<cuda::DeviceError>([&] { pass.run(copy, nullptr, 1, breakSecond); }),
                  "illegal memory access"));
    }
    // Everything has been closed, and another model on a device that works again computes as before.
    cuda_on_cpu::machine.fault = cudaSuccess;
    Model model = modelOn(device.operations(Precision::BF16), config);
    check::load(model, check::weightsOf(config, model.layout()));
    auto [batch, targets] = check::batch(config);
    InferencePass(model).run(batch, nullptr, 1, check::never);
}

void memory() {
    cuda_on_cpu::GuardedMemory& memory = cuda_on_cpu::GuardedMemory::instance();
    check::TestDevice device(false);
    Config config = check::config(true);
    size_t before = memory.total();
    memory.setTotal(before - memory.available() + (size_t(64) << 10));
    CHECK(has(refusal<OverBudget>([&] { modelOn(device.operations(Precision::BF16), config); }), "the weights needs"));
    memory.setTotal(before);
    Model model = modelOn(device.operations(Precision::BF16), config);
    CHECK(model.parameterCount() > 0);
}

void precisions() {
    check::TestDevice device(false);
    CHECK(has(refusal<std::invalid_argument>([&] { device.operations(Precision::INT8); }), "8-bit weights"));
    auto operations = device.operations(Precision::BF16);
    auto matrix = operations->matrix();
    CHECK(has(refusal<std::invalid_argument>(
                  [&] { operations->storeAgain(*matrix, *matrix, Precision::INT8, "rounded weights"); }),
              "rounded weights: 8-bit weights are not offered"));
    Config config = check::expertConfig(false);
    CHECK(has(refusal<std::invalid_argument>([&] { modelOn(device.operations(Precision::BF16), config); }), "experts"));
}

void shapes() {
    check::TestDevice device(false);
    auto operations = device.operations(Precision::BF16);
    auto refused = [&](int heads, int keyValueHeads, int headSize) {
        Config c = check::config(true);
        c.heads = heads;
        c.keyValueHeads = keyValueHeads;
        c.headSize = headSize;
        Batch batch;
        batch.tokens = {1};
        batch.add(-1, 0, 1);
        assignPages(batch, operations->pageShape(c).tokens);
        return refusal<std::invalid_argument>([&] { operations->plan(c, batch); });
    };
    CHECK(has(refused(4, 2, 512), "Config.headSize is 512"));
    CHECK(has(refused(80, 2, 16), "40 heads share a key head"));
    CHECK(has(refused(8, 2, 256), "nothing was thrown"));
}

}  // namespace

int main() {
    unavailable();
    shapes();
    faults();
    memory();
    precisions();
}
