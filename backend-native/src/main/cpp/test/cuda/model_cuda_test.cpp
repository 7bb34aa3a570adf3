// A tiny model on a CUDA device and on the CPU: log-probabilities, scores, rollouts, training with all
// its gradients, and updates.

#include "test_device.h"
#include "../model_shape.h"
#include "generator.h"
#include "optimizer.h"
#include "session.h"

using namespace rpt;

namespace {

struct Case {
    Precision precision;
    bool norms, tied, frozen;
};

/** A model of the CPU and the same of the device. */
struct Pair {
    Pool pool{1};
    Budget budget{size_t(1) << 30};
    check::TestDevice device;
    Config config;
    Layout layout;
    Model cpu, cuda;

    // Hiding memory costs some system calls for each kernel: one precision shows that the host does not touch it.
    explicit Pair(const Case& of)
        : device(of.precision == Precision::FP32 && of.norms),
          config(check::config(of.norms)),
          layout(check::layout(config, of.tied, !of.norms)),
          cpu(check::cpu(bestKernels(), pool, budget, of.precision), of.frozen, config, layout),
          cuda(device.operations(of.precision), of.frozen, config, layout) {
        std::vector<float> weights = check::weightsOf(config, layout);
        check::load(cpu, weights);
        check::load(cuda, weights);
    }
};

/** In bfloat16 both round the same numbers, but products of attention are not rounded in the same places. */
double toleranceOf(const Case& of) {
    return of.precision == Precision::FP32 ? 2e-5 : 0.02;
}

void near(const std::vector<double>& expected, const std::vector<double>& actual, double tolerance) {
    CHECK(expected.size() == actual.size());
    for (size_t i = 0; i < expected.size(); i++)
        CHECK_NEAR(expected[i], actual[i], tolerance * (1 + std::fabs(expected[i])));
}

std::vector<double> logProbs(Model& model, Batch batch, const Targets& targets) {
    InferencePass pass(model);
    Head head(model);
    std::vector<double> values(targets.count());
    const float* x = pass.run(batch, nullptr, targets.count(), check::never);
    head.logProbs(x, targets, 0.8, values.data(), nullptr, check::never);
    return values;
}

std::vector<double> scores(Model& model, Batch batch, const Targets& targets) {
    InferencePass pass(model);
    Head head(model);
    std::vector<Score> all(targets.count());
    std::vector<Candidate> top;
    const float* x = pass.run(batch, nullptr, targets.count(), check::never);
    head.scores(x, targets, {20, true, 3}, all.data(), top, check::never);
    std::vector<double> values;
    for (const Score& score : all) values.insert(values.end(), {score.entropy, score.logProb});
    for (const Candidate& candidate : top) values.push_back(candidate.logProb);
    return values;
}

/** The prompt of a completion and the completion alone, in a batch of their own. */
std::pair<Batch, Targets> alone(const Batch& all, int segment) {
    std::vector<int> chain;
    for (int s = segment; s >= 0; s = all.segments[s].parent) chain.push_back(s);
    Batch batch;
    int parent = -1;
    for (auto s = chain.rbegin(); s != chain.rend(); ++s) {
        const Segment& from = all.segments[*s];
        int start = batch.rows();
        batch.tokens.insert(batch.tokens.end(), all.tokens.begin() + from.start,
                            all.tokens.begin() + from.start + from.length);
        parent = batch.add(parent, start, from.length);
    }
    Targets targets;
    for (int i = 1; i < batch.rows(); i++) {
        targets.rows.push_back(i - 1);
        targets.tokens.push_back(batch.tokens[i]);
    }
    return {batch, targets};
}

/** The same bits for a completion among its siblings and alone. */
void sameBits(Model& model, const Batch& batch) {
    int last = static_cast<int>(batch.segments.size()) - 1;
    auto [one, targets] = alone(batch, last);
    std::vector<double> expected = logProbs(model, one, targets);
    Targets among;
    int length = batch.segments[last].length;
    for (int i = 1; i < length; i++) {
        among.rows.push_back(batch.segments[last].start + i - 1);
        among.tokens.push_back(batch.tokens[batch.segments[last].start + i]);
    }
    std::vector<double> actual = logProbs(model, batch, among);
    for (int i = 0; i + 1 < length; i++) CHECK(actual[i] == expected[expected.size() - (length - 1) + i]);
}

void inference(const Case& of) {
    Pair pair(of);
    auto [batch, targets] = check::batch(pair.config);
    near(logProbs(pair.cpu, batch, targets), logProbs(pair.cuda, batch, targets), toleranceOf(of));
    near(scores(pair.cpu, batch, targets), scores(pair.cuda, batch, targets), toleranceOf(of));
    sameBits(pair.cuda, batch);
}

constexpr int STEPS = 5;

/** Two rollouts of each of two prompts below a trunk, sampled and appended step by step. */
struct Rollouts {
    std::vector<std::vector<int>> prompts{{20, 21, 22}, {30, 31}};
    std::vector<int> trunk{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17};
    std::vector<std::vector<int>> tokens = std::vector<std::vector<int>>(4);
    std::vector<double> logProbs = std::vector<double>(4 * STEPS);  // rollout by rollout

