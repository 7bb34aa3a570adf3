#include "attention.h"
#include "tile.h"

namespace rpt::cuda {

namespace {

constexpr int WARPS = THREADS / WARP;

/** The dot product of a row's mixture and its gradient, for each head. */
__global__ void __launch_bounds__(THREADS) sumProducts(int heads, int size, const float* mixed, const float* dMixed,
                                                       float* products) {
    for (int head = warp(); head < heads; head += WARPS) {
        size_t at = size_t(blockIdx.x) * heads + head;
        float sum = 0;
        for (int i = lane(); i < size; i += WARP) sum += mixed[at * size + i] * dMixed[at * size + i];
        sum = joinWarp(sum, Sum());
        if (lane() == 0) products[at] = sum;
    }
}

/**
 * Tiles of QUERIES queries and KEYS keys: scores are computed again, P = exp(S - logSumExp),
 * dS = P (dP - products) scale.
 */
template <class T>
class Gradient {
public:
    static size_t bytes(int size) {
        return 2 * Tile<T>::bytes(KEYS, size) + Split<T>::bytes(QUERIES, size) + Tile<T>::bytes(QUERIES, size)
               + 2 * Tile<float>::bytes(QUERIES, KEYS) + 2 * Tile<T>::bytes(QUERIES, KEYS)
               + 2 * Tile<float>::bytes(KEYS, size);
    }

    __device__ Gradient(const AttentionShape& shape, const GradientLists& lists, const GradientTensors& tensors,
                        const float* products)
        : shape_(shape),
          lists_(lists),
          tensors_(tensors),
          products_(products),
          keyHead_(blockIdx.y),
          size_(shape.headSize),
          width_(roundedUp(size_, CORE)),
          keys_(shared_, KEYS, size_),
          values_(shared_, KEYS, size_),
          queries_(shared_, QUERIES, size_),
          dMixed_(shared_, QUERIES, size_),
          scores_(shared_, QUERIES, KEYS),
          dScores_(shared_, QUERIES, KEYS),
          p_(shared_, QUERIES, KEYS),
          dP_(shared_, QUERIES, KEYS),
          first_(shared_, KEYS, size_),
          second_(shared_, KEYS, size_) {}

    /** Gradients of the keys and values of a block, from all rows that see them. */
    __device__ void ofKeys(const KeyBlock& block) {
        readKeys(block);
        clear(first_);
        clear(second_);
        int queries = (block.lastRow - block.firstRow) * shape_.sharing();
        for (int first = 0; first < queries; first += QUERIES) {
            readQueries(block.firstRow, first, min(QUERIES, queries - first));
            differentiate(block, block.firstRow, first, min(QUERIES, queries - first));
            multiplyTiles<true, false>(dP_, queries_.first, first_, KEYS, width_, QUERIES, true);
            multiplyTiles<true, false>(p_, dMixed_, second_, KEYS, width_, QUERIES, true);
        }
        __syncthreads();
        for (int e = thread(); e < block.keys * size_; e += THREADS) {
            int k = e / size_, i = e % size_;
            if (block.isShared) {
                float* d = tensors_.dShared + size_t(block.source + k) * 2 * shape_.keyWidth() + keyHead_ * size_ + i;
                d[0] += first_.at(k, i);
                d[shape_.keyWidth()] += second_.at(k, i);
            } else {
                float* d = tensors_.dFused + keyOffset(block.source + k) + i;
                d[0] = first_.at(k, i);
                d[shape_.keyWidth()] = second_.at(k, i);
            }
        }
    }

    /** Gradients of the queries of a block, from all keys that they see. */
    __device__ void ofQueries(const GradientBlock& block) {
        int queries = block.rows * shape_.sharing();
        readQueries(block.firstRow, 0, queries);
        clear(first_);
        for (int i = 0; i < block.keyBlocks; i++) {
            const KeyBlock& keys = lists_.keyBlocks[lists_.chains[block.firstKeys + i]];
            __syncthreads();  // the last tile has been used
            readKeys(keys);
            differentiate(keys, block.firstRow, 0, queries);
            multiplyTiles<false, false>(dP_, keys_, first_, QUERIES, width_, KEYS, true);
        }
        __syncthreads();
        for (int e = thread(); e < queries * size_; e += THREADS)
            tensors_.dFused[queryOffset(block.firstRow, e / size_) + e % size_] = first_.at(e / size_, e % size_);
    }

private:
    __device__ int headOf(int query) const { return keyHead_ * shape_.sharing() + query % shape_.sharing(); }
    __device__ size_t queryOffset(int firstRow, int query) const {
        return size_t(firstRow + query / shape_.sharing()) * shape_.fusedWidth() + headOf(query) * size_;
    }
    __device__ size_t keyOffset(int row) const {
        return size_t(row) * shape_.fusedWidth() + (shape_.heads + keyHead_) * size_;
    }

    __device__ void clear(const Tile<float>& tile) {
        for (int e = thread(); e < KEYS * width_; e += THREADS) tile.at(e / width_, e % width_) = 0;
    }

