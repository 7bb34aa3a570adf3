#include "attention.h"

#include "tile.h"

namespace rpt::cuda {

namespace {

constexpr int WARPS = THREADS / WARP;
static_assert(KEYS == WARP && SPLIT % KEYS == 0 && QUERIES % CORE == 0);

/** What a thread reads at once. */
struct alignas(16) Sixteen {
    unsigned words[4];
};

/** A softmax over some keys of a query: max is that of the scaled scores. */
struct Softmax {
    float max, sum;
};

/** Makes `first` the softmax over the keys of both; returns the factors of their results. */
__device__ float2 join(Softmax& first, const Softmax& second) {
    float max = first.max > second.max ? first.max : second.max;
    if (max == -INFINITY) return {1, 1};
    float2 factors{expf(first.max - max), expf(second.max - max)};
    first = {max, first.sum * factors.x + second.sum * factors.y};
    return factors;
}

template <class T>
__device__ T* keysAt(const KeyPages& pages, int slot, int head, int size) {
    char* page = pages.base + slot / PAGE * pages.pageStep + head * pages.headStep;
    return reinterpret_cast<T*>(page) + slot % PAGE * size;
}

template <class T>
__device__ T* valuesAt(const KeyPages& pages, int slot, int head, int size) {
    char* page = pages.base + slot / PAGE * pages.pageStep + head * pages.headStep + pages.valueOffset;
    return reinterpret_cast<T*>(page) + slot % PAGE * size;
}

template <class T>
__global__ void __launch_bounds__(THREADS) storeRows(AttentionShape shape, KeyPages pages, const int* slots,
                                                     const float* fused) {
    const float* keys = fused + size_t(blockIdx.x) * shape.fusedWidth() + shape.heads * shape.headSize;
    int slot = slots[blockIdx.x], size = shape.headSize;
    for (int i = thread(); i < shape.keyWidth(); i += THREADS) {
        put(keysAt<T>(pages, slot, i / size, size) + i % size, keys[i]);
        put(valuesAt<T>(pages, slot, i / size, size) + i % size, keys[shape.keyWidth() + i]);
    }
}

/** Partial results: of each split of a block and each key head a softmax per query, then [QUERIES][headSize]. */
struct Partial {
    float* data;
    int size;

    __device__ Partial(const AttentionShape& shape, float* partials, int index, int head)
        : data(partials + (size_t(index) * shape.keyValueHeads + head) * QUERIES * (shape.headSize + 2)),
          size(shape.headSize) {}

    __device__ Softmax& softmax(int query) const { return reinterpret_cast<Softmax*>(data)[query]; }
    __device__ float* out(int query) const { return data + 2 * QUERIES + query * size; }
};

/** Where query q of a block and a key head lies. */
struct Place {
    int row, head;

    __device__ Place(const AttentionShape& shape, const QueryBlock& block, int keyHead, int q)
        : row(block.firstRow + q / shape.sharing()), head(keyHead * shape.sharing() + q % shape.sharing()) {}
};

__device__ void writeResult(const AttentionShape& shape, const Place& at, const Softmax& softmax, float value, int i,
                            float* mixed, float* logSumExp) {
    size_t place = size_t(at.row) * shape.heads + at.head;
    // The exact division is a call, for which registers would be spilled.
    mixed[place * shape.headSize + i] = __fdividef(value, softmax.sum);
    if (logSumExp && i == 0) logSumExp[place] = softmax.max + logf(softmax.sum);
}

/**
 * The queries of a block and a key head over some splits of their keys. The tile of keys that all of them share is read
 * once for all; tiles with keys of a segment of its own once for each segment.
 */
template <class T>
class Attending {
public:
    static size_t bytes(int size) {
        return Split<T>::bytes(QUERIES, size) + 2 * Tile<T>::bytes(KEYS, size) + Tile<float>::bytes(QUERIES, KEYS)
               + Split<T>::bytes(QUERIES, KEYS) + 2 * Tile<float>::bytes(QUERIES, size)
               + 2 * sharedBytes<Softmax>(QUERIES);
    }

