// The stand-in of CUDA itself: right kernels compute what they should in every order of threads, and wrong ones, each
// of which a GPU would run into undefined behaviour, are caught.

#include <functional>

#include "cuda/device.h"
#include "cuda/launch.h"
#include "mma.h"
#include "../check.h"

using namespace rpt::cuda;

namespace {

constexpr int N = 96, GROUPS = N / WARP;
constexpr uint32_t SEEDS = 6;

struct Numbers {
    explicit Numbers(int count) : count(count) {
        requireSuccess(cudaMalloc(reinterpret_cast<void**>(&data), count * sizeof(float)), "test");
    }
    ~Numbers() { cudaFree(data); }
    float* data;
    int count;
};

template <class Kernel>
void run(Kernel kernel, Numbers& y, int threads = N, unsigned blocks = 1, size_t shared = 4096) {
    launch("test", {nullptr, dim3(blocks), unsigned(threads), shared}, kernel, y.data);
}

/** Runs in every order of threads. */
void inEveryOrder(const std::function<void()>& body) {
    for (uint32_t seed = 0; seed < SEEDS; seed++) {
        cuda_on_cpu::Blocks::instance().setSeed(seed);
        body();
    }
    cuda_on_cpu::Blocks::instance().setSeed(0);
}

bool isFault(const std::function<void()>& body, const char* part) {
    try {
        body();
        return false;
    } catch (const cuda_on_cpu::Fault& fault) {
        if (!std::strstr(fault.what(), part)) check::fail(__FILE__, __LINE__, fault.what());
        return true;
    }
}

// y[i] = the sum of 0..N-1, through shared memory and a shuffle.
template <bool BARRIER>
void sumKernel(float* y) {
    SharedMemory shared;
    Span<float> perWarp = shared.take<float>(GROUPS);
    float sum = joinWarp(float(thread()), Sum());
    if (lane() == 0) perWarp[warp()] = sum;
    if (BARRIER) __syncthreads();
    float all = 0;
    for (int w = 0; w < GROUPS; w++) all += perWarp[w];
    y[thread()] = all;
}

// y reversed within shared memory, twice: the second barrier keeps the next write from the last read.
template <bool FIRST, bool SECOND>
void reverseKernel(float* y) {
    SharedMemory shared;
    Span<float> s = shared.take<float>(N);
    for (int round = 0; round < 2; round++) {
        s[thread()] = float(thread() + round);
        if (FIRST) __syncthreads();
        y[round * N + thread()] = s[N - 1 - thread()];
        if (SECOND) __syncthreads();
    }
}

// Two sums through the same memory: without the second barrier a warp that runs ahead writes the second too early.
template <bool SECOND>
void twoSumsKernel(float* y) {
    SharedMemory shared;
    Span<float> perWarp = shared.take<float>(GROUPS);
    for (int round = 0; round < 2; round++) {
        float sum = joinWarp(float(thread() + round), Sum());
        if (SECOND) __syncthreads();
        if (lane() == 0) perWarp[warp()] = sum;
        __syncthreads();
        float all = 0;
        for (int w = 0; w < GROUPS; w++) all += perWarp[w];
        y[round * N + thread()] = all;
    }
}

// Neighbours within a warp exchange through shared memory.
template <bool BARRIER>
void warpKernel(float* y) {
    SharedMemory shared;
    Span<float> s = shared.take<float>(N);
    s[thread()] = float(thread());
    if (BARRIER) __syncwarp();
    y[thread()] = s[thread() ^ 1];
}

void divergentKernel(float*) {
    if (thread() < 40) __syncthreads();
}
void twoPlacesKernel(float*) {
    if (thread() < 40) __syncthreads();
    else __syncthreads();
}
void blockAndWarpKernel(float*) {
    if (thread() == 5) __syncthreads();
    else __syncwarp();
    __syncthreads();
}
void partialShuffleKernel(float* y) {
    if (lane() < 16) y[thread()] = __shfl_xor_sync(ALL_LANES, y[thread()], 1);
}
void halfShuffleKernel(float* y) {
    float x = float(thread());
    if (lane() < 16) x += __shfl_xor_sync(0xffffu, x, 8);
    y[thread()] = x;
}
void outsideMaskKernel(float* y) {
    if (lane() < 16) y[thread()] = __shfl_xor_sync(0xffffu, y[thread()], 16);
}
void notInMaskKernel(float*) {
    __ballot_sync(0xffffu, 1);
}
void beyondKernel(float*) {
    SharedMemory shared;
    Span<float> s = shared.take<float>(N);
    s[thread() + 1] = 1;
}
void tooMuchKernel(float*) {
    SharedMemory shared;
    shared.take<float>(2000);
}
void unwrittenKernel(float* y) {
    SharedMemory shared;
    y[thread()] = shared.take<float>(N)[thread()];
}
void ballotKernel(float* y) {
    unsigned odd = __ballot_sync(ALL_LANES, thread() % 2);
    y[thread()] = float(__popc(odd & ((1u << lane()) - 1)));
}
void gridKernel(float* y) {
    y[blockIdx.x * blockDim.x + threadIdx.x] = float(blockIdx.x * 1000 + threadIdx.x);
}
void countKernel(float* y) {
    atomicAdd(y + thread() % 2, 1.0f);
}

using namespace nvcuda;
template <bool ALL>
void productKernel(float* y) {
    SharedMemory shared;
    Span<rpt::bf16> a = shared.take<rpt::bf16>(16 * 24), b = shared.take<rpt::bf16>(16 * 24);
    for (int i = thread(); i < 16 * 24; i += WARP) {
        a[i] = narrowed(float(i % 7) - 3);
        b[i] = narrowed(float(i % 5) - 2);
    }
    __syncwarp();
    if (!ALL && lane() > 7) return;
    wmma::fragment<wmma::matrix_a, 16, 16, 16, __nv_bfloat16, wmma::row_major> left;
    wmma::fragment<wmma::matrix_b, 16, 16, 16, __nv_bfloat16, wmma::col_major> right;
    wmma::fragment<wmma::accumulator, 16, 16, 16, float> sum;
    wmma::fill_fragment(sum, 1);
    wmma::load_matrix_sync(left, reinterpret_cast<__nv_bfloat16*>(a.data()), 24);
    wmma::load_matrix_sync(right, reinterpret_cast<__nv_bfloat16*>(b.data()), 24);
    wmma::mma_sync(sum, left, right, sum);
    wmma::store_matrix_sync(y, sum, 16, wmma::mem_row_major);
}

/** Whether some order of threads gives other numbers than `exact`. */
template <class Kernel>
bool isWrong(Kernel kernel, const std::function<double(int)>& exact, int count = N) {
    bool wrong = false;
    Numbers y(count);
    inEveryOrder([&] {
        std::memset(y.data, 0xff, count * sizeof(float));
        run(kernel, y);
        for (int i = 0; i < count; i++) wrong = wrong || !(y.data[i] == exact(i));
    });
    return wrong;
}

void rightKernels() {
    CHECK(!isWrong(sumKernel<true>, [](int) { return N * (N - 1) / 2; }));
    CHECK((!isWrong(reverseKernel<true, true>, [](int i) { return N - 1 - i % N + i / N; }, 2 * N)));
    CHECK(!isWrong(twoSumsKernel<true>, [](int i) { return N * (N - 1) / 2 + i / N * N; }, 2 * N));
    CHECK(!isWrong(warpKernel<true>, [](int i) { return i ^ 1; }));
    CHECK(!isWrong(ballotKernel, [](int i) { return i % WARP / 2; }));
    CHECK(!isWrong(halfShuffleKernel, [](int i) { return i % WARP < 16 ? i + (i ^ 8) : i; }));
    Numbers y(256);
    inEveryOrder([&] {
        run(gridKernel, y, 40, 3);
        for (int i = 0; i < 120; i++) CHECK(y.data[i] == i / 40 * 1000 + i % 40);
        y.data[0] = y.data[1] = 0;
        run(countKernel, y);
        CHECK(y.data[0] == N / 2 && y.data[1] == N / 2);
        run(productKernel<true>, y, WARP);
    });
}

void products() {
    Numbers y(256);
    run(productKernel<true>, y, WARP);
    for (int i = 0; i < 256; i++) {
        double sum = 1;
        for (int k = 0; k < 16; k++) sum += ((i / 16 * 24 + k) % 7 - 3) * ((i % 16 * 24 + k) % 5 - 2);
        CHECK(y.data[i] == sum);
    }
    CHECK(isFault([&] { run(productKernel<false>, y, WARP); }, "has ended"));
}

void missingBarriers() {
    CHECK(isWrong(sumKernel<false>, [](int) { return N * (N - 1) / 2; }));
    CHECK((isWrong(reverseKernel<false, true>, [](int i) { return N - 1 - i % N + i / N; }, 2 * N)));
    CHECK((isWrong(reverseKernel<true, false>, [](int i) { return N - 1 - i % N + i / N; }, 2 * N)));
    CHECK(isWrong(twoSumsKernel<false>, [](int i) { return N * (N - 1) / 2 + i / N * N; }, 2 * N));
    CHECK(isWrong(warpKernel<false>, [](int i) { return i ^ 1; }));
    CHECK(isWrong(unwrittenKernel, [](int) { return 0; }));
}

void faults() {
    Numbers y(N);
    std::fill_n(y.data, N, 0.0f);
    inEveryOrder([&] {
        CHECK(isFault([&] { run(divergentKernel, y); }, ""));
        CHECK(isFault([&] { run(twoPlacesKernel, y); }, "others at that at"));
        CHECK(isFault([&] { run(blockAndWarpKernel, y); }, ""));
        CHECK(isFault([&] { run(partialShuffleKernel, y); }, ""));
        CHECK(isFault([&] { run(outsideMaskKernel, y); }, "not in the mask"));
        CHECK(isFault([&] { run(notInMaskKernel, y); }, "not in the mask"));
        CHECK(isFault([&] { run(beyondKernel, y); }, "index 96 of 96"));
        CHECK(isFault([&] { run(tooMuchKernel, y); }, "elements of shared memory"));
        // Lane 31 of the last warp is not there.
        CHECK(isFault([&] { run(warpKernel<true>, y, N - 1); }, "does not have"));
        // And after a fault everything works as before.
        run(warpKernel<true>, y);
        CHECK(y.data[2] == 3);
    });
    CHECK(isFault([&] { run(gridKernel, y, 2048); }, "2048x1x1 threads"));
    CHECK(isFault([&] { run(gridKernel, y, N, 0); }, "must not be empty"));
}

/** Barriers of blocks and meetings of warps are counted apart. */
void counts() {
    cuda_on_cpu::Blocks& blocks = cuda_on_cpu::Blocks::instance();
    Numbers y(N);
    int64_t barriers = blocks.blockBarriers(), meetings = blocks.warpMeetings();
    run(sumKernel<true>, y);
    CHECK(blocks.blockBarriers() - barriers == 1);
    CHECK(blocks.warpMeetings() - meetings == 5 * GROUPS);
}

void memory() {
    cuda_on_cpu::GuardedMemory& memory = cuda_on_cpu::GuardedMemory::instance();
    memory.setTotal(size_t(1) << 20);
    void* data = nullptr;
    CHECK(cudaMalloc(&data, size_t(2) << 20) == cudaErrorMemoryAllocation);
    CHECK(cudaMalloc(&data, 1000) == cudaSuccess);
    size_t available = 0, total = 0;
    cudaMemGetInfo(&available, &total);
    CHECK(available == total - 1000);
    CHECK(reinterpret_cast<uintptr_t>(data) % 256 == 0);
    CHECK(cudaFree(data) == cudaSuccess);
    CHECK(isFault([&] { cudaFree(data); }, "free already"));
    memory.setTotal(size_t(1) << 30);
    // Hidden memory is there for kernels and copies.
    Numbers y(N);
    memory.hide(true);
    run(sumKernel<true>, y);
    float host[N];
    cudaMemcpyAsync(host, y.data, sizeof(host), cudaMemcpyDeviceToHost, nullptr);
    memory.hide(false);
    CHECK(host[0] == N * (N - 1) / 2 && y.data[1] == host[1]);
}

}  // namespace

int main() {
    rightKernels();
    products();
    missingBarriers();
    faults();
    counts();
    memory();
}