    __device__ void readKeys(const KeyBlock& block) {
        for (int e = thread(); e < KEYS * width_; e += THREADS) {
            int k = e / width_, i = e % width_;
            bool is = k < block.keys && i < size_;
            const float* key = block.isShared ? tensors_.shared + size_t(block.source + k) * 2 * shape_.keyWidth()
                                                    + keyHead_ * size_
                                              : tensors_.fused + keyOffset(block.source + k);
            put(&keys_.at(k, i), is ? key[i] : 0);
            put(&values_.at(k, i), is ? key[shape_.keyWidth() + i] : 0);
        }
    }

    /** Queries from one on, counted from the first row, with the gradients of their mixtures. */
    __device__ void readQueries(int firstRow, int first, int count) {
        __syncthreads();  // the last ones have been used
        for (int e = thread(); e < QUERIES * width_; e += THREADS) {
            int q = e / width_, i = e % width_;
            float x = 0, d = 0;
            if (q < count && i < size_) {
                x = tensors_.fused[queryOffset(firstRow, first + q) + i];
                d = tensors_.dMixed[place(firstRow, first + q) * size_ + i];
            }
            queries_.set(q, i, x);
            put(&dMixed_.at(q, i), d);
        }
    }

    __device__ size_t place(int firstRow, int query) const {
        return size_t(firstRow + query / shape_.sharing()) * shape_.heads + headOf(query);
    }

    /** P and dS of queries from one on against the keys of a block, as factors of products. */
    __device__ void differentiate(const KeyBlock& block, int firstRow, int first, int count) {
        __syncthreads();
        queries_.template multiply<true>(0, keys_, scores_, QUERIES, KEYS, width_, false);
        multiplyTiles<false, true>(dMixed_, values_, dScores_, QUERIES, KEYS, width_, false);
        __syncthreads();
        for (int q = warp(); q < QUERIES; q += WARPS) {
            float p = 0, d = 0;
            if (q < count && isSeen(block, firstRow + (first + q) / shape_.sharing())) {
                size_t at = place(firstRow, first + q);
                p = expf(scores_.at(q, lane()) * shape_.scale - tensors_.logSumExp[at]);
                d = p * (dScores_.at(q, lane()) - products_[at]) * shape_.scale;
            }
            put(&p_.at(q, lane()), p);
            put(&dP_.at(q, lane()), d);
        }
        __syncthreads();
    }

    /** Whether a row sees the lane's key. */
    __device__ bool isSeen(const KeyBlock& block, int row) const {
        if (lane() >= block.keys || row < block.firstRow || lane() > row - block.diagonal) return false;
        return shape_.window == 0 || block.position + lane() > lists_.positions[row] - shape_.window;
    }

    SharedMemory shared_;
    const AttentionShape& shape_;
    const GradientLists& lists_;
    const GradientTensors& tensors_;
    const float* products_;
    const int keyHead_, size_, width_;
    Tile<T> keys_, values_;
    Split<T> queries_;
    Tile<T> dMixed_;
    Tile<float> scores_, dScores_;
    Tile<T> p_, dP_;
    Tile<float> first_, second_;
};
static_assert(KEYS == QUERIES);

template <class T>
__global__ void __launch_bounds__(THREADS) keyGradients(AttentionShape shape, GradientLists lists,
                                                        GradientTensors tensors, const float* products) {
    Gradient<T>(shape, lists, tensors, products).ofKeys(lists.keyBlocks[blockIdx.x]);
}

template <class T>
__global__ void __launch_bounds__(THREADS) queryGradients(AttentionShape shape, GradientLists lists,
                                                          GradientTensors tensors, const float* products) {
    Gradient<T>(shape, lists, tensors, products).ofQueries(lists.queryBlocks[blockIdx.x]);
}

}  // namespace

size_t attentionSharedBytes(int headSize, bool isNarrow) {
    return isNarrow ? Gradient<bf16>::bytes(headSize) : Gradient<float>::bytes(headSize);
}

void attendBackward(cudaStream_t stream, const AttentionShape& shape, const GradientLists& lists, bool isNarrow,
                    int rows, const GradientTensors& tensors, float* products) {
    const char* what = "gradient of attention";
    size_t bytes = attentionSharedBytes(shape.headSize, isNarrow);
    unsigned heads = shape.keyValueHeads;
    if (rows > 0)
        launch(what, {stream, dim3(rows), THREADS}, sumProducts, shape.heads, shape.headSize, tensors.mixed,
               tensors.dMixed, products);
    if (lists.keyBlockCount > 0)
        launch(what, {stream, dim3(lists.keyBlockCount, heads), THREADS, bytes},
               isNarrow ? keyGradients<bf16> : keyGradients<float>, shape, lists, tensors, products);
    if (lists.queryBlockCount > 0)
        launch(what, {stream, dim3(lists.queryBlockCount, heads), THREADS, bytes},
               isNarrow ? queryGradients<bf16> : queryGradients<float>, shape, lists, tensors, products);
}

}  // namespace rpt::cuda