    __device__ Attending(const AttentionShape& shape, const AttentionLists& lists, const KeyPages& pages)
        : shape_(shape),
          lists_(lists),
          pages_(pages),
          work_(lists.work[blockIdx.x]),
          block_(lists.blocks[work_.block]),
          keyHead_(blockIdx.y),
          size_(shape.headSize),
          width_(roundedUp(size_, CORE)),
          queries_(shared_, QUERIES, size_),
          keys_(shared_, KEYS, size_),
          values_(shared_, KEYS, size_),
          scores_(shared_, QUERIES, KEYS),
          factors_(shared_, QUERIES, KEYS),
          out_(shared_, QUERIES, size_),
          total_(shared_, QUERIES, size_),
          softmax_(shared_.take<Softmax>(QUERIES)),
          all_(shared_.take<Softmax>(QUERIES)) {}

    __device__ void run(const float* fused, float* mixed, float* logSumExp, float* partials) {
        readQueries(fused);
        clearKeys();
        clear(total_, all_);
        for (int split = work_.firstSplit; split < work_.endSplit; split++) {
            clear(out_, softmax_);
            int end = min((split + 1) * SPLIT, mostSeen());
            for (int first = split * SPLIT; first < end; first += KEYS) addTile(first);
            __syncthreads();
            if (block_.splits > 0) writePartial(Partial(shape_, partials, block_.firstPartial + split, keyHead_));
            else joinSplit();
            __syncthreads();
        }
        if (block_.splits > 0) return;
        for (int q = warp(); q < queries(); q += WARPS)
            for (int i = lane(); i < size_; i += WARP)
                writeResult(shape_, Place(shape_, block_, keyHead_, q), all_[q], total_.at(q, i), i, mixed, logSumExp);
    }

private:
    __device__ int queries() const { return block_.rows * shape_.sharing(); }
    __device__ const QueryPart& part(int i) const { return lists_.parts[block_.firstPart + i]; }
    __device__ int mostSeen() const {
        int most = 0;
        for (int i = 0; i < block_.parts; i++) most = max(most, part(i).seen + part(i).rows - 1);
        return most;
    }

    __device__ int leastSeen() const {
        int least = part(0).seen;
        for (int i = 1; i < block_.parts; i++) least = min(least, part(i).seen);
        return least;
    }

    __device__ void readQueries(const float* fused) {
        for (int e = thread(); e < QUERIES * width_; e += THREADS) {
            int q = e / width_, i = e % width_;
            float x = 0;
            if (q < queries() && i < size_) {
                Place at(shape_, block_, keyHead_, q);
                x = fused[size_t(at.row) * shape_.fusedWidth() + at.head * size_ + i];
            }
            queries_.set(q, i, x);
        }
    }

    __device__ void clear(const Tile<float>& tile, const Span<Softmax>& softmax) {
        for (int e = thread(); e < QUERIES * width_; e += THREADS) tile.at(e / width_, e % width_) = 0;
        if (thread() < QUERIES) softmax[thread()] = {-INFINITY, 0};
    }

    /** Adds the keys at the positions from `first` on. */
    __device__ void addTile(int first) {
        if (first + KEYS <= block_.prefixLength) {
            if (shape_.window > 0 && first + KEYS <= leastSeen() - shape_.window) return;
            readKeys(first, nullptr);
            attendTile(first, 0, queries());
            return;
        }
        for (int i = 0; i < block_.parts; i++) {
            const QueryPart& own = part(i);
            if (first >= own.seen + own.rows - 1) continue;
            if (shape_.window > 0 && first + KEYS <= own.seen - shape_.window) continue;
            readKeys(first, &own);
            attendTile(first, own.first * shape_.sharing(), own.rows * shape_.sharing());
        }
    }

