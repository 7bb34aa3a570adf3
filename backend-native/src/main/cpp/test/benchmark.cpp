// Measures how fast the engine is next to what the machine can do. Not a test: `benchmark [S15|S135]
// [fp32|bf16|int8] [threads] [instruction set]`.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>
#include <utility>

#include "check.h"
#include "generator.h"
#include "optimizer.h"
#include "passes.h"
#include "roofline.h"

using namespace rpt;

namespace {

double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/** Median seconds of a few runs. */
template <class Work>
double seconds(int runs, Work work) {
    work();
    std::vector<double> times;
    for (int i = 0; i < runs; i++) {
        double start = now();
        work();
        times.push_back(now() - start);
    }
    std::sort(times.begin(), times.end());
    return times[times.size() / 2];
}

Config shapeNamed(const std::string& name) {
    bool small = name == "S15";
    Config c{.vocabulary = small ? 32000 : 49152,
             .hidden = small ? 288 : 576,
             .intermediate = small ? 768 : 1536,
             .layers = small ? 6 : 30,
             .heads = small ? 6 : 9,
             .keyValueHeads = small ? 6 : 3,
             .headSize = small ? 48 : 64,
             .context = 1024,
             .epsilon = 1e-5f,
             .queryKeyNorm = false,
             .frequencies = {}};
    for (int i = 0; i < c.headSize / 2; i++) c.frequencies.push_back(std::pow(10000.0, -2.0 * i / c.headSize));
    return c;
}

Layout layoutOf(const Config& c) {
    Layout l{};
    size_t v = size_t(c.vocabulary) * c.hidden;
    l.finalNorm = v;
    l.layerStart = v + c.hidden;
    int64_t at = 0;
    auto next = [&](int64_t size) {
        int64_t here = at;
        at += size;
        return here;
    };
    int64_t h = c.hidden;
    l.layer.inputNorm = next(h);
    l.layer.fused = next(h * c.fusedWidth());
    l.layer.fusedBias = l.layer.queryNorm = l.layer.keyNorm = l.layer.outputBias = LayerOffsets::ABSENT;
    l.layer.output = next(h * c.queryWidth());
    l.layer.postNorm = next(h);
    l.layer.gateUp = next(2 * h * c.intermediate);
    l.layer.down = next(h * c.intermediate);
    l.layerSize = at;
    l.total = l.layerStart + size_t(at) * c.layers;
    return l;
}

/** Seconds of the matrix products of one step with so many rows: those of the layers, and that of the head. */
std::pair<double, double> products(Model& model, bool rounded, int rows) {
    const Config& c = model.config();
    Compute& compute = model.compute();
    const PackedModel& packed = model.packed(rounded);
    int widest = std::max({c.vocabulary, 2 * c.intermediate, c.fusedWidth()});
    std::vector<float> x(size_t(rows) * std::max(c.intermediate, c.hidden), 0.01f), y(size_t(rows) * widest);
    auto apply = [&](const PackedMatrix& matrix) {
        multiply(compute, x.data(), matrix.rows(), rows, matrix, y.data(), matrix.columns(), false);
    };
    double layers = seconds(15, [&] {
        for (const PackedLayer& layer : packed.layers) {
            apply(layer.fused);
            apply(layer.output);
            apply(layer.feed.gateUp);
            apply(layer.feed.down);
        }
    });
    return {layers, seconds(15, [&] { apply(packed.head); })};
}

void rollouts(Model& model, bool rounded, int members, int prompt, int steps) {
    Generator generator(model, {nullptr, rounded}, 1000, 512, members + 1);
    CancelCheck never = [] { return false; };
    int root = generator.add(-1);
    double start = now();
    generator.append({root}, {prompt}, std::vector<int>(prompt, 7), never);
    double prefill = now() - start;
    std::vector<int> nodes, counts(members, 1), tokens(members, 5), parents(members, root);
    std::vector<double> uniforms(members, 0.5);
    std::vector<Draw> draws(members);
    for (int m = 0; m < members; m++) nodes.push_back(generator.add(root));
    start = now();
    for (int step = 0; step < steps; step++) {
        generator.append(nodes, counts, tokens, never);
        generator.sample(nodes, uniforms, 1, false, draws.data());
        for (int m = 0; m < members; m++) tokens[m] = (draws[m].token + m) % 1000;
    }
    double time = now() - start;
    auto [layers, head] = products(model, rounded, members);
    std::printf("rollouts%s: %d after a prompt of %d: prefill %.0f tok/s, decode %.1f tok/s; a step %.2f ms, of which "
                "products of the layers %.2f, of the head %.2f\n",
                rounded ? " of 8-bit weights" : "", members, prompt, prompt / prefill, members * steps / time, time / steps * 1e3, layers * 1e3,
                head * 1e3);
}

Batch group(int members, int prompt, int completion) {
    Batch batch;
    batch.tokens.assign(prompt + size_t(members) * completion, 11);
    batch.segments.push_back({-1, 0, prompt, 0, 0, {}});
    for (int m = 0; m < members; m++) batch.segments.push_back({0, prompt + m * completion, completion, 0, prompt, {}});
    return batch;
}

void scoring(Model& model) {
    Batch batch = group(0, 512, 0);
    Targets targets;
    for (int i = 0; i + 1 < 512; i++) targets.rows.push_back(i), targets.tokens.push_back(3);
    InferencePass pass(model);
    Head head(model);
    std::vector<Score> scores(511);
    std::vector<Candidate> top;
    CancelCheck never = [] { return false; };
    for (int candidates : {0, 8, 256}) {
        double time = seconds(3, [&] {
            Batch copy = batch;
            const float* stream = pass.run(copy, nullptr, 511, never);
            head.scores(stream, targets, {16, true, candidates}, scores.data(), top, never);
        });
        std::printf("scoring with %d candidates: %.0f tok/s\n", candidates, 512 / time);
    }
}

void training(Model& model, int members, int prompt, int completion) {
    Batch batch = group(members, prompt, completion);
    Targets targets;
    for (int m = 0; m < members; m++)
        for (int j = 0; j < completion; j++) {
            targets.rows.push_back(j == 0 ? prompt - 1 : prompt + m * completion + j - 1);
            targets.tokens.push_back(5);
        }
    TrainingWorkspace workspace(model);
    AdamW adamw(model, false);
    Block gradients(model.compute().budget, model.layout().total * sizeof(float), "gradients");
    std::vector<double> logProbs(targets.count()), weights(targets.count(), 1e-3);
    double forward = 0, backward = 0, update = 0;
    double time = seconds(2, [&] {
        double start = now();
        TrainingPass pass(model, workspace, batch, targets, 1, false, logProbs.data(), [] { return false; });
        forward = now() - start;
        pass.backward(weights, gradients.as<float>());
        backward = now() - start - forward;
        adamw.update(gradients.as<float>(), {{0, model.layout().total, true}}, {.rate = 1e-6,
                      .beta1 = 0.9,
                      .beta2 = 0.999,
                      .epsilon = 1e-8,
                      .weightDecay = 0.01,
                      .maxNorm = 1,
                      .step = 1});
        update = now() - start - forward - backward;
    });
    std::printf("training: %d + %d x %d tokens: %.0f tok/s (forward %.2f s, backward %.2f s, update %.2f s)\n", prompt,
                members, completion, batch.rows() / time, forward, backward, update);
}

}  // namespace

