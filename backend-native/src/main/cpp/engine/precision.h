#pragma once

#include <string>

namespace rpt {

/**
 * The arithmetic of matrix products; norms and losses are single precision in all of them. INT8 is for forward products
 * only: weights have a scale for each output channel, activations one for each row. INT8_BLOCKS is the same with the
 * weights of Blocks, for matrices that have them.
 */
enum class Precision { FP32, BF16, INT8, INT8_BLOCKS };

/** The precision of products with gradients of a model in that precision: 8-bit weights are dequantised to BF16. */
constexpr Precision gradientPrecision(Precision precision) {
    return precision == Precision::FP32 ? Precision::FP32 : Precision::BF16;
}

/** The precision of that name; throws std::invalid_argument if there is none. */
Precision precisionNamed(const std::string& name);

}  // namespace rpt