    /** Keys and values at the positions from `first` on, of the prefix or a part; zeros where the part has none. */
    __device__ void readKeys(int first, const QueryPart* own) {
        int end = own ? own->seen + own->rows - 1 : first + KEYS;
        __syncthreads();  // the last tile has been used
        if (size_ * sizeof(T) % sizeof(Sixteen) == 0) copyKeys<Sixteen>(first, end, own);
        else copyKeys<T>(first, end, own);
        __syncthreads();
    }

    /** Unit by unit; neighbouring threads read neighbouring units of a key. */
    template <class Unit>
    __device__ void copyKeys(int first, int end, const QueryPart* own) {
        constexpr int ELEMENTS = sizeof(Unit) / sizeof(T);
        int units = size_ / ELEMENTS;
        for (int e = thread(); e < KEYS * units; e += THREADS) {
            int k = e / units, i = e % units, position = first + k;
            Unit key{}, value{};
            if (position < end) {
                int slot = slotAt(position, own);
                key = reinterpret_cast<const Unit*>(keysAt<T>(pages_, slot, keyHead_, size_))[i];
                value = reinterpret_cast<const Unit*>(valuesAt<T>(pages_, slot, keyHead_, size_))[i];
            }
            *reinterpret_cast<Unit*>(&keys_.at(k, i * ELEMENTS)) = key;
            *reinterpret_cast<Unit*>(&values_.at(k, i * ELEMENTS)) = value;
        }
    }

    /** What products read beside keys and values. */
    __device__ void clearKeys() {
        for (int e = thread(); e < KEYS * width_; e += THREADS)
            keys_.at(e / width_, e % width_) = values_.at(e / width_, e % width_) = 0;
    }

    __device__ int slotAt(int position, const QueryPart* own) const {
        if (position < block_.prefixLength) return lists_.slots[block_.prefix + position];
        int at = position - block_.prefixLength;
        return lists_.pages[own->pages + at / PAGE] * PAGE + at % PAGE;
    }

    /** One tile of keys for queries from one on. Products go over whole units of CORE; others than those get zeros. */
    __device__ void attendTile(int first, int firstQuery, int count) {
        int begin = firstQuery / CORE * CORE, rows = roundedUp(firstQuery + count, CORE) - begin;
        queries_.template multiply<true>(begin, keys_, scores_, rows, KEYS, width_, false);
        __syncthreads();
        for (int q = begin + warp(); q < begin + rows; q += WARPS) {
            bool is = q >= firstQuery && q < firstQuery + count;
            factors_.set(q, lane(), is ? factor(first, q) : 0);
        }
        __syncthreads();
        factors_.template multiply<false>(begin, values_, out_, rows, width_, KEYS, true);
    }

    /** The factor of the value of the lane's key, after making what the query has fit to the new maximum. */
    __device__ float factor(int first, int q) {
        int seen = seenBy(q), position = first + lane();
        bool isSeen = position < seen && (shape_.window == 0 || position >= seen - shape_.window);
        float score = isSeen ? scores_.at(q, lane()) * shape_.scale : -INFINITY;
        float most = joinWarp(score, Largest());
        Softmax before = softmax_[q];
        float max = before.max > most ? before.max : most;
        if (max == -INFINITY) return 0;
        float p = expf(score - max), sum = joinWarp(p, Sum()), old = expf(before.max - max);
        if (old != 1)
            for (int i = lane(); i < width_; i += WARP) out_.at(q, i) *= old;
        __syncwarp();  // every lane has read the old softmax
        if (lane() == 0) softmax_[q] = {max, before.sum * old + sum};
        return p;
    }

    /** Keys that a query sees, those of the prefix included. */
    __device__ int seenBy(int q) const {
        int row = q / shape_.sharing(), i = 0;
        while (row >= part(i).first + part(i).rows) i++;
        return part(i).seen + row - part(i).first;
    }

