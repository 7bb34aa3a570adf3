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
    /** @param probabilities of the experts, [rows][experts] */
    Routes(const Config& config, const float* probabilities, int rows);

    int slots() const { return static_cast<int>(rows_.size()); }
    /** Slots of an expert. */
    int count(int expert) const { return firsts_[expert + 1] - firsts_[expert]; }
    size_t first(int expert) const { return firsts_[expert]; }
    /** The row of a slot. */
    int row(int slot) const { return rows_[slot]; }
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

/** Softmax over each row of logits, [rows][experts], in place. */
void toProbabilities(Compute& compute, const Config& config, float* logits, int rows);
/** gathered[slot] = x[row of the slot], [hidden]. */
void gather(Compute& compute, const Config& config, const Routes& routes, const float* x, float* gathered);
/** y[row] += the sum over its slots of factor times gathered[slot]; all factors are 1 if they are null. */
void addWeighted(Compute& compute, const Config& config, const Routes& routes, const float* gathered,
                 const float* factors, float* y);

/** hidden[rows][width] = activated gate times up, of gateUp[rows][2 width]; and its derivative. */
void activate(Compute& compute, const Config& config, const float* gateUp, int width, int rows, float* hidden);
void activateBackward(Compute& compute, const Config& config, const float* gateUp, const float* dHidden, int width,
                      int rows, float* dGateUp);

/**
 * The derivative of the experts of a layer: scratch.dNormed = the gradient of x from that of the sum.
 *
 * @param x what the layer's experts and router read, [rows][hidden]
 * @param masters the layer adds the gradients of its weights to them; null if they are frozen
 */
void expertsBackward(Model& model, int layer, int rows, const LayerActivations& activations, const float* x,
                     const float* dLowered, DecoderWorkspace& workspace, GradientWorkspace& scratch, float* masters);

}  // namespace rpt
