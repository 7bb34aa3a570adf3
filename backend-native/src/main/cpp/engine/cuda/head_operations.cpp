#include "cuda_operations.h"
#include "logits.h"

namespace rpt::cuda {

namespace {

template <class T>
T* as(char* data, size_t offset = 0) {
    return reinterpret_cast<T*>(data + offset);
}

}  // namespace

void CudaOperations::hideAbsent(const Logits& logits, const std::vector<int>& absent) {
    Upload in;
    in.add(absent);
    cuda::hideAbsent(stream_, logits, as<int>(stage(in, 0).in), static_cast<int>(absent.size() / 2));
}

void CudaOperations::logProbs(const Logits& logits, const int* tokens, double temperature, double* out,
                              RowLoss* losses) {
    size_t count = logits.count;
    Upload in;
    in.add(tokens, count);
    Staged staged = stage(in, count * (sizeof(double) + sizeof(RowLoss)));
    double* values = as<double>(staged.results);
    RowLoss* rows = losses ? as<RowLoss>(staged.results, count * sizeof(double)) : nullptr;
    cuda::logProbs(stream_, logits, as<int>(staged.in), temperature, values, rows);
    copyOut(out, values, count * sizeof(double));
    if (losses) copyOut(losses, rows, count * sizeof(RowLoss));
}

void CudaOperations::scores(const Logits& logits, const int* tokens, const Wanted& wanted, Score* out,
                            Candidate* top) {
    size_t count = logits.count, candidates = count * wanted.candidates;
    Upload in;
    in.add(tokens, count);
    Staged staged = stage(in, count * sizeof(Score) + candidates * sizeof(Candidate)
                                  + scoresInts(logits, wanted) * sizeof(int));
    Score* rows = as<Score>(staged.results);
    Candidate* best = as<Candidate>(staged.results, count * sizeof(Score));
    cuda::scores(stream_, logits, as<int>(staged.in), wanted, rows, best,
                 as<int>(staged.results, count * sizeof(Score) + candidates * sizeof(Candidate)));
    copyOut(out, rows, count * sizeof(Score));
    if (candidates > 0) copyOut(top, best, candidates * sizeof(Candidate));
}

void CudaOperations::sample(const Logits& logits, const std::vector<int>& rows, const double* uniforms,
                            double temperature, bool greedy, Draw* out) {
    Upload in;
    size_t uniformsAt = in.add(uniforms, rows.size()), rowsAt = in.add(rows);
    Staged staged = stage(in, rows.size() * sizeof(Draw));
    Draw* draws = as<Draw>(staged.results);
    cuda::sample(stream_, logits, as<int>(staged.in, rowsAt), static_cast<int>(rows.size()),
                 as<double>(staged.in, uniformsAt), temperature, greedy, draws);
    copyOut(out, draws, rows.size() * sizeof(Draw));
}

void CudaOperations::logProbsBackward(const Logits& logits, const int* tokens, double temperature,
                                      const RowLoss* losses, const double* weights) {
    size_t count = logits.count;
    Upload in;
    size_t weightsAt = in.add(weights, count), lossesAt = in.add(losses, count), tokensAt = in.add(tokens, count);
    char* base = stage(in, 0).in;
    cuda::logProbsBackward(stream_, logits, as<int>(base, tokensAt), temperature, as<RowLoss>(base, lossesAt),
                           as<double>(base, weightsAt));
}

}  // namespace rpt::cuda
