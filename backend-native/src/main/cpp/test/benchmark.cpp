// Measures how fast the engine is next to what the machine can do. Not a test: `benchmark [--json] [--cpu] [S15|S135]
// [fp32|bf16|int8] [threads] [instruction set] [decode|decode-int8|prefill|scoring|training]`. Shares are of the time
// that products and reading at the speeds of the first line would take, whichever is longer. --cpu divides processor
// time by the threads: it compares two builds on a busy machine, where its shares mean nothing.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <string>
#include <utility>

#include "check.h"
#include "generator.h"
#include "optimizer.h"
#include "passes.h"
#include "cpu/roofline.h"

using namespace rpt;

namespace {

/** Above 0, times are processor time divided by this number of threads. */
int sharedThreads = 0;

double now() {
    if (sharedThreads > 0) return static_cast<double>(std::clock()) / CLOCKS_PER_SEC / sharedThreads;
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
             .context = 4200,
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

/** What the machine can do, and what the model asks of it. */
struct Roofline {
    double products;  // operations per second
    double reading;   // bytes per second
    double bytesPerWeight;
    const Config& config;

    double layerWeights() const {
        double h = config.hidden;
        return config.layers * (h * config.fusedWidth() + h * config.queryWidth() + 3 * h * config.intermediate);
    }
    double headWeights() const { return double(config.vocabulary) * config.hidden; }
    /** Operations of attention for that many pairs of a token and one that it sees, forward. */
    double attention(double pairs) const { return 4 * pairs * config.queryWidth() * config.layers; }
    /** Bytes of keys and values of that many tokens. */
    double cache(double tokens) const { return 2 * tokens * config.keyWidth() * config.layers * bytesPerWeight; }
    static double causal(double tokens) { return tokens * (tokens + 1) / 2; }
};

/** Prints one line for each figure, or all of them as JSON. */
class Report {
public:
    Report(bool json, const std::string& title) : json_(json) {
        std::printf(json ? "{\"title\": \"%s\", \"figures\": [" : "%s\n", title.c_str());
    }
    ~Report() {
        if (json_) std::printf("\n]}\n");
    }

    /** @param least seconds that the roofline allows */
    void add(const std::string& what, double tokens, double time, double least) {
        if (json_)
            std::printf("%s\n  {\"name\": \"%s\", \"tokensPerSecond\": %.1f, \"milliseconds\": %.3f, \"roofline\": %.3f}",
                        first_ ? "" : ",", what.c_str(), tokens / time, time * 1e3, least / time);
        else
            std::printf("%-40s %9.1f tok/s %9.2f ms %5.0f %% of the roofline\n", what.c_str(), tokens / time, time * 1e3,
                        100 * least / time);
        std::fflush(stdout);
        first_ = false;
    }

private:
    bool json_;
    bool first_ = true;
};

bool never() {
    return false;
}

/** @param rounded whether to decode with the 8-bit copy of the weights */
void decode(Model& model, const Roofline& roofline, Report& report, bool rounded, int members, int prompt, int steps) {
    Generator generator(model, {nullptr, rounded}, 1000, 512, members + 1);
    int root = generator.add(-1);
    generator.append({root}, {prompt}, std::vector<int>(prompt, 7), never);
    std::vector<int> nodes, counts(members, 1), tokens(members, 5);
    std::vector<double> uniforms(members, 0.5);
    std::vector<Draw> draws(members);
    for (int m = 0; m < members; m++) nodes.push_back(generator.add(root));
    std::vector<double> times;
    for (int step = 0; step < steps; step++) {
        double start = now();
        generator.append(nodes, counts, tokens, never);
        generator.sample(nodes, uniforms, 1, false, draws.data());
        times.push_back(now() - start);
        for (int m = 0; m < members; m++) tokens[m] = (draws[m].token + m) % 1000;
    }
    std::sort(times.begin(), times.end());
    double weights = roofline.layerWeights() + roofline.headWeights(), own = members * steps / 2.0;
    double operations = 2 * weights * members + roofline.attention(double(members) * prompt + own);
    double bytes = weights * (rounded ? 1 : roofline.bytesPerWeight) + roofline.cache(prompt + own);
    report.add((rounded ? "decode with 8-bit weights, " : "decode, ") + std::to_string(members) + " after " + std::to_string(prompt), members,
               times[times.size() / 2], std::max(operations / roofline.products, bytes / roofline.reading));
}

Batch group(int members, int prompt, int completion) {
    Batch batch;
    batch.tokens.assign(prompt + size_t(members) * completion, 11);
    batch.segments.push_back({-1, 0, prompt, 0, 0, {}});
    for (int m = 0; m < members; m++) batch.segments.push_back({0, prompt + m * completion, completion, 0, prompt, {}});
    return batch;
}

void prefill(Model& model, const Roofline& roofline, Report& report, int tokens) {
    InferencePass pass(model);
    double time = seconds(tokens > 1024 ? 1 : 3, [&] {
        Batch batch = group(0, tokens, 0);
        pass.run(batch, nullptr, 0, never);
    });
    double operations = 2 * roofline.layerWeights() * tokens + roofline.attention(Roofline::causal(tokens));
    report.add("prefill, " + std::to_string(tokens), tokens, time, operations / roofline.products);
}

void scoring(Model& model, const Roofline& roofline, Report& report, int tokens, int candidates) {
    Targets targets;
    for (int i = 0; i + 1 < tokens; i++) targets.rows.push_back(i), targets.tokens.push_back(3);
    InferencePass pass(model);
    Head head(model);
    std::vector<Score> scores(tokens - 1);
    std::vector<Candidate> top;
    double time = seconds(3, [&] {
        Batch batch = group(0, tokens, 0);
        const float* stream = pass.run(batch, nullptr, tokens - 1, never);
        head.scores(stream, targets, {16, true, candidates}, scores.data(), top, never);
    });
    double operations = 2 * (roofline.layerWeights() + roofline.headWeights()) * tokens
                        + roofline.attention(Roofline::causal(tokens));
    report.add("scoring, " + std::to_string(tokens) + ", candidates " + std::to_string(candidates), tokens, time,
               operations / roofline.products);
}

void training(Model& model, const Roofline& roofline, Report& report, int members, int prompt, int completion) {
    Batch batch = group(members, prompt, completion);
    Targets targets;
    for (int m = 0; m < members; m++)
        for (int j = 0; j < completion; j++) {
            targets.rows.push_back(j == 0 ? prompt - 1 : prompt + m * completion + j - 1);
            targets.tokens.push_back(5);
        }
    TrainingWorkspace workspace(model);
    AdamW adamw(model, false);
    Block gradients(model.operations().budget(), model.layout().total * sizeof(float), "gradients");
    std::vector<double> logProbs(targets.count()), weights(targets.count(), 1e-3);
    UpdateOptions options{.rate = 1e-6,
                           .beta1 = 0.9,
                           .beta2 = 0.999,
                           .epsilon = 1e-8,
                           .weightDecay = 0.01,
                           .maxNorm = 1,
                           .step = 1};
    double time = seconds(2, [&] {
        TrainingPass pass(model, workspace, batch, targets, 1, false, logProbs.data(), never);
        pass.backward(weights, gradients.as<float>());
        adamw.update(gradients.as<float>(), {{0, model.layout().total, true}}, options);
    });
    int rows = batch.rows();
    double pairs = Roofline::causal(prompt) + members * (double(prompt) * completion + Roofline::causal(completion));
    // Forward one product for each weight and two of attention, backward two and five; the update reads weights, gradients
    // and moments and writes three of them.
    double operations = 6 * (roofline.layerWeights() * rows + roofline.headWeights() * targets.count())
                        + 3.5 * roofline.attention(pairs);
    double least = operations / roofline.products + 7 * sizeof(float) * double(model.layout().total) / roofline.reading;
    report.add("training, " + std::to_string(prompt) + " + " + std::to_string(members) + " x "
                   + std::to_string(completion),
               rows, time, least);
}

}  // namespace

int main(int count, char** arguments) {
    std::vector<std::string> words(arguments + 1, arguments + count);
    auto removed = [&](const char* word) {
        auto at = std::find(words.begin(), words.end(), word);
        bool is = at != words.end();
        if (is) words.erase(at);
        return is;
    };
    bool json = removed("--json"), onProcessor = removed("--cpu");
    auto wordAt = [&](size_t i, const char* otherwise) { return i < words.size() ? words[i] : std::string(otherwise); };
    std::string shape = wordAt(0, "S15"), name = wordAt(1, "bf16"), part = wordAt(4, "");
    Precision precision = name == "int8" ? Precision::INT8 : name == "bf16" ? Precision::BF16 : Precision::FP32;
    int threads = std::atoi(wordAt(2, "2").c_str());
    if (onProcessor) sharedThreads = threads;
    const Kernels* kernels = words.size() > 3 ? kernelsNamed(words[3].c_str()) : &bestKernels();
    if (!kernels) return std::fprintf(stderr, "usable: %s\n", usableKernels()), 1;
    Budget budget(size_t(64) << 30);
    Pool pool(threads);
    Config config = shapeNamed(shape);
    Model model(check::cpu(*kernels, pool, budget, precision), false, config, layoutOf(config));
    std::vector<float> random = check::numbers(model.layout().total, 1);
    for (size_t i = 0; i < random.size(); i++) model.parameters()[i] = 0.05f * random[i];
    Compute compute(*kernels, pool, budget, precision);
    Roofline roofline{measureProducts(compute), measureReading(compute),
                      name == "int8" ? 1.0 : name == "bf16" ? 2.0 : 4.0, config};
    char title[200];
    std::snprintf(title, sizeof title, "%s %s, %d threads, %s; roofline %.0f GFLOP/s, %.1f GB/s", shape.c_str(),
                  name.c_str(), threads, kernels->name, roofline.products / 1e9, roofline.reading / 1e9);
    Report report(json, title);
    auto wants = [&](const char* what) { return part.empty() || part == what; };
    if (wants("decode"))
        for (int members : {1, 8, 32}) decode(model, roofline, report, false, members, 256, shape == "S15" ? 64 : 24);
    if (wants("decode-int8"))
        for (int members : {1, 8, 32}) decode(model, roofline, report, true, members, 256, shape == "S15" ? 64 : 24);
    if (wants("prefill"))
        for (int tokens : {256, 512, 1024, 2048, 4096}) prefill(model, roofline, report, tokens);
    if (wants("scoring"))
        for (int candidates : {0, 8, 256}) scoring(model, roofline, report, 512, candidates);
    if (wants("training") && precision != Precision::INT8) {
        training(model, roofline, report, 8, 256, 96);
        training(model, roofline, report, 1, 1, 1023);
    }
}
