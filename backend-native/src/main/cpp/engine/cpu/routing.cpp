#include "cpu_operations.h"
#include "rows.h"

namespace rpt {

void CpuOperations::softmax(float* logits, int count, int width) {
    eachRow(pool(), count, [&](int row) {
        float* p = logits + size_t(row) * width;
        SoftmaxStats stats;
        compute_.kernels.softmaxTile(p, width, width, 1, stats);
        for (int e = 0; e < width; e++) p[e] /= stats.sum;
    });
}

void CpuOperations::addSlots(const Routes& routes, const float* slots, int width, const float* factors, float* y) {
    eachRow(pool(), routes.slots() / routes.perRow(), [&](int row) {
        for (int i = 0; i < routes.perRow(); i++) {
            int slot = routes.of(row)[i];
            compute_.kernels.axpy(factors ? factors[slot] : 1, slots + size_t(slot) * width, width,
                                  y + size_t(row) * width);
        }
    });
}

void CpuOperations::shareBackward(const float* shares, int count, int width, float* of, float* dOf, float* dShares) {
    eachRow(pool(), count, [&](int i) {
        float *x = of + size_t(i) * width, *dx = dOf + size_t(i) * width;
        dShares[i] = compute_.kernels.dot(x, dx, width);
        for (int k = 0; k < width; k++) {
            x[k] *= shares[i];
            dx[k] *= shares[i];
        }
    });
}

void CpuOperations::routesBackward(const Config& c, const Routes& routes, const float* probabilities,
                                   const float* dShares, float* dLogits) {
    eachRow(pool(), routes.slots() / routes.perRow(), [&](int row) {
        const float* p = probabilities + size_t(row) * c.experts;
        float* d = dLogits + size_t(row) * c.experts;
        float mean = 0;
        for (int i = 0; i < routes.perRow(); i++)
            mean += routes.shares()[routes.of(row)[i]] * dShares[routes.of(row)[i]];
        // Shares that sum to 1 are a softmax over the chosen experts alone.
        for (int e = 0; e < c.experts; e++) d[e] = c.sharesNormalised ? 0 : -p[e] * mean;
        for (int i = 0; i < routes.perRow(); i++) {
            int slot = routes.of(row)[i];
            d[routes.expert(row, i)] = routes.shares()[slot] * (dShares[slot] - mean);
        }
    });
}

}  // namespace rpt
