#include "cuda_runtime.h"

#include <algorithm>
#include <cstring>
#include <numeric>

uint3 threadIdx, blockIdx;
dim3 blockDim, gridDim;

namespace cuda_on_cpu {

namespace {

constexpr unsigned MOST_THREADS = 1024;
constexpr unsigned MOST_BLOCKS_YZ = 65535;

std::string text(const dim3& d) {
    return std::to_string(d.x) + "x" + std::to_string(d.y) + "x" + std::to_string(d.z);
}

size_t product(const dim3& d) {
    return size_t(d.x) * d.y * d.z;
}

}  // namespace

Blocks& Blocks::instance() {
    static Blocks blocks;
    return blocks;
}

uint32_t Blocks::random() {
    random_ = random_ * 6364136223846793005ull + 1442695040888963407ull;
    return static_cast<uint32_t>(random_ >> 33);
}

std::vector<int> Blocks::order(int count) {
    std::vector<int> order(count);
    std::iota(order.begin(), order.end(), 0);
    if (seed_ == 1) std::reverse(order.begin(), order.end());
    for (int i = count - 1; seed_ > 1 && i > 0; i--) std::swap(order[i], order[random() % (i + 1)]);
    return order;
}

void Blocks::run(dim3 grid, dim3 block, size_t sharedBytes, const std::function<void()>& kernel) {
    if (product(block) == 0 || product(block) > MOST_THREADS)
        throw Fault("a block of " + text(block) + " threads; it may have from 1 to " + std::to_string(MOST_THREADS));
    if (product(grid) == 0 || grid.x > INT32_MAX || grid.y > MOST_BLOCKS_YZ || grid.z > MOST_BLOCKS_YZ)
        throw Fault("a grid of " + text(grid) + " blocks; it must not be empty, and y and z are at most "
                    + std::to_string(MOST_BLOCKS_YZ));
    block_ = blockDim = block;
    gridDim = grid;
    kernel_ = &kernel;
    count_ = static_cast<int>(product(block));
    sharedBytes_ = sharedBytes;
    random_ = seed_;
    while (static_cast<int>(threads_.size()) < count_)
        threads_.push_back({std::make_unique<Fiber>(), State::READY, Where::current()});
    for (int index : order(static_cast<int>(product(grid)))) {
        unsigned i = index;
        blockIdx = {i % grid.x, i / grid.x % grid.y, i / grid.x / grid.y};
        runBlock();
    }
}

void Blocks::begin() {
    // What nobody has written is no number.
    shared_.resize(sharedBytes_ / sizeof(Aligned) + 1);
    std::memset(shared_.data(), 0xff, shared_.size() * sizeof(Aligned));
    warps_.assign((count_ + LANES - 1) / LANES, Warp{});
    for (int t = 0; t < count_; t++) {
        threads_[t].state = State::READY;
        threads_[t].fiber->start(enter, this);
    }
    priority_ = order(static_cast<int>(warps_.size()));
    done_ = atBlock_ = 0;
    error_ = nullptr;
}

void Blocks::runBlock() {
    begin();
    while (done_ < count_)
        if (!(isEager() ? runAhead() : runInTurns())) stuck();
}

bool Blocks::runInTurns() {
    bool moved = false;
    for (int t : order(count_)) {
        if (threads_[t].state != State::READY) continue;
        moved = true;
        resume(t);
    }
    return moved;
}

bool Blocks::runAhead() {
    for (int warp : priority_)
        for (int t = warp * LANES; t < std::min(count_, (warp + 1) * LANES); t++)
            if (threads_[t].state == State::READY) {
                resume(t);
                return true;
            }
    return false;
}

void Blocks::resume(int thread) {
    running_ = thread;
    unsigned i = thread;
    threadIdx = {i % block_.x, i / block_.x % block_.y, i / block_.x / block_.y};
    threads_[thread].fiber->resume();
    if (error_) std::rethrow_exception(error_);
}

void Blocks::enter(void* self) {
    Blocks& blocks = *static_cast<Blocks*>(self);
    try {
        (*blocks.kernel_)();
    } catch (...) {
        blocks.error_ = std::current_exception();
    }
    blocks.threads_[blocks.running_].state = State::DONE;
    blocks.done_++;
}

void Blocks::wait(State state, Where where) {
    Thread& thread = threads_[running_];
    thread.state = state;
    thread.where = where;
    thread.fiber->pause();
}

void Blocks::meetBlock(Where where) {
    if (done_ > 0)
        throw Fault(name(running_) + " is at the barrier at " + at(where) + ", but " + std::to_string(done_)
                    + " threads of the block have ended");
    if (atBlock_ == 0) barrier_ = where;
    if (barrier_.line() != where.line() || barrier_.file_name() != where.file_name())
        throw Fault(name(running_) + " is at the barrier at " + at(where) + ", but others at that at " + at(barrier_));
    if (++atBlock_ < count_) return wait(State::AT_BLOCK, where);
    blockBarriers_++;
    atBlock_ = 0;
    for (int t = 0; t < count_; t++) threads_[t].state = State::READY;
}

uint64_t Blocks::meetWarp(uint32_t mask, Meeting meeting, uint64_t value, int source, Where where) {
    int first = running_ / LANES * LANES;
    Warp& warp = warps_[running_ / LANES];
    uint32_t self = uint32_t(1) << lane();
    if (!(mask & self)) throw Fault(name(running_) + " is not in the mask of the meeting at " + at(where));
    if (!(mask >> source & 1))
        throw Fault(name(running_) + " reads lane " + std::to_string(source) + " at " + at(where)
                    + ", which is not in the mask");
    for (int l = 0; l < LANES; l++) {
        if (!(mask >> l & 1)) continue;
        if (first + l >= count_)
            throw Fault("the mask at " + at(where) + " names lane " + std::to_string(l)
                        + ", which the block does not have");
        if (threads_[first + l].state == State::DONE)
            throw Fault("the mask at " + at(where) + " names " + name(first + l) + ", which has ended");
    }
    if (warp.arrived == 0) {
        warp.mask = mask;
        warp.meeting = meeting;
        warp.where = where;
    } else if (warp.mask != mask || warp.meeting != meeting || warp.where.line() != where.line()) {
        throw Fault(name(running_) + " is at the meeting at " + at(where) + ", but its warp at that at "
                    + at(warp.where));
    }
    warp.values[lane()] = value;
    warp.sources[lane()] = source;
    warp.arrived |= self;
    if (warp.arrived == mask) complete(warp, first);
    else wait(State::AT_WARP, where);
    return warp.results[lane()];
}

void Blocks::complete(Warp& warp, int first) {
    uint64_t ballot = 0;
    for (int l = 0; l < LANES; l++)
        if (warp.mask >> l & 1) ballot |= uint64_t(warp.values[l] != 0) << l;
    for (int l = 0; l < LANES; l++) {
        if (!(warp.mask >> l & 1)) continue;
        warp.results[l] = warp.meeting == Meeting::BALLOT ? ballot : warp.values[warp.sources[l]];
        threads_[first + l].state = State::READY;
    }
    warp.arrived = 0;
    warpMeetings_++;
}

void Blocks::stuck() const {
    int atBlock = 0, atWarp = 0, ended = 0, one = 0;
    for (int t = 0; t < count_; t++) {
        atBlock += threads_[t].state == State::AT_BLOCK;
        ended += threads_[t].state == State::DONE;
        if (threads_[t].state == State::AT_WARP) atWarp++, one = t;
        else if (threads_[t].state == State::AT_BLOCK && atWarp == 0) one = t;
    }
    throw Fault("no thread of the block can go on: " + std::to_string(atBlock) + " wait for the block, "
                + std::to_string(atWarp) + " for their warp, " + std::to_string(ended) + " have ended; " + name(one)
                + " waits at " + at(threads_[one].where));
}

std::string Blocks::name(int thread) const {
    return "thread " + std::to_string(thread) + " of block " + std::to_string(blockIdx.x) + ","
           + std::to_string(blockIdx.y) + "," + std::to_string(blockIdx.z);
}

std::string Blocks::at(const Where& where) {
    const char* file = where.file_name();
    const char* slash = std::strrchr(file, '/');
    return std::string(slash ? slash + 1 : file) + ":" + std::to_string(where.line());
}

void requireIndex(int64_t index, int64_t size) {
    if (index < 0 || index >= size)
        throw Fault("index " + std::to_string(index) + " of " + std::to_string(size) + " elements of shared memory");
}

}  // namespace cuda_on_cpu
