// What a GPU makes of the CUDA device: products, prefill, training and decoding of models of usual shapes, beside what
// its tensor cores and its memory can do. Prints a table, and JSON with --json. --tiny runs a tiny model, which shows
// that everything works.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>

#include "generator.h"
#include "passes.h"
#include "test_device.h"
#include "../model_shape.h"

using namespace rpt;

namespace {

struct Shape {
    const char* name;
    int hidden, intermediate, layers, heads, keyValueHeads, headSize, vocabulary;
    bool tied, norms;
};

constexpr Shape SHAPES[] = {{"0.5B", 896, 4864, 24, 14, 2, 64, 151936, true, false},
                            {"1.5B", 1536, 8960, 28, 12, 2, 128, 151936, true, false},
                            {"8B", 4096, 12288, 36, 32, 8, 128, 151936, false, true}};
constexpr Shape TINY{"tiny", 64, 96, 2, 4, 2, 16, 300, true, true};

struct Figure {
    std::string what;
    double value;
    const char* unit;
    double ofPeak;  // share of what the device can do at most, 0 if that says nothing
};

class Benchmark {
public:
    explicit Benchmark(bool isTiny) : isTiny_(isTiny) {}

    void run() {
        peaks();
        if (isTiny_) return model(TINY);
        for (const Shape& shape : SHAPES) model(shape);
    }

    void print(bool asJson) const {
        if (asJson) std::printf("[\n");
        else std::printf("%-44s %12s %-10s %s\n", "what", "value", "unit", "of peak");
        for (const Figure& f : figures_) {
            const char* last = &f == &figures_.back() ? "" : ",";
            if (asJson)
                std::printf("  {\"what\": \"%s\", \"value\": %.6g, \"unit\": \"%s\", \"ofPeak\": %.4f}%s\n",
                            f.what.c_str(), f.value, f.unit, f.ofPeak, last);
            else if (f.ofPeak > 0)
                std::printf("%-44s %12.5g %-10s %.0f %%\n", f.what.c_str(), f.value, f.unit, 100 * f.ofPeak);
            else std::printf("%-44s %12.5g %s\n", f.what.c_str(), f.value, f.unit);
        }
        if (asJson) std::printf("]\n");
    }

private:
    using Clock = std::chrono::steady_clock;

    /** Median seconds of some runs after a first one. */
    double seconds(Operations& operations, const std::function<void()>& body) const {
        std::vector<double> all;
        auto finish = [&] { operations.copyOut(nullptr, nullptr, 0); };
        body();
        finish();
        for (int i = 0; i < (isTiny_ ? 1 : 5); i++) {
            auto start = Clock::now();
            body();
            finish();
            all.push_back(std::chrono::duration<double>(Clock::now() - start).count());
        }
        std::sort(all.begin(), all.end());
        return all[all.size() / 2];
    }

    void add(const std::string& what, double value, const char* unit, double ofPeak = 0) {
        figures_.push_back({what, value, unit, ofPeak});
        std::fprintf(stderr, "%s: %.5g %s\n", what.c_str(), value, unit);
    }

    /** Memory with the same numbers again and again: zeros would cost less power. */
    void fill(Operations& operations, float* to, size_t count) const {
        std::vector<float> some = check::numbers(std::min<size_t>(count, 1 << 20), 7);
        for (float& x : some) x *= 0.03f;
        operations.copyIn(to, some.data(), some.size() * sizeof(float));
        for (size_t done = some.size(); done < count;) {
            size_t more = std::min(done, count - done);
            operations.copy(to + done, to, more * sizeof(float));
            done += more;
        }
    }

    /** What one large product and one large copy reach. */
    void peaks() {
        check::TestDevice device(false);
        auto operations = device.operations(Precision::BF16);
        auto blas = check::TestDevice::blas();
        int n = isTiny_ ? 32 : 8192;
        Block a(operations->budget(), size_t(n) * n * sizeof(bf16), "test"), b(operations->budget(), a.size(), "test"),
            c(operations->budget(), 2 * a.size(), "test");
        fill(*operations, a.as<float>(), a.size() / sizeof(float));
        fill(*operations, b.as<float>(), b.size() / sizeof(float));
        double whole = seconds(*operations, [&] {
            blas->multiply(nullptr, {n, n, n, {a.as<void>(), n, false}, {b.as<void>(), n, true}, true, c.as<float>(), n,
                                     false});
        });
        double few = seconds(*operations, [&] {
            for (int first = 0; first < n; first += cuda::CudaOperations::PRODUCT_ROWS)
                blas->multiply(nullptr, {std::min(n, cuda::CudaOperations::PRODUCT_ROWS), n, n,
                                         {a.as<bf16>() + size_t(first) * n, n, false}, {b.as<void>(), n, true}, true,
                                         c.as<float>() + size_t(first) * n, n, false});
        });
        flops_ = 2.0 * n * n * n / whole;
        add("product of " + std::to_string(n), flops_ / 1e12, "TFLOP/s");
        add("the same, 128 rows at a time", 2.0 * n * n * n / few / 1e12, "TFLOP/s", whole / few);
        double copy = seconds(*operations, [&] { operations->copy(c.as<char>(), a.as<char>(), a.size()); });
        bytes_ = 2.0 * a.size() / copy;
        add("copy", bytes_ / 1e9, "GB/s");
    }

