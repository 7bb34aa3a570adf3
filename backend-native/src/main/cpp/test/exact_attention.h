#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "batch.h"
#include "config.h"

/** Attention over a tree of segments in double precision, with every prefix repeated: what fast paths must equal. */
namespace check {

inline rpt::Config shape(int heads, int keyValueHeads, int headSize, int window = 0) {
    rpt::Config c{};
    c.heads = heads;
    c.keyValueHeads = keyValueHeads;
    c.headSize = headSize;
    c.layers = 1;
    c.context = 4096;
    c.windows = {window};
    return c;
}

inline int addSegment(rpt::Batch& batch, int parent, int length) {
    batch.tokens.resize(batch.rows() + length);
    return batch.add(parent, batch.rows() - length, length);
}

/** A trunk, prompts below it, completions below those, and another root. */
inline rpt::Batch tree(int trunk, int prompt, int completion) {
    rpt::Batch batch;
    int root = addSegment(batch, -1, trunk);
    for (int p = 0; p < 2; p++) {
        int node = addSegment(batch, root, prompt + p);
        for (int i = 0; i < 3; i++) addSegment(batch, node, std::max(1, completion - i));
    }
    addSegment(batch, -1, prompt);
    return batch;
}

/** Rows that a row sees, itself last. */
inline std::vector<int> seen(const rpt::Batch& batch, int segment, int row) {
    std::vector<int> rows;
    std::function<void(int)> before = [&](int s) {
        if (s < 0) return;
        before(batch.segments[s].parent);
        for (int i = 0; i < batch.segments[s].length; i++) rows.push_back(batch.segments[s].start + i);
    };
    before(batch.segments[segment].parent);
    for (int i = batch.segments[segment].start; i <= row; i++) rows.push_back(i);
    return rows;
}

/** The result of attention, its log-sum-exp and its gradient, by double loops. */
struct ExactAttention {
    std::vector<double> mixed, logSumExp, dFused;

    ExactAttention(const rpt::Config& c, const rpt::Batch& batch, const std::vector<float>& fused,
                   const std::vector<float>& dMixed)
        : mixed(dMixed.size()), logSumExp(size_t(batch.rows()) * c.heads), dFused(fused.size()) {
        for (size_t s = 0; s < batch.segments.size(); s++)
            for (int i = 0; i < batch.segments[s].length; i++)
                for (int h = 0; h < c.heads; h++)
                    head(c, fused, dMixed, seen(batch, static_cast<int>(s), batch.segments[s].start + i), h);
    }

private:
    void head(const rpt::Config& c, const std::vector<float>& fused, const std::vector<float>& dMixed,
              std::vector<int> keys, int h) {
        int width = c.fusedWidth(), size = c.headSize, row = keys.back();
        double scale = 1 / std::sqrt(double(size));
        if (c.window(0) > 0 && static_cast<int>(keys.size()) > c.window(0))
            keys.erase(keys.begin(), keys.end() - c.window(0));
        size_t q = size_t(row) * width + h * size, o = (size_t(row) * c.heads + h) * size;
        auto key = [&](int j) { return size_t(j) * width + (c.heads + h / c.sharing()) * size; };
        auto value = [&](int j) { return key(j) + c.keyWidth(); };
        std::vector<double> p;
        double sum = 0, product = 0;
        for (int j : keys) {
            double score = 0;
            for (int d = 0; d < size; d++) score += double(fused[q + d]) * fused[key(j) + d];
            p.push_back(std::exp(score * scale));
            sum += p.back();
        }
        logSumExp[size_t(row) * c.heads + h] = std::log(sum);
        for (size_t i = 0; i < keys.size(); i++) {
            p[i] /= sum;
            for (int d = 0; d < size; d++) mixed[o + d] += p[i] * fused[value(keys[i]) + d];
        }
        for (int d = 0; d < size; d++) product += dMixed[o + d] * mixed[o + d];
        for (size_t i = 0; i < keys.size(); i++) {
            double dp = 0;
            for (int d = 0; d < size; d++) dp += double(dMixed[o + d]) * fused[value(keys[i]) + d];
            double ds = p[i] * (dp - product) * scale;
            for (int d = 0; d < size; d++) {
                dFused[value(keys[i]) + d] += p[i] * dMixed[o + d];
                dFused[key(keys[i]) + d] += ds * fused[q + d];
                dFused[q + d] += ds * fused[key(keys[i]) + d];
            }
        }
    }
};

}  // namespace check
