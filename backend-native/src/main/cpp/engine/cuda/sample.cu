#include "logits.h"
#include "softmax.h"

namespace rpt::cuda {

namespace {

constexpr int WARPS = THREADS / WARP;
constexpr int STRETCH = SOFTMAX_STRETCH;

/** The inverse of a cumulative distribution: partial sums of stretches first, then token by token within one. */
class Drawing {
public:
    static size_t bytes(int vocabulary) {
        return sharedBytes<float>(WARPS) + sharedBytes<double>(softmaxStretches(vocabulary))
               + sharedBytes<double>(STRETCH) + sharedBytes<int>(WARPS) + sharedBytes<int>(2);
    }

    __device__ Drawing(const float* z, int vocabulary, double temperature)
        : most_(shared_.take<float>(WARPS)),
          sums_(shared_.take<double>(softmaxStretches(vocabulary))),
          powers_(shared_.take<double>(STRETCH)),
          firsts_(shared_.take<int>(WARPS)),
          state_(shared_.take<int>(2)),
          z_(z),
          vocabulary_(vocabulary),
          temperature_(temperature) {}

    __device__ void run(double uniform, bool greedy, Draw* out) {
        max_ = largest(z_, vocabulary_, most_);
        double sum = sumOfPowers(z_, vocabulary_, max_, static_cast<float>(1 / temperature_), sums_);
        int token = greedy ? argmax() : invert(uniform * sum);
        if (thread() == 0) *out = {token, (double(z_[token]) - max_) / temperature_ - log(sum)};
    }

private:
    __device__ int argmax() {
        int first = firstOf(max_, z_, vocabulary_, firsts_);
        return first < vocabulary_ ? first : 0;
    }

    /** The first token at which the cumulative sum exceeds the goal, in all threads. */
    __device__ int invert(double goal) {
        double before = 0;
        int last = 0;
        for (int s = 0; s < sums_.size(); s++) {
            // Every thread adds up the same numbers in the same order, so all of them stop at the same stretch.
            if (before + sums_[s] > goal || s == sums_.size() - 1) {
                int found = search(s, before, goal, last);
                if (found >= 0) return found;
            }
            before += sums_[s];
        }
        // Rounding put the goal beyond the last sum: take the last token that has a probability.
        return last;
    }

    /** The token within a stretch, or -1; `last` becomes the last one with a probability. */
    __device__ int search(int stretch, double before, double goal, int& last) {
        int first = stretch * STRETCH, count = min(STRETCH, vocabulary_ - first);
        for (int i = thread(); i < count; i += THREADS)
            powers_[i] = exp((double(z_[first + i]) - max_) / temperature_);
        __syncthreads();
        if (thread() == 0) {
            state_[0] = -1;
            state_[1] = last;
            double cumulative = before;
            for (int i = 0; i < count && state_[0] < 0; i++) {
                cumulative += powers_[i];
                if (powers_[i] > 0) state_[1] = first + i;
                if (cumulative > goal) state_[0] = first + i;
            }
        }
        __syncthreads();
        int found = state_[0];
        last = state_[1];
        return found;
    }

    SharedMemory shared_;
    Span<float> most_;
    Span<double> sums_, powers_;
    Span<int> firsts_, state_;
    const float* z_;
    int vocabulary_;
    double temperature_;
    float max_ = 0;
};

// A block per draw. Draws from the same row read it from the L2 cache.
__global__ void __launch_bounds__(THREADS) draw(Logits logits, const int* rows, const double* uniforms,
                                                double temperature, bool greedy, Draw* out) {
    Drawing(logits.z + size_t(rows[blockIdx.x]) * logits.vocabulary, logits.vocabulary, temperature)
        .run(uniforms[blockIdx.x], greedy, out + blockIdx.x);
}

}  // namespace

void sample(cudaStream_t stream, const Logits& logits, const int* rows, int count, const double* uniforms,
            double temperature, bool greedy, Draw* out) {
    if (count > 0)
        launch("draws", {stream, dim3(count), THREADS, Drawing::bytes(logits.vocabulary)}, draw, logits, rows,
               uniforms, temperature, greedy, out);
}

}  // namespace rpt::cuda
