#include <algorithm>
#include <cstring>

#include "cpu_operations.h"
#include "rows.h"
#include "sums.h"

namespace rpt {

namespace {

struct CpuPlan final : BatchPlan {
    CpuPlan(const Compute& compute, const Config& config, const Batch& batch)
        : BatchPlan(config, batch),
          attention(config, batch, compute.kernels.panel, compute.pool.threads()),
          positions(positionsOf(batch)) {}

    const float* rotary(const Projection& projection, int row) const {
        return projection.rotary + size_t(positions[row]) * config.rotaryWidth();
    }

    const AttentionPlan attention;
    const std::vector<int> positions;
};

const CpuPlan& cpu(const BatchPlan& plan) {
    return static_cast<const CpuPlan&>(plan);
}

/** Calls visit(whether of queries, first component, width) for everything that a query or key norm covers in a row. */
template <class Visit>
void eachNormed(const Config& c, Visit visit) {
    for (int at = 0; at < c.queryWidth(); at += c.queryNormWidth()) visit(true, at, c.queryNormWidth());
    for (int at = 0; at < c.keyWidth(); at += c.keyNormWidth()) visit(false, c.queryWidth() + at, c.keyNormWidth());
}

void turnBack(const Config& c, const float* rotary, float* dRow) {
    int half = c.rotaryWidth() / 2;
    for (int h = 0; h < c.heads + c.keyValueHeads; h++) {
        float* head = dRow + size_t(h) * c.headSize;
        for (int i = 0; i < half; i++) {
            float first = head[i], second = head[half + i];
            head[i] = first * rotary[i] + second * rotary[half + i];
            head[half + i] = second * rotary[i] - first * rotary[half + i];
        }
    }
}

}  // namespace

std::unique_ptr<BatchPlan> CpuOperations::plan(const Config& config, const Batch& batch) {
    return std::make_unique<CpuPlan>(compute_, config, batch);
}

void CpuOperations::project(const BatchPlan& plan, const Projection& p, float* fused, float* raw) {
    const Config& c = plan.config;
    const Kernels& kernels = compute_.kernels;
    int half = c.rotaryWidth() / 2, normedWidth = c.queryWidth() + c.keyWidth();
    eachRow(pool(), plan.batch.rows(), [&](int index) {
        float* row = fused + size_t(index) * c.fusedWidth();
        if (p.bias) kernels.axpy(1, p.bias, c.fusedWidth(), row);
        if (c.queryKeyNorm) {
            float* before = raw + size_t(index) * normedWidth;
            std::memcpy(before, row, normedWidth * sizeof(float));
            eachNormed(c, [&](bool isQuery, int begin, int width) {
                kernels.rmsNorm(before + begin, isQuery ? p.queryNorm : p.keyNorm, c.normAdded, width, c.epsilon,
                                row + begin);
            });
        }
        if (!p.rotary) return;
        const float* rotary = cpu(plan).rotary(p, index);
        for (int h = 0; h < c.heads + c.keyValueHeads; h++)
            kernels.rotate(row + size_t(h) * c.headSize, rotary, rotary + half, 2 * half);
    });
}

void CpuOperations::projectBackward(const BatchPlan& plan, const Projection& p, const float* raw, float* dFused,
                                    float* dQueryNorm, float* dKeyNorm) {
    const Config& c = plan.config;
    const Kernels& kernels = compute_.kernels;
    int rows = plan.batch.rows();
    if (p.rotary)
        eachRow(pool(), rows,
                [&](int row) { turnBack(c, cpu(plan).rotary(p, row), dFused + size_t(row) * c.fusedWidth()); });
    if (!c.queryKeyNorm) return;
    int ofQuery = c.queryNormWidth(), ofKey = c.keyNormWidth();
    std::vector<float> sums(size_t(ofQuery) + ofKey);
    rpt::sumRows(compute_, rows, ofQuery + ofKey, sums.data(), [&](int row, float* partial) {
        const float* before = raw + size_t(row) * (c.queryWidth() + c.keyWidth());
        float* dRow = dFused + size_t(row) * c.fusedWidth();
        std::vector<float> dBefore(std::max(ofQuery, ofKey));
        eachNormed(c, [&](bool isQuery, int begin, int width) {
            std::fill(dBefore.begin(), dBefore.end(), 0.0f);
            kernels.rmsNormBackward(before + begin, isQuery ? p.queryNorm : p.keyNorm, c.normAdded, dRow + begin, width,
                                    c.epsilon, dBefore.data(), partial + (isQuery ? 0 : ofQuery));
            std::memcpy(dRow + begin, dBefore.data(), width * sizeof(float));
        });
    });
    if (dQueryNorm) kernels.axpy(1, sums.data(), ofQuery, dQueryNorm);
    if (dKeyNorm) kernels.axpy(1, sums.data() + ofQuery, ofKey, dKeyNorm);
}

PageShape CpuOperations::pageShape(const Config& config) const {
    bool isNarrow = compute_.attention == Precision::BF16;
    size_t element = isNarrow ? sizeof(bf16) : sizeof(float);
    return {compute_.kernels.panel, compute_.panelBytes(config.headSize, compute_.attention),
            size_t(compute_.kernels.panel) * config.headSize * element, isNarrow};
}

void CpuOperations::attend(const BatchPlan& plan, const Pages& pages, int layer, const float* fused, float* mixed,
                           float* logSumExp) {
    const Config& c = plan.config;
    rpt::attend(compute_, c, plan.batch, cpu(plan).attention, pages, layer,
                {fused, fused + c.queryWidth(), fused + c.queryWidth() + c.keyWidth(), c.fusedWidth()}, mixed,
                logSumExp);
}

void CpuOperations::attendBackward(const BatchPlan& plan, int layer, const float* fused, const float* mixed,
                                   const float* logSumExp, const float* dMixed, float* dFused,
                                   const SharedKeys& shared) {
    const Config& c = plan.config;
    rpt::attendBackward(compute_, c, plan.batch, fused, c.fusedWidth(), mixed, logSumExp, dMixed, dFused,
                        c.window(layer), shared, attention_);
}

size_t CpuOperations::missingBytes(const Config& config, int rows) const {
    int threads = compute_.pool.threads();
    size_t needed = AttentionPlan::scratchBytes(config, rows, compute_.kernels.panel, threads);
    size_t held = compute_.scratch[0].size();
    return Bytes(needed > held ? needed - held : 0) * Bytes(threads);
}

void CpuOperations::reserve(const Config& config, int rows) {
    compute_.ensureScratch(
        AttentionPlan::scratchBytes(config, rows, compute_.kernels.panel, compute_.pool.threads()));
}

size_t CpuOperations::backwardBytes(const Config& c, int rows) const {
    // The packed activations of the widest product, and the packed factors of attention.
    size_t narrow = compute_.attention == Precision::BF16 ? 2 * size_t(c.queryWidth()) : 0;
    return Bytes(2 * size_t(c.feedWidth()) + 4 * size_t(c.keyWidth()) + narrow) * Bytes(rows) * Bytes(sizeof(float));
}

}  // namespace rpt
