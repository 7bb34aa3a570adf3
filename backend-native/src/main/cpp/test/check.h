#pragma once

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include "cpu/cpu_operations.h"

/** A few lines instead of a test framework: the first failing check ends the test and prints its place and values. */
namespace check {

[[noreturn]] inline void fail(const char* where, int line, const char* what) {
    std::fprintf(stderr, "%s:%d: %s\n", where, line, what);
    std::exit(1);
}

inline void isNear(double expected, double actual, double tolerance, const char* where, int line) {
    if (!(std::fabs(expected - actual) <= tolerance)) {
        std::fprintf(stderr, "%s:%d: expected %.9g, got %.9g (tolerance %.3g)\n", where, line, expected, actual,
                     tolerance);
        std::exit(1);
    }
}

/** Numbers of both signs in (-1, 1), the same for the same seed. */
inline std::vector<float> numbers(size_t count, uint32_t seed) {
    std::vector<float> values(count);
    uint64_t state = seed * 0x9E3779B97F4A7C15ull + 1;
    for (float& value : values) {
        state = state * 6364136223846793005ull + 1442695040888963407ull;
        value = static_cast<float>(static_cast<int32_t>(state >> 32)) / 2147483648.0f;
    }
    return values;
}

inline double rounded(float x) {
    uint32_t bits;
    std::memcpy(&bits, &x, 4);
    bits = (bits + 0x7fff + ((bits >> 16) & 1)) & 0xffff0000u;
    std::memcpy(&x, &bits, 4);
    return x;
}

/** Runs body for every table that this processor has. */
template <class Body>
void eachTable(Body body) {
    int tables = 0;
    for (const char* name : {"portable", "avx2", "avx512", "avx512-vnni", "avx512-bf16"})
        if (const rpt::Kernels* kernels = rpt::kernelsNamed(name)) {
            body(*kernels);
            tables++;
        }
    if (tables == 0) fail(__FILE__, __LINE__, "no kernels at all");
}

/** The operations of a model on the processor. */
inline std::unique_ptr<rpt::CpuOperations> cpu(const rpt::Kernels& kernels, rpt::Pool& pool, rpt::Budget& budget,
                                               rpt::Precision precision) {
    return std::make_unique<rpt::CpuOperations>(kernels, pool, budget, precision);
}

constexpr int SIZES[] = {1, 2, 13, 64, 207};

}  // namespace check

#define CHECK(condition)                                               \
    do {                                                               \
        if (!(condition)) check::fail(__FILE__, __LINE__, #condition); \
    } while (0)
#define CHECK_NEAR(expected, actual, tolerance) check::isNear(expected, actual, tolerance, __FILE__, __LINE__)
