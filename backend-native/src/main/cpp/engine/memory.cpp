#include "memory.h"

#include <cstdint>
#include <cstring>
#include <new>
#include <string>
#include <utility>

#include "errors.h"

#ifdef __linux__
#include <sys/mman.h>
#else
#include <cstdlib>
#endif

namespace rpt {

namespace {

constexpr size_t OVERREAD = 4096;
constexpr size_t HUGE_PAGE = size_t(2) << 20;

std::string mebibytes(size_t bytes) {
    return std::to_string((bytes >> 20) + (bytes % (1 << 20) != 0)) + " MiB";
}

#ifdef __linux__
char* reserve(size_t bytes) {
    void* data = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return data == MAP_FAILED ? nullptr : static_cast<char*>(data);
}
#endif

class HostMemory : public Memory {
public:
    /** Large blocks start at a huge page, so that streaming weights misses the TLB 512 times less often. */
    void* map(size_t bytes) override {
#ifdef __linux__
        if (bytes < HUGE_PAGE) return reserve(bytes);
        size_t whole = (bytes + 4095) / 4096 * 4096;
        char* data = reserve(whole + HUGE_PAGE);
        if (!data) return nullptr;
        size_t before = (HUGE_PAGE - reinterpret_cast<uintptr_t>(data) % HUGE_PAGE) % HUGE_PAGE;
        if (before > 0) munmap(data, before);
        munmap(data + before + whole, HUGE_PAGE - before);
        madvise(data + before, whole, MADV_HUGEPAGE);
        return data + before;
#else
        return std::calloc(1, bytes);
#endif
    }

    void unmap(void* data, size_t bytes) override {
#ifdef __linux__
        munmap(data, bytes);
#else
        (void)bytes;
        std::free(data);
#endif
    }
};

}  // namespace

Memory& hostMemory() {
    static HostMemory memory;
    return memory;
}

std::string Budget::refusal(const std::string& what, size_t bytes, size_t left) const {
    return what + " needs " + mebibytes(bytes) + ", the engine's budget of " + mebibytes(limit_)
           + (source_.empty() ? "" : " (" + source_ + ")") + " has " + mebibytes(left) + " left";
}

void Budget::require(size_t bytes, size_t held, const std::string& what) const {
    if (bytes > available() + held) throw OverBudget(refusal(what, bytes, available() + held));
}

void Budget::take(size_t bytes, const char* what) {
    size_t before = used_.fetch_add(bytes, std::memory_order_relaxed);
    if (before + bytes > limit_ || before + bytes < before) {
        give(bytes);
        throw OverBudget(refusal(what, bytes, before < limit_ ? limit_ - before : 0));
    }
}

void Block::allocate(Budget& budget, size_t bytes, const char* what) {
    release();
    budget.take(bytes, what);
    size_t mapped = bytes + OVERREAD;
    void* data = budget.memory().map(mapped);
    if (!data) {
        budget.give(bytes);
        throw OverBudget(std::string(what) + " needs " + mebibytes(bytes)
                         + ", which the operating system does not provide");
    }
    budget_ = &budget;
    data_ = data;
    size_ = bytes;
    mapped_ = mapped;
}

void Block::release() {
    if (data_) {
        budget_->memory().unmap(data_, mapped_);
        budget_->give(size_);
    }
    budget_ = nullptr;
    data_ = nullptr;
    size_ = mapped_ = 0;
}

void Block::swap(Block& other) noexcept {
    std::swap(budget_, other.budget_);
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(mapped_, other.mapped_);
}

}  // namespace rpt