    explicit Rollouts(Model& model) {
        Generator generator(model, nullptr, 40, 64, 8);
        int root = generator.add(-1);
        std::vector<int> heads{generator.add(root), generator.add(root)}, all = trunk;
        for (const std::vector<int>& prompt : prompts) all.insert(all.end(), prompt.begin(), prompt.end());
        generator.append({root, heads[0], heads[1]}, {17, 3, 2}, all, check::never);
        std::vector<int> from{heads[0], heads[0], heads[1], heads[1]}, nodes;
        for (int head : from) nodes.push_back(generator.add(head));
        for (int step = 0; step < STEPS; step++) {
            std::vector<Draw> draws(4);
            std::vector<double> uniforms{0.1 + 0.15 * step, 0.9 - 0.1 * step, 0.05, 0.77};
            generator.sample(from, uniforms, 0.8, step == STEPS - 1, draws.data());
            std::vector<int> drawn;
            for (int i = 0; i < 4; i++) {
                drawn.push_back(draws[i].token);
                tokens[i].push_back(draws[i].token);
                logProbs[i * STEPS + step] = draws[i].logProb;
            }
            generator.append(nodes, {1, 1, 1, 1}, drawn, check::never);
            from = nodes;
        }
    }

    /** The same tokens as sequences to score. */
    std::pair<Batch, Targets> batch() const {
        Batch batch;
        Targets targets;
        auto add = [&](int parent, const std::vector<int>& of) {
            batch.tokens.insert(batch.tokens.end(), of.begin(), of.end());
            return batch.add(parent, batch.rows() - static_cast<int>(of.size()), static_cast<int>(of.size()));
        };
        int root = add(-1, trunk), prompt = root;
        for (int i = 0; i < 4; i++) {
            if (i % 2 == 0) prompt = add(root, prompts[i / 2]);
            int before = batch.segments[prompt].start + batch.segments[prompt].length - 1;
            int start = batch.segments[add(prompt, tokens[i])].start;
            for (int step = 0; step < STEPS; step++) {
                targets.rows.push_back(step == 0 ? before : start + step - 1);
                targets.tokens.push_back(tokens[i][step]);
            }
        }
        return {batch, targets};
    }
};

void rollouts(const Case& of) {
    Pair pair(of);
    Rollouts actual(pair.cuda);
    auto [batch, targets] = actual.batch();
    // What was sampled step by step has the bits of the same tokens in one pass.
    CHECK(logProbs(pair.cuda, batch, targets) == actual.logProbs);
    near(logProbs(pair.cpu, batch, targets), actual.logProbs, toleranceOf(of));
    // In bfloat16 a draw at the edge of two tokens may fall on either side.
    if (of.precision == Precision::FP32) CHECK(Rollouts(pair.cpu).tokens == actual.tokens);
}

void session(const Case& of) {
    Pair pair(of);
    std::vector<double> logits[2];
    for (Model* model : {&pair.cpu, &pair.cuda}) {
        Session session(*model, nullptr);
        std::vector<float> z(pair.config.vocabulary);
        session.append({5, 6, 7}, check::never);
        session.append({8}, check::never);
        session.truncate(2);
        session.append({9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24}, check::never);
        session.logits(z.data());
        logits[model == &pair.cuda].assign(z.begin(), z.end());
    }
    near(logits[0], logits[1], toleranceOf(of));
}

/** Gradients and some updates; `partRows` divides the batch into parts that share keys. */
std::vector<double> train(Model& model, bool recompute, int partRows, bool isNarrow, bool isLayerwise) {
    Operations& operations = model.operations();
    auto [batch, targets] = check::batch(model.config());
    AdamW adamw(model, isNarrow, isLayerwise);
    TrainingWorkspace workspace(model);
    std::vector<double> results;
    size_t count = model.parameterCount();
    Block gradients(operations.budget(), count * sizeof(float), "gradients");
    std::vector<float> host(count);
    auto keep = [&](const float* from) {
        operations.copyOut(host.data(), from, count * sizeof(float));
        results.insert(results.end(), host.begin(), host.end());
    };
    for (int step = 1; step <= 2; step++) {
        std::vector<double> values(targets.count());
        TrainingPass pass(model, workspace, batch, targets, 0.8, recompute, values.data(), check::never, partRows);
        results.insert(results.end(), values.begin(), values.end());
        std::vector<double> weights = check::lossWeights(targets);
        std::vector<DecaySpan> spans{{0, count / 2, true}, {count / 2, count, false}};
        UpdateOptions options{.rate = 1e-3, .beta1 = 0.9, .beta2 = 0.99, .epsilon = 1e-2, .weightDecay = 0.1,
                              .maxNorm = 1, .step = step};
        if (isLayerwise) {
            results.push_back(adamw.update(pass, weights, spans, options));
        } else {
            operations.zero(gradients.as<float>(), count * sizeof(float));
            pass.backward(weights, gradients.as<float>());
            keep(gradients.as<float>());
            results.push_back(adamw.update(gradients.as<float>(), spans, options));
        }
        keep(model.parameters());
    }
    return results;
}

void training(const Case& of, bool recompute, int partRows, bool isNarrow, bool isLayerwise) {
    Pair pair(of);
    std::vector<double> expected = train(pair.cpu, recompute, partRows, isNarrow, isLayerwise);
    near(expected, train(pair.cuda, recompute, partRows, isNarrow, isLayerwise), 10 * toleranceOf(of));
}

}  // namespace

int main() {
    for (Precision precision : {Precision::FP32, Precision::BF16})
        for (bool norms : {false, true}) {
            inference({precision, norms, norms, !norms});
            rollouts({precision, norms, !norms, norms});
        }
    session({Precision::FP32, true, false, true});
    training({Precision::FP32, true, false, false}, false, 1000, false, false);
    training({Precision::FP32, false, true, false}, true, 12, true, false);
    training({Precision::BF16, true, true, false}, true, 1000, false, true);
}
