#include "logits.h"

#include "softmax.h"

namespace rpt::cuda {

namespace {

constexpr int WARPS = THREADS / WARP;

__device__ float* rowOf(const Logits& logits, int row) {
    return logits.z + size_t(row) * logits.vocabulary;
}

// All kernels here have a block per row and read it from memory or, after the first time, from the L2 cache.

__global__ void __launch_bounds__(THREADS) hide(Logits logits, const int* absent, int pairs) {
    float* z = rowOf(logits, blockIdx.x);
    for (int pair = 0; pair < pairs; pair++)
        for (int i = absent[2 * pair] + thread(); i < absent[2 * pair + 1]; i += THREADS) z[i] = -INFINITY;
}

__global__ void __launch_bounds__(THREADS) logProbRows(Logits logits, const int* tokens, double temperature,
                                                       double* out, RowLoss* losses) {
    SharedMemory shared;
    const float* z = rowOf(logits, blockIdx.x);
    float max = largest(z, logits.vocabulary, shared.take<float>(WARPS));
    double logSum = log(sumOfPowers(z, logits.vocabulary, max, static_cast<float>(1 / temperature),
                                    shared.take<double>(softmaxStretches(logits.vocabulary))));
    if (thread() != 0) return;
    out[blockIdx.x] = (double(z[tokens[blockIdx.x]]) - max) / temperature - logSum;
    if (losses) losses[blockIdx.x] = {max, logSum};
}

/** A number that orders singles as integers. */
__device__ unsigned rankOf(float x) {
    unsigned bits = __float_as_uint(x);
    return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

/** The count largest of a row of logits. */
class Top {
public:
    static constexpr int BINS = 256;

    static size_t bytes() { return sharedBytes<int>(BINS) + sharedBytes<int>(WARPS) + sharedBytes<unsigned>(2); }

    __device__ Top(SharedMemory& shared, const float* z, int vocabulary, int count)
        : bins_(shared.take<int>(BINS)),
          perWarp_(shared.take<int>(WARPS)),
          found_(shared.take<unsigned>(2)),
          z_(z),
          vocabulary_(vocabulary),
          count_(count) {}

    /** Writes their ids, best first, of equal ones the lower id; both arrays have `count` elements. */
    __device__ void write(int* unsorted, int* ids) {
        unsigned last = threshold();
        // All above the last one, then as many equal to it as there is room for, both in the order of ids.
        int filled = collect(unsorted, 0, [=](unsigned rank) { return rank > last; });
        collect(unsorted, filled, [=](unsigned rank) { return rank == last; });
        __syncthreads();
        for (int i = thread(); i < count_; i += THREADS) {
            int id = unsorted[i], before = 0;
            for (int j = 0; j < count_; j++) before += isBefore(unsorted[j], id);
            ids[before] = id;
        }
        __syncthreads();
    }

private:
    /** The rank of the count-th largest, found from its highest byte to its lowest. */
    __device__ unsigned threshold() {
        unsigned known = 0;
        int wanted = count_;
        for (int shift = 24; shift >= 0; shift -= 8) {
            bins_[thread()] = 0;
            __syncthreads();
            for (int i = thread(); i < vocabulary_; i += THREADS) {
                unsigned rank = rankOf(z_[i]);
                if (shift == 24 || rank >> (shift + 8) == known) atomicAdd(&bins_[rank >> shift & 255], 1);
            }
            __syncthreads();
            if (thread() == 0) {
                int bin = BINS - 1;
                for (; bins_[bin] < wanted; bin--) wanted -= bins_[bin];
                found_[0] = known << 8 | static_cast<unsigned>(bin);
                found_[1] = static_cast<unsigned>(wanted);
            }
            __syncthreads();
            known = found_[0];
            wanted = static_cast<int>(found_[1]);
        }
        return known;
    }

    template <class Matches>
    __device__ int collect(int* list, int filled, Matches matches) {
        for (int base = 0; base < vocabulary_ && filled < count_; base += THREADS) {
            int i = base + thread();
            bool is = i < vocabulary_ && matches(rankOf(z_[i]));
            unsigned ballot = __ballot_sync(ALL_LANES, is);
            __syncthreads();
            if (lane() == 0) perWarp_[warp()] = __popc(ballot);
            __syncthreads();
            int place = filled + __popc(ballot & ((1u << lane()) - 1));
            for (int w = 0; w < WARPS; w++) {
                if (w < warp()) place += perWarp_[w];
                filled += perWarp_[w];
            }
            if (is && place < count_) list[place] = i;
        }
        return filled < count_ ? filled : count_;
    }

    __device__ bool isBefore(int a, int b) const {
        unsigned ra = rankOf(z_[a]), rb = rankOf(z_[b]);
        return ra > rb || (ra == rb && a < b);
    }

    Span<int> bins_, perWarp_;
    Span<unsigned> found_;
    const float* z_;
    int vocabulary_, count_;
};
static_assert(Top::BINS == THREADS);

__global__ void __launch_bounds__(THREADS) scoreRows(Logits logits, const int* tokens, Wanted wanted, Score* out,
                                                     Candidate* top, int* scratch) {
    SharedMemory shared;
    const float* z = rowOf(logits, blockIdx.x);
    Span<double> perWarp = shared.take<double>(WARPS);
    float max = largest(z, logits.vocabulary, shared.take<float>(WARPS));
    double logSum = log(
        sumOfPowers(z, logits.vocabulary, max, 1, shared.take<double>(softmaxStretches(logits.vocabulary))));
    int argmax = firstOf(max, z, logits.vocabulary, shared.take<int>(WARPS));
    int count = wanted.k > wanted.candidates ? wanted.k : wanted.candidates;
    int* ids = scratch + size_t(blockIdx.x) * 2 * count;
    Top(shared, z, logits.vocabulary, count).write(ids + count, ids);
    double entropyLogSum = logSum;
    if (wanted.renormalise) {
        double sum = 0;
        for (int i = thread(); i < wanted.k; i += THREADS) sum += exp(double(z[ids[i]]) - max);
        entropyLogSum = log(joinBlock(sum, perWarp, Sum()));
    }
    double entropy = 0;
    for (int i = thread(); i < wanted.k; i += THREADS) {
        double logProb = double(z[ids[i]]) - max - entropyLogSum;
        entropy -= exp(logProb) * logProb;
    }
    entropy = joinBlock(entropy, perWarp, Sum());
    for (int i = thread(); i < wanted.candidates; i += THREADS)
        top[size_t(blockIdx.x) * wanted.candidates + i] = {ids[i], double(z[ids[i]]) - max - logSum};
    if (thread() == 0)
        out[blockIdx.x] = {entropy, argmax < logits.vocabulary ? argmax : 0,
                           double(z[tokens[blockIdx.x]]) - max - logSum};
}

__global__ void __launch_bounds__(THREADS) gradientRows(Logits logits, const int* tokens, double temperature,
                                                        const RowLoss* losses, const double* weights) {
    float* z = rowOf(logits, blockIdx.x);
    double weight = weights[blockIdx.x] / temperature;
    RowLoss loss = losses[blockIdx.x];
    float scale = static_cast<float>(1 / temperature);
    float shift = static_cast<float>(double(loss.max) / temperature + loss.logSum);
    float minus = static_cast<float>(-weight), plus = static_cast<float>(weight);
    int token = tokens[blockIdx.x];
    for (int i = thread(); i < logits.vocabulary; i += THREADS) {
        float gradient = weight == 0 ? 0 : expf(z[i] * scale - shift) * minus;
        z[i] = i == token && weight != 0 ? gradient + plus : gradient;
    }
}

size_t bytesForSums(int vocabulary) {
    return sharedBytes<float>(WARPS) + sharedBytes<double>(softmaxStretches(vocabulary));
}

}  // namespace

void hideAbsent(cudaStream_t stream, const Logits& logits, const int* absent, int pairs) {
    if (logits.count > 0 && pairs > 0)
        launch("absent tokens", {stream, dim3(logits.count), THREADS}, hide, logits, absent, pairs);
}

void logProbs(cudaStream_t stream, const Logits& logits, const int* tokens, double temperature, double* out,
              RowLoss* losses) {
    if (logits.count > 0)
        launch("log-probabilities", {stream, dim3(logits.count), THREADS, bytesForSums(logits.vocabulary)}, logProbRows,
               logits, tokens, temperature, out, losses);
}

size_t scoresInts(const Logits& logits, const Wanted& wanted) {
    return size_t(logits.count) * 2 * std::max(wanted.k, wanted.candidates);
}

void scores(cudaStream_t stream, const Logits& logits, const int* tokens, const Wanted& wanted, Score* out,
            Candidate* top, int* scratch) {
    if (logits.count > 0)
        launch("scores",
               {stream, dim3(logits.count), THREADS,
                bytesForSums(logits.vocabulary) + sharedBytes<double>(WARPS) + sharedBytes<int>(WARPS) + Top::bytes()},
               scoreRows, logits, tokens, wanted, out, top, scratch);
}

void logProbsBackward(cudaStream_t stream, const Logits& logits, const int* tokens, double temperature,
                      const RowLoss* losses, const double* weights) {
    if (logits.count > 0)
        launch("gradient of log-probabilities", {stream, dim3(logits.count), THREADS}, gradientRows, logits, tokens,
               temperature, losses, weights);
}

}  // namespace rpt::cuda
