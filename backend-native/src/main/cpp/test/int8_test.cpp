// 8-bit products of every instruction set: their integers are exact, their sum over rows and columns is that of double
// loops.

#include "check.h"
#include "matrix.h"

using namespace rpt;

namespace {

struct Row {
    double step;
    std::vector<int> q;
};

Row quantised(const float* x, int n) {
    float most = 0;
    for (int i = 0; i < n; i++) most = std::max(most, std::fabs(x[i]));
    Row row{most / 127.0f, std::vector<int>(n)};
    for (int i = 0; i < n && row.step > 0; i++)
        row.q[i] = static_cast<int>(std::nearbyint(x[i] / static_cast<float>(row.step)));
    return row;
}

/** What the weights or activations of a case look like. */
enum class Numbers { MIXED, POSITIVE, NEGATIVE, WHOLE };

std::vector<float> numbers(Numbers kind, int rows, int columns, uint32_t seed) {
    std::vector<float> values = check::numbers(size_t(rows) * columns, seed);
    for (size_t i = 0; i < values.size(); i++) switch (kind) {
            case Numbers::MIXED:
                break;
            case Numbers::POSITIVE:
                values[i] = std::fabs(values[i]);
                break;
            case Numbers::NEGATIVE:
                values[i] = -std::fabs(values[i]);
                break;
            // The step of a row that reaches 127 is 1: products of whole numbers must come out without any rounding.
            case Numbers::WHOLE:
                values[i] = i % columns == 0 ? -127.0f : std::nearbyint(127 * values[i]);
                break;
        }
    return values;
}

std::vector<float> product(Compute& compute, const std::vector<float>& a, const std::vector<float>& w, int m, int n,
                           int k, const std::vector<float>* start) {
    PackedMatrix b;
    b.packTransposed(compute, w.data(), n, k, compute.precision, "test");
    std::vector<float> c = start ? *start : std::vector<float>(size_t(m) * n);
    multiply(compute, a.data(), k, m, b, c.data(), n, start != nullptr);
    return c;
}

void products(const Kernels& kernels, Numbers left, Numbers right) {
    Budget budget(size_t(1) << 30);
    Pool pool(2);
    Compute compute(kernels, pool, budget, Precision::INT8);
    for (int m : check::SIZES)
        for (int n : check::SIZES)
            for (int k : check::SIZES) {
                std::vector<float> a = numbers(left, m, k, 1), w = numbers(right, n, k, 2);
                std::vector<float> start = check::numbers(size_t(m) * n, 3);
                std::vector<float> plain = product(compute, a, w, m, n, k, nullptr);
                std::vector<float> added = product(compute, a, w, m, n, k, &start);
                std::vector<Row> rows, columns;
                for (int i = 0; i < m; i++) rows.push_back(quantised(&a[size_t(i) * k], k));
                for (int j = 0; j < n; j++) columns.push_back(quantised(&w[size_t(j) * k], k));
                for (int i = 0; i < m; i++)
                    for (int j = 0; j < n; j++) {
                        int64_t sum = 0;
                        for (int p = 0; p < k; p++) sum += int64_t(rows[i].q[p]) * columns[j].q[p];
                        size_t at = size_t(i) * n + j;
                        if (left == Numbers::WHOLE && right == Numbers::WHOLE) CHECK(plain[at] == float(sum));
                        double exact = sum * rows[i].step * columns[j].step;
                        CHECK_NEAR(exact, plain[at], 1e-6 * (std::fabs(exact) + 1e-3));
                        CHECK_NEAR(exact + start[at], added[at], 1e-6 * (std::fabs(exact) + 1));
                    }
                std::vector<float> last(a.end() - k, a.end());
                std::vector<float> alone = product(compute, last, w, 1, n, k, nullptr);
                CHECK(!std::memcmp(alone.data(), &plain[size_t(m - 1) * n], n * sizeof(float)));
            }
}

/** Sums close to the limits of an integer. */
void longProducts(const Kernels& kernels) {
    Budget budget(size_t(1) << 30);
    Pool pool(1);
    Compute compute(kernels, pool, budget, Precision::INT8);
    constexpr int K = 131999;
    std::vector<float> a(K, -127.0f), w(2 * size_t(K), -127.0f);
    std::fill(w.begin() + K, w.end(), 127.0f);
    std::vector<float> c = product(compute, a, w, 1, 2, K, nullptr);
    CHECK(c[0] == float(int64_t(127) * 127 * K) && c[1] == -c[0]);
    bool refused = false;
    try {
        PackedMatrix b;
        b.packTransposed(compute, w.data(), 1, 2 * K, compute.precision, "test");
    } catch (const std::exception&) {
        refused = true;
    }
    CHECK(refused);
}

void bytesAreThoseOfTheNearestStep(const Kernels& kernels) {
    for (int n : check::SIZES) {
        std::vector<float> x = check::numbers(n, 7);
        Row expected = quantised(x.data(), n);
        std::vector<uint8_t> bytes(n);
        CHECK(kernels.quantise(x.data(), n, bytes.data()) == static_cast<float>(expected.step));
        for (int i = 0; i < n; i++) CHECK(bytes[i] == expected.q[i] + 128);
    }
}

void oddNumbers(const Kernels& kernels) {
    for (float odd : {NAN, INFINITY, -INFINITY})
        for (int at : {0, 5, 16, 36}) {
            std::vector<float> x = check::numbers(37, 7);
            x[at] = odd;
            std::vector<uint8_t> bytes(37);
            CHECK(std::isnan(kernels.quantise(x.data(), 37, bytes.data())));
            for (uint8_t byte : bytes) CHECK(byte == 128);
        }
    for (float small : {0.0f, -0.0f, 1e-42f}) {
        std::vector<float> x(37, small);
        std::vector<uint8_t> bytes(37);
        CHECK(kernels.quantise(x.data(), 37, bytes.data()) == 0);
        for (uint8_t byte : bytes) CHECK(byte == 128);
    }
}

}  // namespace

int main() {
    check::eachTable([](const Kernels& kernels) {
        for (Numbers left : {Numbers::MIXED, Numbers::POSITIVE, Numbers::NEGATIVE, Numbers::WHOLE})
            for (Numbers right : {Numbers::MIXED, Numbers::POSITIVE, Numbers::NEGATIVE, Numbers::WHOLE})
                products(kernels, left, right);
        longProducts(kernels);
        bytesAreThoseOfTheNearestStep(kernels);
        oddNumbers(kernels);
    });
}
