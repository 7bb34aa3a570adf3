#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <source_location>
#include <string>
#include <vector>

#include "fault.h"
#include "fiber.h"

struct uint3 {
    unsigned x, y, z;
};

struct dim3 {
    unsigned x, y, z;
    constexpr dim3(unsigned x = 1, unsigned y = 1, unsigned z = 1) : x(x), y(y), z(z) {}
};

namespace cuda_on_cpu {

using Where = std::source_location;

constexpr int LANES = 32;

/** What the lanes of a warp do together. */
enum class Meeting { SYNC, SHUFFLE, BALLOT };

/**
 * Runs one block of threads after the other, each thread as a fiber. Between two barriers a thread runs alone, and the
 * order of threads comes from a seed: a result that depends on it shows a missing barrier. A thread may read what
 * another wrote only after both met at a barrier, so an order exists in which the reader comes first.
 *
 * Throws Fault where a GPU would hang or compute something undefined: a barrier that not all threads of a block reach,
 * or at different places; a meeting of a warp without a lane that its mask names; an index beyond shared memory.
 */
class Blocks {
public:
    static Blocks& instance();

    /**
     * Threads in order for 0 and in reverse order for 1; shuffled at every barrier for other even seeds. For other odd
     * ones some warps run ahead as far as they can before others have a turn.
     */
    void setSeed(uint32_t seed) { seed_ = seed; }

    /** Runs a kernel over a grid. */
    void run(dim3 grid, dim3 block, size_t sharedBytes, const std::function<void()>& kernel);

    // Called by threads:

    void meetBlock(Where where);
    /**
     * Leaves a value for the other lanes of the mask, and waits until all of them have left theirs: returns that of
     * lane `source`, or for BALLOT a bit of each lane whose value is not 0.
     */
    uint64_t meetWarp(uint32_t mask, Meeting meeting, uint64_t value, int source, Where where);
    unsigned char* shared() { return shared_.data()->bytes; }
    size_t sharedBytes() const { return sharedBytes_; }
    int lane() const { return running_ % LANES; }

    /** Barriers of blocks and meetings of warps so far. */
    int64_t blockBarriers() const { return blockBarriers_; }
    int64_t warpMeetings() const { return warpMeetings_; }

private:
    enum class State { READY, AT_BLOCK, AT_WARP, DONE };

    struct Thread {
        std::unique_ptr<Fiber> fiber;
        State state;
        Where where;
    };

    /** The meeting of a warp under way, and what the lanes got from the last one that they had. */
    struct Warp {
        uint32_t mask = 0;
        uint32_t arrived = 0;
        Meeting meeting{};
        Where where;
        uint64_t values[LANES] = {};
        int sources[LANES] = {};
        uint64_t results[LANES] = {};
    };

    /** As shared memory is. */
    struct alignas(128) Aligned {
        unsigned char bytes[128];
    };

    static void enter(void* self);
    bool isEager() const { return seed_ > 1 && seed_ % 2 == 1; }
    void runBlock();
    void begin();
    /** Resumes threads in some order; false if none can go on. */
    bool runInTurns();
    bool runAhead();
    void resume(int thread);
    void wait(State state, Where where);
    void complete(Warp& warp, int first);
    [[noreturn]] void stuck() const;
    std::string name(int thread) const;
    std::vector<int> order(int count);
    uint32_t random();
    static std::string at(const Where& where);

    uint32_t seed_ = 0;
    uint64_t random_ = 1;
    dim3 block_;
    size_t sharedBytes_ = 0;
    const std::function<void()>* kernel_ = nullptr;
    std::vector<Thread> threads_;
    std::vector<Warp> warps_;
    std::vector<int> priority_;  // of warps in a block
    std::vector<Aligned> shared_;
    std::exception_ptr error_;
    int count_ = 0;  // threads of a block
    int running_ = 0;
    int done_ = 0;
    int atBlock_ = 0;
    Where barrier_;
    int64_t blockBarriers_ = 0;
    int64_t warpMeetings_ = 0;
};

/** Throws Fault unless 0 <= index < size. */
void requireIndex(int64_t index, int64_t size);

}  // namespace cuda_on_cpu
