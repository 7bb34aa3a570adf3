#pragma once

#include <vector>

#include "backward.h"

namespace rpt {

/**
 * Which experts compute each row: those with the largest probabilities, of equal ones those with the lower number. A
 * slot is a row at an expert; slots come expert by expert, and row by row within each. So a product of an expert is that
 * of adjacent rows, and the sums over the experts of a row run in the order of their numbers, whatever else is in the
 * batch.
 */
class Routes {
public:
    /** @param probabilities of the experts, [rows][experts] in host memory */
    Routes(const Config& config, const float* probabilities, int rows);

    int slots() const { return static_cast<int>(rows_.size()); }
    /** Slots of an expert. */
    int count(int expert) const { return firsts_[expert + 1] - firsts_[expert]; }
    size_t first(int expert) const { return firsts_[expert]; }
    /** The row of each slot. */
    const int* rows() const { return rows_.data(); }
    /** The slots of a row, in the order of the experts. */
    const int* of(int row) const { return slots_.data() + size_t(row) * perRow_; }
    int perRow() const { return perRow_; }
    int expert(int row, int i) const { return experts_[size_t(row) * perRow_ + i]; }
    /** Factor of each slot in the sum over the experts of its row. */
    const float* shares() const { return shares_.data(); }

private:
    int perRow_;
    std::vector<int> firsts_;
    std::vector<int> rows_;
    std::vector<int> slots_;
    std::vector<int> experts_;
    std::vector<float> shares_;
};

/**
 * What a device does for layers with experts, beside Operations. Slots are rows of a width, in the order of Routes;
 * shares and their gradients are host memory, one for each slot.
 */
class ExpertOperations {
public:
    virtual ~ExpertOperations() = default;

    /** Softmax over each row of logits, [count][width], in place. */
    virtual void softmax(float* logits, int count, int width) = 0;
    /** y[row] += the sum over its slots of factor times slot; all factors are 1 if they are null. */
    virtual void addSlots(const Routes& routes, const float* slots, int width, const float* factors, float* y) = 0;
    /**
     * For slots of[count][width] and their gradients dOf before the share is a factor: dShares[i] = of[i] dOf[i], then
     * both times shares[i].
     */
    virtual void shareBackward(const float* shares, int count, int width, float* of, float* dOf, float* dShares) = 0;
    /** From gradients of the shares to those of the logits of a softmax, of which the choice has none. */
    virtual void routesBackward(const Config& config, const Routes& routes, const float* probabilities,
                                const float* dShares, float* dLogits) = 0;
};

/** The routes of rows whose probabilities are in the memory of the device. */
Routes routesOf(Operations& operations, const Config& config, const float* probabilities, int rows);

/**
 * The derivative of the experts of a layer: scratch.dNormed = the gradient of x from that of the sum.
 *
 * @param x what the layer's experts and router read, [rows][hidden]
 * @param masters the layer adds the gradients of its weights to them; null if they are frozen
 */
void expertsBackward(Model& model, int layer, int rows, const LayerActivations& activations, const float* x,
                     const float* dLowered, DecoderWorkspace& workspace, GradientWorkspace& scratch, float* masters);

}  // namespace rpt