int main(int count, char** arguments) {
    std::string shape = count > 1 ? arguments[1] : "S15", name = count > 2 ? arguments[2] : "bf16";
    Precision precision = name == "int8" ? Precision::INT8 : name == "bf16" ? Precision::BF16 : Precision::FP32;
    int threads = count > 3 ? std::atoi(arguments[3]) : 2;
    const Kernels* kernels = count > 4 ? kernelsNamed(arguments[4]) : &bestKernels();
    if (!kernels) return std::fprintf(stderr, "usable: %s\n", usableKernels()), 1;
    Budget budget(size_t(64) << 30);
    Pool pool(threads);
    Config config = shapeNamed(shape);
    Model model(*kernels, pool, budget, precision, false, config, layoutOf(config));
    std::vector<float> random = check::numbers(model.layout().total, 1);
    for (size_t i = 0; i < random.size(); i++) model.parameters()[i] = 0.05f * random[i];
    std::printf("%s %s, %d threads, %s\n", shape.c_str(), name.c_str(), threads, kernels->name);
    std::printf("roofline: %.0f GFLOP/s in products that stay in the cache, %.1f GB/s read\n",
                measureProducts(model.compute()) / 1e9, measureReading(model.compute()) / 1e9);
    auto change = [&] {
        model.parametersChanged();
        model.forward();
    };
    double packing = seconds(3, change);
    double both = seconds(3, [&] {
        change();
        model.rounded();
    });
    std::printf("after an update: packing %.0f ms, rounding to 8 bits %.0f ms\n", packing * 1e3, (both - packing) * 1e3);
    for (int members : {1, 8, 32})
        for (bool rounded : {false, true}) rollouts(model, rounded, members, 256, shape == "S15" ? 64 : 24);
    scoring(model);
    if (precision != Precision::INT8) training(model, 8, 256, 64);
}
