// Matrix products of every instruction set against double loops, at sizes on and off every tile.

#include "check.h"
#include "matrix.h"

using namespace rpt;

namespace {

struct Case {
    int m, n, k;
    std::vector<float> a, w, start;

    Case(int m, int n, int k)
        : m(m),
          n(n),
          k(k),
          a(check::numbers(size_t(m) * k, 1)),
          w(check::numbers(size_t(n) * k, 2)),
          start(check::numbers(size_t(m) * n, 3)) {}

    double expected(int i, int j, bool isBf16, bool accumulate) const {
        double sum = accumulate ? start[size_t(i) * n + j] : 0;
        for (int p = 0; p < k; p++) {
            float x = a[size_t(i) * k + p], y = w[size_t(j) * k + p];
            sum += isBf16 ? check::rounded(x) * check::rounded(y) : double(x) * y;
        }
        return sum;
    }

    void check(const std::vector<float>& c, bool isBf16, bool accumulate) const {
        for (int i = 0; i < m; i++)
            for (int j = 0; j < n; j++)
                CHECK_NEAR(expected(i, j, isBf16, accumulate), c[size_t(i) * n + j], 1e-6 * (k + 4));
    }
};

void products(const Kernels& kernels, Precision precision, int threads) {
    Budget budget(size_t(1) << 30);
    Pool pool(threads);
    Compute compute(kernels, pool, budget, precision);
    bool isBf16 = precision == Precision::BF16;
    for (int m : check::SIZES)
        for (int n : check::SIZES)
            for (int k : check::SIZES) {
                Case problem(m, n, k);
                PackedMatrix b;
                b.packTransposed(compute, problem.w.data(), n, k, precision, "test");
                std::vector<float> c(size_t(m) * n);
                multiply(compute, problem.a.data(), k, m, b, c.data(), n, false);
                problem.check(c, isBf16, false);
                c = problem.start;
                multiply(compute, problem.a.data(), k, m, b, c.data(), n, true);
                problem.check(c, isBf16, true);
                // Every row alone has the bits that it has among others.
                std::vector<float> row(n);
                multiply(compute, problem.a.data() + size_t(m - 1) * k, k, 1, b, row.data(), n, false);
                multiply(compute, problem.a.data(), k, m, b, c.data(), n, false);
                CHECK(!std::memcmp(row.data(), c.data() + size_t(m - 1) * n, n * sizeof(float)));
            }
}

void outerProducts(const Kernels& kernels, Precision precision) {
    Budget budget(size_t(1) << 30);
    Pool pool(2);
    Compute compute(kernels, pool, budget, precision);
    for (int t : check::SIZES)
        for (int n : check::SIZES)
            for (int k : {1, 13, 64, 207}) {
                std::vector<float> dy = check::numbers(size_t(t) * n, 4), x = check::numbers(size_t(t) * k, 5);
                std::vector<float> gradient(size_t(n) * k, 0.5f);
                PackedMatrix packed;
                packed.pack(compute, x.data(), k, t, k, precision, "test");
                addOuterProducts(compute, dy.data(), n, t, n, packed, gradient.data());
                for (int i = 0; i < n; i++)
                    for (int j = 0; j < k; j++) {
                        double sum = 0.5;
                        for (int p = 0; p < t; p++) {
                            float a = dy[size_t(p) * n + i], b = x[size_t(p) * k + j];
                            sum += precision == Precision::BF16 ? check::rounded(a) * check::rounded(b) : double(a) * b;
                        }
                        CHECK_NEAR(sum, gradient[size_t(i) * k + j], 1e-6 * (t + 4));
                    }
            }
}

void deepProducts(const Kernels& kernels) {
    Budget budget(size_t(1) << 30);
    Pool pool(1);
    for (Precision precision : {Precision::FP32, Precision::BF16}) {
        Compute compute(kernels, pool, budget, precision);
        Case problem(3, 5, 5001);
        PackedMatrix b;
        b.packTransposed(compute, problem.w.data(), 5, 5001, precision, "test");
        std::vector<float> c(15);
        multiply(compute, problem.a.data(), 5001, 3, b, c.data(), 5, false);
        for (int i = 0; i < 15; i++)
            CHECK_NEAR(problem.expected(i / 5, i % 5, precision == Precision::BF16, false), c[i], 2e-4);
    }
}

}  // namespace

int main() {
    check::eachTable([](const Kernels& kernels) {
        products(kernels, Precision::FP32, 1);
        products(kernels, Precision::BF16, 3);
        outerProducts(kernels, Precision::FP32);
        outerProducts(kernels, Precision::BF16);
        deepProducts(kernels);
    });
}
