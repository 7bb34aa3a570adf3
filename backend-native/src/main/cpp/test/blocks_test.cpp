// 8-bit weights with a scale for each 32: found in weights that were dequantised, exact in every use, close in products.

#include "cpu/blocks.h"

#include <algorithm>

#include "model_shape.h"

using namespace rpt;

namespace {

constexpr int SIZE = Blocks::SIZE;

/** A scale with the 11 significant bits of a half. */
float half(uint32_t bits) {
    return std::ldexp(static_cast<float>(1024 + bits % 1024), -18 - static_cast<int>(bits >> 10) % 8);
}

/** What blocks hold: any q of 8 bits, those of Q4_0, those of Q5_0. */
std::vector<float> blocks(int count, uint32_t seed, int least, int most) {
    std::vector<float> random = check::numbers(size_t(count) * (SIZE + 1), seed), w(size_t(count) * SIZE);
    for (int b = 0; b < count; b++) {
        uint32_t bits;
        std::memcpy(&bits, &random[size_t(count) * SIZE + b], sizeof(bits));
        float d = b % 7 == 5 ? 0 : half(bits) * (b % 7 == 3 ? -1 : 1);
        for (int i = 0; i < SIZE; i++) {
            float q = least + (0.5f + 0.5f * random[size_t(b) * SIZE + i]) * (most - least);
            w[size_t(b) * SIZE + i] = d * std::nearbyint(q);
        }
    }
    return w;
}

void scales() {
    for (auto [least, most] : {std::pair{-128, 127}, {-127, 127}, {-8, 7}, {-16, 15}, {0, 3}, {-1, 1}}) {
        std::vector<float> w = blocks(3000, 5, least, most);
        for (size_t b = 0; b < w.size(); b += SIZE) {
            float scale = Blocks::scaleOf(&w[b]);
            for (int i = 0; i < SIZE; i++) {
                float q = scale == 0 ? 0 : std::nearbyint(w[b + i] / scale);
                CHECK(q >= -128 && q <= 127 && scale * q == w[b + i]);
            }
        }
        // One number that does not belong to the others.
        w[40] += 1e-5f;
        CHECK(Blocks::scaleOf(&w[32]) == 0);
    }
    std::vector<float> any = check::numbers(SIZE, 6);
    CHECK(Blocks::scaleOf(any.data()) == 0);
    any[3] = INFINITY;
    CHECK(Blocks::scaleOf(any.data()) == 0);
}

void products(const Kernels& kernels) {
    Budget budget(size_t(1) << 30);
    Pool pool(2);
    Compute compute(kernels, pool, budget, Precision::INT8);
    for (int m : {1, 2, 8, 13, 67})
        for (int n : {1, 16, 47, 48, 131})
            for (int k : {32, 64, 416}) {
                std::vector<float> a = check::numbers(size_t(m) * k, 1), start = check::numbers(size_t(m) * n, 3);
                std::vector<float> w = blocks(n * k / SIZE, 2 + k, -128, 127);
                CHECK(Blocks::hold(compute, w.data(), n, k));
                PackedMatrix b;
                b.packTransposed(compute, w.data(), n, k, Precision::INT8_BLOCKS, "test");
                std::vector<float> c(size_t(m) * n), added = start, row(k);
                multiply(compute, a.data(), k, m, b, c.data(), n, false);
                multiply(compute, a.data(), k, m, b, added.data(), n, true);
                for (int j = 0; j < n; j++) {
                    b.unpackRow(kernels, j, row.data());
                    CHECK(std::equal(row.begin(), row.end(), &w[size_t(j) * k]));
                }
                for (int i = 0; i < m; i++) {
                    std::vector<uint8_t> bytes(k);
                    double step = kernels.quantise(&a[size_t(i) * k], k, bytes.data());
                    for (int j = 0; j < n; j++) {
                        double sum = 0, size = 0;
                        for (int p = 0; p < k; p++) {
                            double product = step * (bytes[p] - 128) * w[size_t(j) * k + p];
                            sum += product;
                            size += std::fabs(product);
                        }
                        CHECK_NEAR(sum, c[size_t(i) * n + j], 1e-6 * size + 1e-12);
                        CHECK_NEAR(sum + start[size_t(i) * n + j], added[size_t(i) * n + j], 1e-6 * (size + 1));
                    }
                }
                std::vector<float> last(a.end() - k, a.end()), alone(n);
                multiply(compute, last.data(), k, 1, b, alone.data(), n, false);
                CHECK(!std::memcmp(alone.data(), &c[size_t(m - 1) * n], n * sizeof(float)));
            }
}

Config widened() {
    Config c = check::config(true);
    c.hidden = 64;
    c.intermediate = 96;
    c.headSize = 16;
    c.frequencies.push_back(0.01);
    return c;
}

/** Every matrix in blocks; norms and biases as they are. */
std::vector<float> weights(const Config& c, const Layout& at) {
    std::vector<float> w = check::weightsOf(c, at);
    auto matrix = [&](size_t begin, size_t size) {
        std::vector<float> values = blocks(static_cast<int>(size / SIZE), begin + 1, -127, 127);
        std::copy(values.begin(), values.end(), w.begin() + begin);
    };
    size_t h = c.hidden;
    matrix(at.embedding, c.vocabulary * h);
    if (at.head != at.embedding) matrix(at.head, c.vocabulary * h);
    for (int l = 0; l < c.layers; l++) {
        size_t start = at.layerStart + l * at.layerSize;
        matrix(start + at.layer.fused, c.fusedWidth() * h);
        matrix(start + at.layer.output, c.queryWidth() * h);
        matrix(start + at.layer.gateUp, 2 * h * c.intermediate);
        matrix(start + at.layer.down, h * c.intermediate);
    }
    return w;
}

std::vector<double> logProbs(Model& model) {
    auto [batch, targets] = check::batch(model.config());
    std::vector<double> values(targets.count());
    InferencePass pass(model);
    Head head(model);
    head.logProbs(pass.run(batch, nullptr, targets.count(), check::never), targets, 1, values.data(), nullptr,
                  check::never);
    return values;
}

double meanDifference(const std::vector<double>& one, const std::vector<double>& other) {
    double sum = 0;
    for (size_t i = 0; i < one.size(); i++) sum += std::fabs(one[i] - other[i]);
    return sum / one.size();
}

/** A model whose weights are blocks keeps them exactly, in little more than a byte each. */
void models(const Kernels& kernels, bool tied) {
    Budget exactBudget(size_t(1) << 30), budget(size_t(1) << 30), rowsBudget(size_t(1) << 30);
    Pool pool(2);
    Config c = widened();
    Layout at = check::layout(c, tied, true);
    std::vector<float> w = weights(c, at);
    Model exact(check::cpu(kernels, pool, exactBudget, Precision::FP32), true, c, at);
    Model model(check::cpu(kernels, pool, budget, Precision::INT8), true, c, at);
    check::load(exact, w);
    check::load(model, w);
    size_t blocks = at.total * Blocks::BYTES / SIZE;
    size_t rotary = size_t(c.context) * c.headSize * 4;
    // Panels are padded to 48 columns, norms and biases are single precision.
    CHECK(budget.used() < 1.35 * blocks + rotary);
    for (int token : {0, 7, 48, c.vocabulary - 1})
        for (const Model* of : {&model, &exact}) {
            std::vector<float> row = check::embeddingOf(*of, token);
            CHECK(std::equal(row.begin(), row.end(), &w[at.embedding + size_t(token) * c.hidden]));
        }
    std::vector<double> expected = logProbs(exact);
    double ofBlocks = meanDifference(expected, logProbs(model));
    // The same weights, of which one block cannot be held, so that each matrix has a scale for every row.
    for (int l = 0; l < c.layers; l++)
        for (int64_t offset : {at.layer.fused, at.layer.output, at.layer.gateUp, at.layer.down})
            w[at.layerStart + l * at.layerSize + offset] += 1e-5f;
    w[at.embedding] += 1e-5f;
    w[at.head] += 1e-5f;
    Model rows(check::cpu(kernels, pool, rowsBudget, Precision::INT8), true, c, at);
    check::load(rows, w);
    double ofRows = meanDifference(expected, logProbs(rows));
    if (std::getenv("RPT4J_PRINT"))
        std::printf("%s: %.5f nats with blocks, %.5f with rows; %.3f and %.3f bytes\n", kernels.name, ofBlocks, ofRows,
                    double(budget.used()) / at.total, double(rowsBudget.used()) / at.total);
    // What is left is the rounding of activations.
    CHECK(ofBlocks < ofRows);
}

/** W turned for gradients is that of the file, rounded to bfloat16. */
void turned(const Kernels& kernels) {
    Budget budget(size_t(1) << 30);
    Pool pool(3);
    Compute compute(kernels, pool, budget, Precision::INT8);
    for (int out : {1, 64, 131})
        for (int in : {32, 96}) {
            std::vector<float> w = blocks(out * in / SIZE, 9, -127, 127);
            PackedMatrix forward, backward, expected;
            forward.packTransposed(compute, w.data(), out, in, Precision::INT8_BLOCKS, "test");
            backward.packTurned(compute, forward, Precision::BF16, "test");
            expected.pack(compute, w.data(), in, out, in, Precision::BF16, "test");
            std::vector<float> dy = check::numbers(out, 4), dx(in), exact(in);
            multiply(compute, dy.data(), out, 1, backward, dx.data(), in, false);
            multiply(compute, dy.data(), out, 1, expected, exact.data(), in, false);
            CHECK(dx == exact);
        }
}

}  // namespace

int main() {
    scales();
    check::eachTable([](const Kernels& kernels) {
        products(kernels);
        turned(kernels);
        for (bool tied : {false, true}) models(kernels, tied);
    });
}
