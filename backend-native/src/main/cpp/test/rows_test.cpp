// Row kernels of every instruction set against double arithmetic, and their gradients against finite differences.

#include <functional>

#include "check.h"

using namespace rpt;

namespace {

constexpr float EPSILON = 1e-5f;

double normOf(const std::vector<double>& x, const std::vector<float>& w, const std::vector<float>& dy) {
    double squares = 0, loss = 0;
    for (double v : x) squares += v * v;
    double scale = 1 / std::sqrt(squares / x.size() + EPSILON);
    for (size_t i = 0; i < x.size(); i++) loss += dy[i] * w[i] * x[i] * scale;
    return loss;
}

void norms(const Kernels& kernels, int n, float added) {
    std::vector<float> x = check::numbers(n, 1), stored = check::numbers(n, 2), dy = check::numbers(n, 3), y(n);
    std::vector<float> w = stored;
    for (float& value : w) value += added;
    kernels.rmsNorm(x.data(), stored.data(), added, n, EPSILON, y.data());
    std::vector<double> exact(x.begin(), x.end());
    double loss = 0;
    for (int i = 0; i < n; i++) loss += double(dy[i]) * y[i];
    CHECK_NEAR(normOf(exact, w, dy), loss, 1e-5 * n);
    std::vector<float> dx(n, 1), dw(n, 2);
    kernels.rmsNormBackward(x.data(), stored.data(), added, dy.data(), n, EPSILON, dx.data(), dw.data());
    for (int i = 0; i < n; i++) {
        double step = 1e-5;
        exact[i] = x[i] + step;
        double above = normOf(exact, w, dy);
        exact[i] = x[i] - step;
        double below = normOf(exact, w, dy);
        exact[i] = x[i];
        double slope = (above - below) / (2 * step);
        CHECK_NEAR(slope, dx[i] - 1, 2e-5 * (1 + std::fabs(slope)));
        CHECK_NEAR(double(dy[i]) * y[i] / w[i], dw[i] - 2, 1e-4);
    }
}

double siluOf(double gate, double up) {
    return gate / (1 + std::exp(-gate)) * up;
}

double geluOf(double gate, double up) {
    return 0.5 * gate * (1 + std::tanh(std::sqrt(2 / M_PI) * (gate + 0.044715 * gate * gate * gate))) * up;
}

void gelus(const Kernels& kernels, int n) {
    std::vector<float> gate = check::numbers(n, 4), up = check::numbers(n, 5), dh = check::numbers(n, 6), h(n), dg(n),
                       du(n);
    for (float& value : gate) value *= 6;
    kernels.geluMul(gate.data(), up.data(), n, h.data());
    kernels.geluMulBackward(gate.data(), up.data(), dh.data(), n, dg.data(), du.data());
    for (int i = 0; i < n; i++) {
        CHECK_NEAR(geluOf(gate[i], up[i]), h[i], 1e-5);
        double step = 1e-4;
        double slope = (geluOf(gate[i] + step, up[i]) - geluOf(gate[i] - step, up[i])) / (2 * step);
        CHECK_NEAR(dh[i] * slope, dg[i], 2e-5);
        CHECK_NEAR(dh[i] * geluOf(gate[i], 1), du[i], 1e-5);
    }
}

void gates(const Kernels& kernels, int n) {
    std::vector<float> gate = check::numbers(n, 4), up = check::numbers(n, 5), dh = check::numbers(n, 6), h(n), dg(n),
                       du(n);
    for (float& value : gate) value *= 20;
    kernels.siluMul(gate.data(), up.data(), n, h.data());
    kernels.siluMulBackward(gate.data(), up.data(), dh.data(), n, dg.data(), du.data());
    for (int i = 0; i < n; i++) {
        CHECK_NEAR(siluOf(gate[i], up[i]), h[i], 1e-5);
        double step = 1e-4;
        double slope = (siluOf(gate[i] + step, up[i]) - siluOf(gate[i] - step, up[i])) / (2 * step);
        CHECK_NEAR(dh[i] * slope, dg[i], 2e-5);
        CHECK_NEAR(dh[i] * siluOf(gate[i], 1), du[i], 1e-5);
    }
}

void softmaxes(const Kernels& kernels, int n) {
    std::vector<float> x = check::numbers(n, 7);
    for (float& value : x) value *= 30;
    if (n > 2) x[1] = -INFINITY;
    std::vector<float> p = x;
    SoftmaxStats stats;
    kernels.softmaxTile(p.data(), n, n, 0.5f, stats);
    double most = -INFINITY, sum = 0;
    for (float value : x) most = std::fmax(most, 0.5 * value);
    for (int i = 0; i < n; i++) {
        double exact = std::exp(0.5 * x[i] - most);
        sum += exact;
        CHECK_NEAR(exact, p[i], 3e-7);
        CHECK(x[i] != -INFINITY || p[i] == 0);
    }
    CHECK_NEAR(most * 2, stats.max, 1e-5);
    CHECK_NEAR(sum, stats.sum, 1e-6 * n);
    CHECK_NEAR(most * 2, kernels.max(x.data(), n), 1e-5);
    CHECK_NEAR(sum, kernels.expSum(x.data(), n, static_cast<float>(most * 2), 0.5f), 1e-6 * n);
    kernels.expShifted(x.data(), n, 0.5f, static_cast<float>(most));
    for (int i = 0; i < n; i++) CHECK_NEAR(p[i], x[i], 3e-6);
}

/** Tile by tile, in both precisions: factors of the last maximum, sums, zeros behind what is seen. */
void tiles(const Kernels& kernels, int n, bool isNarrow) {
    int width = (n + kernels.panel - 1) / kernels.panel * kernels.panel;
    double tolerance = 5e-6;
    SoftmaxStats stats;
    double sum = 0, most = -3e38;
    for (int tile = 0; tile < 4; tile++) {
        std::vector<float> x = check::numbers(width, 20 + tile), p = x;
        for (float& value : x) value = tile == 0 ? -INFINITY : value * 30 * tile;
        std::copy(x.begin(), x.end(), p.begin());
        int seen = tile == 3 ? 0 : n;
        double before = most, last = 0;
        for (int i = 0; i < seen; i++) most = std::fmax(most, x[i]);
        float factor = isNarrow ? kernels.softmaxTileBf16(p.data(), seen, width, 0.5f, stats)
                                : kernels.softmaxTile(p.data(), seen, width, 0.5f, stats);
        CHECK_NEAR(std::exp(0.5 * (before - most)), factor, tolerance);
        for (int i = 0; i < width; i++) {
            float stored = p[i];
            if (isNarrow) {
                uint32_t bits = 0;
                std::memcpy(&bits, reinterpret_cast<const char*>(p.data()) + 2 * i, 2);
                bits <<= 16;
                std::memcpy(&stored, &bits, 4);
            }
            double exact = i < seen ? std::exp(0.5 * (x[i] - most)) : 0;
            CHECK_NEAR(exact, stored, exact * (isNarrow ? 0.00392 : 5e-6) + 1e-30);
            last += exact;
        }
        sum = sum * std::exp(0.5 * (before - most)) + last;
        CHECK_NEAR(sum, stats.sum, tolerance * (1 + sum));
        CHECK(stats.max == static_cast<float>(most));
    }
    std::vector<float> x(width, NAN);
    isNarrow ? kernels.softmaxTileBf16(x.data(), n, width, 1, stats) : kernels.softmaxTile(x.data(), n, width, 1, stats);
    CHECK(std::isnan(stats.sum));
}

void exponentials(const Kernels& kernels) {
    for (float x = -100; x < 89; x += 0.37f) {
        float y = x;
        kernels.expShifted(&y, 1, 1, 0);
        double exact = x < -87 ? 0 : std::exp(double(x));
        CHECK_NEAR(exact, y, 3e-7 * exact);
    }
    float nan = NAN;
    kernels.expShifted(&nan, 1, 1, 0);
    CHECK(std::isnan(nan));
}

void rotations(const Kernels& kernels, int half) {
    std::vector<float> head = check::numbers(2 * half, 8), cosine = check::numbers(half, 9),
                       sine = check::numbers(half, 10);
    std::vector<float> turned = head;
    kernels.rotate(turned.data(), cosine.data(), sine.data(), 2 * half);
    for (int i = 0; i < half; i++) {
        CHECK_NEAR(double(head[i]) * cosine[i] - double(head[half + i]) * sine[i], turned[i], 1e-6);
        CHECK_NEAR(double(head[half + i]) * cosine[i] + double(head[i]) * sine[i], turned[half + i], 1e-6);
    }
}

void sums(const Kernels& kernels, int n) {
    std::vector<float> x = check::numbers(n, 11), y = check::numbers(n, 12), z = y;
    double product = 0, squares = 0;
    for (int i = 0; i < n; i++) {
        product += double(x[i]) * y[i];
        squares += double(x[i]) * x[i];
    }
    CHECK_NEAR(product, kernels.dot(x.data(), y.data(), n), 1e-5);
    CHECK_NEAR(squares, kernels.sumOfSquares(x.data(), n), 1e-9);
    kernels.axpy(-0.75f, x.data(), n, z.data());
    for (int i = 0; i < n; i++) CHECK_NEAR(y[i] - 0.75 * x[i], z[i], 1e-6);
}

void narrowing(const Kernels& kernels, int n) {
    std::vector<float> x = check::numbers(n, 13);
    if (n > 13) x[3] = NAN, x[4] = INFINITY, x[5] = -INFINITY, x[6] = 1 + 1.0f / 256, x[7] = 1 + 3.0f / 256;
    std::vector<bf16> y(n);
    kernels.toBf16(x.data(), n, y.data());
    for (int i = 0; i < n; i++) {
        uint32_t bits = uint32_t(y[i]) << 16;
        float back;
        std::memcpy(&back, &bits, 4);
        if (std::isnan(x[i])) CHECK(std::isnan(back));
        else if (std::isinf(x[i])) CHECK(back == x[i]);
        else CHECK(back == check::rounded(x[i]));
    }
}

void updates(const Kernels& kernels, int n) {
    std::vector<float> w = check::numbers(n, 14), g = check::numbers(n, 15), m(n), v(n);
    std::vector<double> ew(w.begin(), w.end()), em(n), ev(n);
    for (int t = 1; t <= 10; t++) {
        double c1 = 1 / (1 - std::pow(0.9, t)), c2 = 1 / (1 - std::pow(0.999, t));
        AdamStep step{0.5f, 0.9f, float(1 - 0.9), 0.999f, float(1 - 0.999), 1e-8f, 1e-2f, 0.1f, float(c1), float(c2)};
        kernels.adamw(w.data(), g.data(), m.data(), v.data(), n, step);
        for (int i = 0; i < n; i++) {
            double gradient = 0.5 * g[i];
            em[i] = 0.9 * em[i] + 0.1 * gradient;
            ev[i] = 0.999 * ev[i] + 0.001 * gradient * gradient;
            ew[i] -= 1e-2 * (0.1 * ew[i] + em[i] * c1 / (std::sqrt(ev[i] * c2) + 1e-8));
            CHECK_NEAR(ew[i], w[i], 5e-6);
            g[i] = -g[i] * 0.9f + 0.01f;
        }
    }
}

}  // namespace

int main() {
    check::eachTable([](const Kernels& kernels) {
        exponentials(kernels);
        for (int n : check::SIZES) {
            norms(kernels, n, 0);
            norms(kernels, n, 1);
            gates(kernels, n);
            gelus(kernels, n);
            softmaxes(kernels, n);
            tiles(kernels, n, false);
            tiles(kernels, n, true);
            rotations(kernels, n);
            sums(kernels, n);
            narrowing(kernels, n);
            updates(kernels, n);
        }
    });
}
