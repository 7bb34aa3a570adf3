// Every operation of a CUDA device against the same operation of the CPU engine, at sizes on and off
// every unit of threads and partial sums.

#include <numeric>

#include "test_device.h"
#include "../check.h"
#include "../model_shape.h"

using namespace rpt;

namespace {

/** What an operation gave, in any number of lists. */
using Results = std::vector<std::vector<double>>;

/** Runs an operation on one device: numbers in, numbers out. */
class Run {
public:
    explicit Run(Operations& operations) : operations(operations) {}

    float* in(const std::vector<float>& values) {
        blocks_.emplace_back(operations.budget(), std::max<size_t>(1, values.size()) * sizeof(float), "test");
        operations.copyIn(blocks_.back().as<float>(), values.data(), values.size() * sizeof(float));
        return blocks_.back().as<float>();
    }
    float* numbers(size_t count) { return in(check::numbers(count, seed_++)); }
    void out(const float* from, size_t count) {
        std::vector<float> host(count);
        operations.copyOut(host.data(), from, count * sizeof(float));
        results.emplace_back(host.begin(), host.end());
    }

    Operations& operations;
    Results results;

private:
    std::vector<Block> blocks_;
    uint32_t seed_ = 1;
};

std::unique_ptr<Operations> cpuOperations(Pool& pool, Budget& budget, Precision precision) {
    return check::cpu(bestKernels(), pool, budget, precision);
}

/** Runs the same on both devices and in several orders of threads. */
template <class Body>
void compare(const char* what, Precision precision, double tolerance, Body body) {
    Pool pool(1);
    Budget budget(size_t(1) << 30);
    std::unique_ptr<Operations> cpu = cpuOperations(pool, budget, precision);
    Run exact(*cpu);
    body(exact);
    Results last;
    for (uint32_t seed : {1, 2, 3}) {
        check::TestDevice::setOrder(seed);
        check::TestDevice device(true);
        std::unique_ptr<Operations> cuda = device.operations(precision);
        Run run(*cuda);
        body(run);
        CHECK(run.results.size() == exact.results.size());
        CHECK(last.empty() || last == run.results);
        last = run.results;
    }
    for (size_t list = 0; list < last.size(); list++) {
        CHECK(last[list].size() == exact.results[list].size());
        for (size_t i = 0; i < last[list].size(); i++) {
            double expected = exact.results[list][i], actual = last[list][i];
            if (expected == actual) continue;
            if (!(std::fabs(expected - actual) <= tolerance * (1 + std::fabs(expected)))) {
                std::fprintf(stderr, "%s, list %zu, number %zu: ", what, list, i);
                CHECK_NEAR(expected, actual, tolerance * (1 + std::fabs(expected)));
            }
        }
    }
}

void rows(int count, int width) {
    compare("rows", Precision::FP32, 2e-6, [=](Run& run) {
        size_t size = size_t(count) * width;
        std::vector<int> at(count);
        for (int i = 0; i < count; i++) at[i] = (i * 7 + 3) % std::max(1, count / 2);
        float *x = run.numbers(size), *y = run.numbers(size), *sum = run.numbers(width), *one = run.numbers(width);
        run.operations.addRows(0.5f, {x, width}, {y, width, at.data()}, count, width);
        run.operations.addRows(2, {one, 0}, {y, width}, count, width);
        run.operations.addRows(-1, {x, width, at.data()}, {y, width}, count, width);
        run.operations.sumRows(x, count, width, sum);
        run.out(y, size);
        run.out(sum, width);
        run.operations.copyRows({x, width, at.data()}, {y, width}, count, width);
        run.operations.scale(3, y, size);
        run.out(y, size);
    });
}

void norms(int count, int width) {
    compare("norms", Precision::FP32, 1e-5, [=](Run& run) {
        size_t size = size_t(count) * width;
        std::vector<int> at(count);
        for (int i = 0; i < count; i++) at[i] = (i * 5 + 1) % count;
        Norm norm{run.numbers(width), 1, width, 1e-5f};
        float *x = run.numbers(size), *dy = run.numbers(size), *y = run.numbers(size), *copy = run.numbers(size),
              *dx = run.numbers(size), *dw = run.numbers(width);
        run.operations.norm(norm, {x, width}, count, y, copy);
        run.out(y, size);
        run.out(copy, size);
        run.operations.norm(norm, {x, width, at.data()}, count, y);
        run.out(y, size);
        run.operations.addNorm(norm, x, dy, count, y);
        run.out(y, size);
        run.operations.normBackward(norm, {x, width, at.data()}, dy, count, dx, dw);
        run.out(dx, size);
        run.out(dw, width);
        run.operations.normBackward(norm, {x, width}, dy, count, dx, nullptr);
        run.out(dx, size);
    });
}

void activations(int count, int width) {
    compare("activations", Precision::FP32, 2e-6, [=](Run& run) {
        size_t size = size_t(count) * width;
        for (bool gelu : {false, true}) {
            float *gateUp = run.numbers(2 * size), *dHidden = run.numbers(size), *hidden = run.numbers(size),
                  *dGateUp = run.numbers(2 * size);
            run.operations.scale(5, gateUp, 2 * size);
            run.operations.activate(gelu, gateUp, width, count, hidden);
            run.out(hidden, size);
            run.operations.activateBackward(gelu, gateUp, dHidden, width, count, dGateUp);
            run.out(dGateUp, 2 * size);
        }
    });
}

void projections(bool norms, bool overAllHeads, int rotarySize) {
    Config c = check::config(norms);
    c.normOverAllHeads = overAllHeads;
    c.rotarySize = rotarySize;
    compare("projections", Precision::FP32, 1e-5, [&](Run& run) {
        Batch batch;
        batch.tokens.resize(70);
        batch.add(batch.add(-1, 0, 30), 30, 40);
        assignPages(batch, run.operations.pageShape(c).tokens);
        auto plan = run.operations.plan(c, batch);
        Projection p{run.numbers(c.fusedWidth()), norms ? run.numbers(c.queryNormWidth()) : nullptr,
                     norms ? run.numbers(c.keyNormWidth()) : nullptr, run.numbers(c.context * c.rotaryWidth() + 600)};
        size_t size = 70 * size_t(c.fusedWidth()), rawSize = 70 * size_t(c.queryWidth() + c.keyWidth());
        float *fused = run.numbers(size), *raw = run.numbers(rawSize), *d = run.numbers(size),
              *dQuery = run.numbers(c.queryNormWidth()), *dKey = run.numbers(c.keyNormWidth());
        run.operations.project(*plan, p, fused, raw);
        run.out(fused, size);
        run.out(raw, rawSize);
        run.operations.projectBackward(*plan, p, raw, d, dQuery, dKey);
        run.out(d, size);
        run.out(dQuery, c.queryNormWidth());
        run.out(dKey, c.keyNormWidth());
        p.rotary = nullptr;
        p.bias = nullptr;
        run.operations.project(*plan, p, fused, raw);
        run.out(fused, size);
    });
}

void products(Precision precision, int m, int n, int k) {
    // Both round the same way, so what differs is the order of sums.
    compare("products", precision, 1e-5, [=](Run& run) {
        Operations& o = run.operations;
        auto forward = o.matrix(), turned = o.matrix(), packed = o.matrix();
        float *w = run.numbers(size_t(n) * k), *x = run.numbers(size_t(m) * k), *y = run.numbers(size_t(m) * n),
              *dx = run.numbers(size_t(m) * k), *dw = run.numbers(size_t(n) * k);
        o.store(*forward, w, n, k, precision, "test");
        o.multiply(x, k, m, *forward, y, n, true);
        run.out(y, size_t(m) * n);
        o.turn(*turned, *forward, precision, "test");
        o.multiply(y, n, m, *turned, dx, k, false);
        run.out(dx, size_t(m) * k);
        o.pack(*packed, x, k, m, k, precision, "test");
        o.addOuterProducts(y, n, m, n, *packed, dw);
        run.out(dw, size_t(n) * k);
        run.results.push_back({double(o.count())});
    });
}

void embeddings(Precision precision) {
    Config c = check::config(false);
    c.embeddingScale = 3;
    compare("embeddings", precision, 0, [&](Run& run) {
        std::vector<float> table = check::numbers(size_t(c.vocabulary) * c.hidden, 40);
        Batch batch;
        for (int i = 0; i < 9; i++) batch.tokens.push_back(i * 13 % c.vocabulary);
        batch.add(-1, 0, 9);
        assignPages(batch, run.operations.pageShape(c).tokens);
        auto plan = run.operations.plan(c, batch);
        float* x = run.numbers(size_t(9) * c.hidden);
        auto head = run.operations.matrix();
        for (bool isNarrow : {false, true}) {
            if (isNarrow)
                for (float& value : table) value = static_cast<float>(check::rounded(value));
            run.operations.storeFrozen(*head, table.data(), c.vocabulary, c.hidden, precision, "test");
            auto kept = run.operations.keepEmbedding(table.data(), c.vocabulary, c.hidden, head.get());
            run.results.push_back({double(kept != nullptr)});
            run.operations.embed(*plan, {nullptr, kept.get(), kept ? nullptr : head.get()}, x);
            run.out(x, size_t(9) * c.hidden);
            auto own = run.operations.keepEmbedding(table.data(), c.vocabulary, c.hidden, nullptr);
            CHECK(own != nullptr);
            run.operations.embed(*plan, {nullptr, own.get(), nullptr}, x);
            run.out(x, size_t(9) * c.hidden);
        }
        run.operations.embed(*plan, {run.in(table), nullptr, nullptr}, x);
        run.out(x, size_t(9) * c.hidden);
    });
}

void heads(int vocabulary) {
    compare("heads", Precision::FP32, 3e-6, [=](Run& run) {
        constexpr int COUNT = 3;
        std::vector<float> z = check::numbers(size_t(COUNT) * vocabulary, 50);
        for (float& value : z) value = std::round(value * 40) / 8;  // with many equal ones
        Logits logits{run.in(z), COUNT, vocabulary};
        if (vocabulary > 10) run.operations.hideAbsent(logits, {3, 5, 7, 8});
        std::vector<int> tokens{0, vocabulary / 2, vocabulary - 1};
        std::vector<double> values(COUNT), weights{0.5, 0, -2}, uniforms{0, 0.3, 0.999999, 0.6, 0.6};
        std::vector<RowLoss> losses(COUNT);
        run.operations.logProbs(logits, tokens.data(), 0.7, values.data(), losses.data());
        run.results.push_back(values);
        for (const RowLoss& loss : losses) run.results.push_back({loss.max, loss.logSum});
        for (bool renormalise : {false, true}) {
            Wanted wanted{std::min(20, vocabulary - 3), renormalise, std::min(7, vocabulary - 3)};
            if (vocabulary < 10) wanted = {1, renormalise, 1};
            std::vector<Score> scores(COUNT);
            std::vector<Candidate> top(size_t(COUNT) * wanted.candidates);
            run.operations.scores(logits, tokens.data(), wanted, scores.data(), top.data());
            for (const Score& s : scores) run.results.push_back({s.entropy, double(s.argmax), s.logProb});
            for (const Candidate& c : top) run.results.push_back({double(c.token), c.logProb});
        }
        for (bool greedy : {false, true}) {
            std::vector<Draw> draws(uniforms.size());
            run.operations.sample(logits, {0, 1, 2, 2, 0}, uniforms.data(), 0.9, greedy, draws.data());
            for (const Draw& d : draws) run.results.push_back({double(d.token), d.logProb});
        }
        run.operations.logProbsBackward(logits, tokens.data(), 0.7, losses.data(), weights.data());
        run.out(logits.z, z.size());
    });
}

void updates(size_t count, bool isNarrow) {
    compare("updates", Precision::FP32, 1e-6, [=](Run& run) {
        float *w = run.numbers(count), *g = run.numbers(count);
        std::vector<float> zeros(count);
        Moments moments{run.in(zeros), run.in(zeros), isNarrow};
        AdamStep step{0.5f, 0.9f, 0.1f, 0.999f, 0.001f, 1e-8f, 1e-2f, 0.1f, 10, 1000};
        run.operations.adamw(w, moments, g, 3, count - 3, step, 1);
        run.operations.adamw(w, moments, g, 3, count - 3, step, 2);
        run.out(w, count);
        run.results.push_back({run.operations.sumOfSquares(w, count)});
    });
}

}  // namespace

int main() {
    for (int count : {1, 70})
        for (int width : {1, 13, 300}) {
            rows(count, width);
            norms(count, width);
            activations(count, width);
        }
    projections(false, false, 0);
    projections(true, false, 8);
    projections(true, true, 0);
    for (Precision precision : {Precision::FP32, Precision::BF16}) {
        products(precision, 1, 5, 13);
        products(precision, 200, 24, 16);
        embeddings(precision);
    }
    for (int vocabulary : {1, 131, 1300}) heads(vocabulary);
    for (bool isNarrow : {false, true}) {
        updates(100, isNarrow);
        updates(Operations::STRETCH + 300, isNarrow);
    }
}
