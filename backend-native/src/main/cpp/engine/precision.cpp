#include "precision.h"

#include <stdexcept>

namespace rpt {

Precision precisionNamed(const std::string& name) {
    if (name == "FP32") return Precision::FP32;
    if (name == "BF16") return Precision::BF16;
    if (name == "INT8") return Precision::INT8;
    throw std::invalid_argument("no precision is named \"" + name + "\"; available: FP32, BF16, INT8");
}

}  // namespace rpt