    Config configOf(const Shape& s) const {
        Config c = check::config(s.norms);
        c.vocabulary = s.vocabulary;
        c.hidden = s.hidden;
        c.intermediate = s.intermediate;
        c.layers = s.layers;
        c.heads = s.heads;
        c.keyValueHeads = s.keyValueHeads;
        c.headSize = s.headSize;
        c.context = isTiny_ ? 256 : 8192;
        c.frequencies.clear();
        for (int i = 0; i < c.headSize / 2; i++) c.frequencies.push_back(std::pow(1e6, -2.0 * i / c.headSize));
        return c;
    }

    void model(const Shape& shape) {
        check::TestDevice device(false);
        Config config = configOf(shape);
        Model model(device.operations(Precision::BF16), false, config, check::layout(config, shape.tied, !shape.norms));
        fill(model.operations(), model.parameters(), model.parameterCount());
        model.loaded();
        name_ = shape.name;
        prefill(model);
        training(model);
        for (int count : {8, 64}) decode(model, count, true);
        decode(model, 64, false);
    }

    Batch sequence(int length) const {
        Batch batch;
        for (int i = 0; i < length; i++) batch.tokens.push_back(i % 257);
        batch.add(-1, 0, length);
        return batch;
    }

    void prefill(Model& model) {
        int rows = isTiny_ ? 40 : 4096;
        Operations& operations = model.operations();
        InferencePass pass(model);
        int64_t before = 0;
        double time = seconds(operations, [&] {
            before = operations.count();
            Batch batch = sequence(rows);
            pass.run(batch, nullptr, 1, check::never);
        });
        double flops = static_cast<double>(operations.count() - before);
        add(name_ + " prefill of " + std::to_string(rows), rows / time, "tokens/s", flops / time / flops_);
    }

    /** A group of completions after a prompt; the forward pass that is repeated does not count. */
    void training(Model& model) {
        int prompt = isTiny_ ? 20 : 1024, completion = isTiny_ ? 5 : 384, count = 8;
        Operations& operations = model.operations();
        TrainingWorkspace workspace(model);
        Block gradients(operations.budget(), model.parameterCount() * sizeof(float), "gradients");
        Batch batch = sequence(prompt);
        Targets targets;
        for (int i = 0; i < count; i++) {
            int start = batch.rows();
            for (int t = 0; t < completion; t++) {
                batch.tokens.push_back((t * 31 + i) % 257);
                targets.rows.push_back(t == 0 ? prompt - 1 : start + t - 1);
                targets.tokens.push_back(batch.tokens.back());
            }
            batch.add(0, start, completion);
        }
        std::vector<double> values(targets.count()), weights(targets.count(), 1e-3);
        double forward = 0;
        double time = seconds(operations, [&] {
            int64_t before = operations.count();
            TrainingPass pass(model, workspace, batch, targets, 1, true, values.data(), check::never, 1 << 20);
            forward = static_cast<double>(operations.count() - before);
            pass.backward(weights, gradients.as<float>());
        });
        add(name_ + " training", batch.rows() / time, "tokens/s", 3 * forward / time / flops_);
    }

    void decode(Model& model, int count, bool isShared) {
        int prompt = isTiny_ ? 40 : 4096, steps = isTiny_ ? 3 : 16;
        const Config& c = model.config();
        Operations& operations = model.operations();
        int page = operations.pageShape(c).tokens, pages = (isShared ? 1 : count) * (prompt / page + 1)
                                                           + count * (steps / page + 2);
        Generator generator(model, nullptr, pages, std::max(prompt, count), 2 * count + 1);
        std::vector<int> tokens(prompt), nodes;
        for (int i = 0; i < prompt; i++) tokens[i] = i % 257;
        int root = -1;
        for (int i = 0; i < count; i++) {
            if (i == 0 || !isShared) {
                root = generator.add(-1);
                generator.append({root}, {prompt}, tokens, check::never);
            }
            nodes.push_back(isShared ? generator.add(root) : root);
        }
        std::vector<int> next(count, 5), ones(count, 1);
        std::vector<double> uniforms(count, 0.5);
        std::vector<Draw> draws(count);
        auto step = [&] {
            generator.append(nodes, ones, next, check::never);
            generator.sample(nodes, uniforms, 1, false, draws.data());
            for (int i = 0; i < count; i++) next[i] = draws[i].token;
        };
        step();
        auto start = Clock::now();
        for (int i = 0; i < steps; i++) step();
        double time = std::chrono::duration<double>(Clock::now() - start).count() / steps;
        double keys = 4.0 * c.layers * c.keyWidth() * ((isShared ? 1.0 : count) * prompt + count * steps / 2.0);
        double least = (2.0 * model.parameterCount() + keys) / bytes_;
        add(name_ + " decode of " + std::to_string(count) + (isShared ? ", prompt shared" : ", prompts apart"),
            count / time, "tokens/s", least / time);
    }

    const bool isTiny_;
    double flops_ = 0, bytes_ = 0;
    std::string name_;
    std::vector<Figure> figures_;
};

}  // namespace

int main(int count, char** arguments) {
    bool isTiny = false, asJson = false;
    for (int i = 1; i < count; i++) {
        isTiny = isTiny || std::string(arguments[i]) == "--tiny";
        asJson = asJson || std::string(arguments[i]) == "--json";
    }
    if (std::string cause = check::TestDevice::unavailable(); !cause.empty()) {
        std::fprintf(stderr, "%s\n", cause.c_str());
        return 2;
    }
    Benchmark benchmark(isTiny);
    benchmark.run();
    benchmark.print(asJson);
}
