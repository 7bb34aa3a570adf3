#pragma once

#include "check.h"
#include "passes.h"

/** Small models for tests: odd widths, shared key heads, every kind of weight. */
namespace check {

inline rpt::Config config(bool norms) {
    rpt::Config c{.vocabulary = 131,
                  .hidden = 52,
                  .intermediate = 77,
                  .layers = 3,
                  .heads = 4,
                  .keyValueHeads = 2,
                  .headSize = 14,
                  .context = 64,
                  .epsilon = 1e-5f,
                  .queryKeyNorm = norms,
                  .frequencies = {}};
    for (int i = 0; i < c.headSize / 2; i++) c.frequencies.push_back(std::pow(100.0, -2.0 * i / c.headSize));
    return c;
}

/** The same with 7 experts, of which a row uses 3, in the first and the last layer or in all. */
inline rpt::Config expertConfig(bool mixed) {
    rpt::Config c = config(true);
    c.experts = 7;
    c.expertsPerToken = 3;
    c.expertWidth = 22;
    c.sharesNormalised = mixed;
    c.expertLayers = {1, mixed ? 0 : 1, 1};
    return c;
}

/** Weights end to end: embedding, final norm, head unless tied, layers. */
inline rpt::Layout layout(const rpt::Config& c, bool tied, bool biases) {
    rpt::Layout at{};
    size_t h = c.hidden, next = 0;
    auto take = [](auto& from, size_t size) {
        auto here = from;
        from += size;
        return here;
    };
    at.embedding = take(next, c.vocabulary * h);
    at.finalNorm = take(next, h);
    at.head = tied ? at.embedding : take(next, c.vocabulary * h);
    at.layerStart = next;
    int64_t in = 0;
    auto optional = [&](bool has, size_t size) { return has ? take(in, size) : rpt::LayerOffsets::ABSENT; };
    at.layer.inputNorm = take(in, h);
    at.layer.fused = take(in, c.fusedWidth() * h);
    at.layer.fusedBias = optional(biases, c.fusedWidth());
    at.layer.queryNorm = optional(c.queryKeyNorm, c.headSize);
    at.layer.keyNorm = optional(c.queryKeyNorm, c.headSize);
    at.layer.output = take(in, c.queryWidth() * h);
    at.layer.outputBias = optional(biases, h);
    at.layer.postNorm = take(in, h);
    int64_t inExperts = in;
    at.layer.gateUp = take(in, 2 * h * c.intermediate);
    at.layer.down = take(in, h * c.intermediate);
    at.layerSize = in;
    if (c.experts > 0) {
        at.layer.router = take(inExperts, c.experts * h);
        at.layer.experts = take(inExperts, c.experts * rpt::expertSize(c));
        at.expertLayerSize = inExperts;
    }
    at.total = at.startOf(c, c.layers);
    return at;
}

/** Random weights; norms are near 1. */
inline std::vector<float> weightsOf(const rpt::Config& c, const rpt::Layout& at) {
    std::vector<float> w = numbers(at.total, 11);
    for (float& x : w) x *= 0.3f;
    auto norm = [&](size_t begin, int size) {
        for (int i = 0; i < size; i++) w[begin + i] += 1;
    };
    norm(at.finalNorm, c.hidden);
    for (int l = 0; l < c.layers; l++) {
        size_t start = at.startOf(c, l);
        norm(start + at.layer.inputNorm, c.hidden);
        norm(start + at.layer.postNorm, c.hidden);
        if (!c.queryKeyNorm) continue;
        norm(start + at.layer.queryNorm, c.headSize);
        norm(start + at.layer.keyNorm, c.headSize);
    }
    return w;
}

/** Hands a model its weights, part by part as Java does. */
inline void load(rpt::Model& model, const std::vector<float>& weights, bool asBf16 = false) {
    const rpt::Config& c = model.config();
    const rpt::Layout& at = model.layout();
    auto copy = [&](size_t offset, size_t count) {
        if (!asBf16) {
            std::memcpy(model.load(offset, count), weights.data() + offset, count * sizeof(float));
            return;
        }
        rpt::bf16* place = model.loadNarrow(offset, count);
        for (size_t i = 0; i < count; i++) std::memcpy(place + i, (const char*)&weights[offset + i] + 2, sizeof(*place));
    };
    size_t h = c.hidden;
    copy(at.embedding, c.vocabulary * h);
    copy(at.finalNorm, h);
    if (at.head != at.embedding) copy(at.head, c.vocabulary * h);
    for (int l = 0; l < c.layers; l++) {
        size_t start = model.layerStart(l);
        auto part = [&](int64_t offset, size_t count) {
            if (offset != rpt::LayerOffsets::ABSENT) copy(start + offset, count);
        };
        part(at.layer.inputNorm, h);
        part(at.layer.fused, c.queryWidth() * h);
        part(at.layer.fused + c.queryWidth() * int64_t(h), c.keyWidth() * h);
        part(at.layer.fused + (c.queryWidth() + c.keyWidth()) * int64_t(h), c.keyWidth() * h);
        part(at.layer.fusedBias, c.fusedWidth());
        part(at.layer.queryNorm, c.headSize);
        part(at.layer.keyNorm, c.headSize);
        part(at.layer.output, c.queryWidth() * h);
        part(at.layer.outputBias, h);
        part(at.layer.postNorm, h);
        if (c.hasExperts(l)) {
            part(at.layer.router, c.experts * h);
            for (int third = 0; third < 3 * c.experts; third++)
                part(at.layer.experts + third * c.expertWidth * int64_t(h), c.expertWidth * h);
            continue;
        }
        part(at.layer.gateUp, c.intermediate * h);
        part(at.layer.gateUp + c.intermediate * int64_t(h), c.intermediate * h);
        part(at.layer.down, c.intermediate * h);
    }
    model.loaded();
}

/** What a model has as the embedding of a token. */
inline std::vector<float> embeddingOf(const rpt::Model& model, int token) {
    rpt::Batch batch;
    batch.tokens = {token};
    batch.add(-1, 0, 1);
    std::vector<float> row(model.config().hidden);
    model.embed(*model.operations().plan(model.config(), batch), row.data());
    return row;
}

/** Two prompts with a common trunk, each with completions; every completion token is a target. */
inline std::pair<rpt::Batch, rpt::Targets> batch(const rpt::Config& c) {
    rpt::Batch batch;
    rpt::Targets targets;
    std::vector<float> random = numbers(200, 5);
    int token = 0;
    auto add = [&](int parent, int length) {
        int start = batch.rows();
        for (int i = 0; i < length; i++)
            batch.tokens.push_back(static_cast<int>(std::fabs(random[token++ % 200]) * c.vocabulary) % c.vocabulary);
        return batch.add(parent, start, length);
    };
    auto complete = [&](int prompt, int length) {
        int segment = add(prompt, length);
        int start = batch.segments[segment].start;
        const rpt::Segment& parent = batch.segments[prompt];
        for (int i = 0; i < length; i++) {
            targets.rows.push_back(i == 0 ? parent.start + parent.length - 1 : start + i - 1);
            targets.tokens.push_back(batch.tokens[start + i]);
        }
    };
    int trunk = add(-1, 7);
    for (int p = 0; p < 2; p++) {
        int prompt = add(trunk, 9 + p);
        for (int m = 0; m < 3; m++) complete(prompt, 5 + m);
    }
    return {batch, targets};
}

/** Weights of the log-probabilities in a loss. */
inline std::vector<double> lossWeights(const rpt::Targets& targets) {
    std::vector<float> random = numbers(targets.count(), 6);
    return {random.begin(), random.end()};
}

inline double loss(const std::vector<double>& weights, const std::vector<double>& logProbs) {
    double sum = 0;
    for (size_t i = 0; i < weights.size(); i++) sum += weights[i] * logProbs[i];
    return sum;
}

inline bool never() {
    return false;
}

}  // namespace check