    __device__ void writePartial(const Partial& partial) {
        for (int q = warp(); q < queries(); q += WARPS) {
            for (int i = lane(); i < size_; i += WARP) partial.out(q)[i] = out_.at(q, i);
            if (lane() == 0) partial.softmax(q) = softmax_[q];
        }
    }

    __device__ void joinSplit() {
        for (int q = warp(); q < queries(); q += WARPS) {
            Softmax all = all_[q];
            float2 factors = join(all, softmax_[q]);
            for (int i = lane(); i < size_; i += WARP)
                total_.at(q, i) = total_.at(q, i) * factors.x + out_.at(q, i) * factors.y;
            __syncwarp();
            if (lane() == 0) all_[q] = all;
        }
    }

    SharedMemory shared_;
    const AttentionShape& shape_;
    const AttentionLists& lists_;
    const KeyPages& pages_;
    const QueryWork work_;
    const QueryBlock block_;
    const int keyHead_, size_, width_;
    Split<T> queries_;
    Tile<T> keys_, values_;
    Tile<float> scores_;
    Split<T> factors_;
    Tile<float> out_, total_;
    Span<Softmax> softmax_, all_;
};

// Decoding runs at the speed of memory: keys and values of a prefix are read once for all rows of a block. Two blocks
// of a processor leave each thread the registers that it needs.
template <class T>
__global__ void __launch_bounds__(THREADS, 2) attendBlocks(AttentionShape shape, AttentionLists lists, KeyPages pages,
                                                        const float* fused, float* mixed, float* logSumExp,
                                                        float* partials) {
    Attending<T>(shape, lists, pages).run(fused, mixed, logSumExp, partials);
}

// The splits of a query one after the other, as Attending does it.
__global__ void __launch_bounds__(THREADS) joinPartials(AttentionShape shape, AttentionLists lists, float* partials,
                                                        float* mixed, float* logSumExp) {
    const QueryBlock& block = lists.blocks[blockIdx.x];
    if (block.splits == 0) return;
    for (int q = warp(); q < block.rows * shape.sharing(); q += WARPS)
        for (int i = lane(); i < shape.headSize; i += WARP) {
            Softmax all{-INFINITY, 0};
            float value = 0;
            for (int split = 0; split < block.splits; split++) {
                Partial partial(shape, partials, block.firstPartial + split, blockIdx.y);
                float2 factors = join(all, partial.softmax(q));
                value = value * factors.x + partial.out(q)[i] * factors.y;
            }
            writeResult(shape, Place(shape, block, blockIdx.y, q), all, value, i, mixed, logSumExp);
        }
}

}  // namespace

void storeKeys(cudaStream_t stream, const AttentionShape& shape, const KeyPages& pages, const int* rowSlots, int rows,
               const float* fused) {
    if (rows > 0)
        launch("keys and values", {stream, dim3(rows), THREADS}, pages.isNarrow ? storeRows<bf16> : storeRows<float>,
               shape, pages, rowSlots, fused);
}

size_t partialFloats(const AttentionShape& shape, int partials) {
    return size_t(partials) * shape.keyValueHeads * QUERIES * (shape.headSize + 2);
}

void attend(cudaStream_t stream, const AttentionShape& shape, const AttentionLists& lists, const KeyPages& pages,
            const float* fused, float* mixed, float* logSumExp, float* partials) {
    if (lists.workCount == 0) return;
    unsigned heads = shape.keyValueHeads;
    launch("attention",
           {stream, dim3(lists.workCount, heads), THREADS,
            pages.isNarrow ? Attending<bf16>::bytes(shape.headSize) : Attending<float>::bytes(shape.headSize)},
           pages.isNarrow ? attendBlocks<bf16> : attendBlocks<float>, shape, lists, pages, fused, mixed, logSumExp,
           partials);
    if (lists.partialCount > 0)
        launch("attention", {stream, dim3(lists.blockCount, heads), THREADS}, joinPartials, shape, lists, partials,
               mixed, logSumExp);
}

}  // namespace rpt::cuda
