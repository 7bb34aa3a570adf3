#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace rpt {

/**
 * A number of bytes that never wraps: a sum or product beyond the largest size_t stays there, where every budget
 * refuses it. A negative count of things becomes that, too.
 */
class Bytes {
public:
    constexpr Bytes(size_t value) : value_(value) {}
    constexpr operator size_t() const { return value_; }

    friend constexpr Bytes operator+(Bytes a, Bytes b) {
        size_t sum = a.value_ + b.value_;
        return sum < a.value_ ? Bytes(SIZE_MAX) : Bytes(sum);
    }
    friend constexpr Bytes operator*(Bytes a, Bytes b) {
        if (a.value_ == 0 || b.value_ == 0) return Bytes(0);
        return a.value_ > SIZE_MAX / b.value_ ? Bytes(SIZE_MAX) : Bytes(a.value_ * b.value_);
    }

private:
    size_t value_;
};

/** The memory of a device. Thread-safe. */
class Memory {
public:
    virtual ~Memory() = default;
    /** So many bytes, all 0; null if there are not enough. */
    virtual void* map(size_t bytes) = 0;
    virtual void unmap(void* data, size_t bytes) = 0;
};

/** That of the host, in pages that the operating system commits when they are first touched. */
Memory& hostMemory();

/** How many bytes of a memory an engine may allocate. Thread-safe. */
class Budget {
public:
    /** @param source where the limit comes from, for messages */
    explicit Budget(size_t limit, std::string source = "", Memory& memory = hostMemory())
        : limit_(limit), source_(std::move(source)), memory_(memory) {}

    Memory& memory() const { return memory_; }
    size_t limit() const { return limit_; }
    size_t used() const { return used_.load(std::memory_order_relaxed); }
    size_t available() const { return used() < limit_ ? limit_ - used() : 0; }

    /** Takes bytes; throws OverBudget, naming `what`, if fewer are left. */
    void take(size_t bytes, const char* what);
    /** Throws OverBudget unless so many bytes are left, counting the `held` ones that the caller already has. */
    void require(size_t bytes, size_t held, const std::string& what) const;
    void give(size_t bytes) { used_.fetch_sub(bytes, std::memory_order_relaxed); }

private:
    std::string refusal(const std::string& what, size_t bytes, size_t left) const;

    const size_t limit_;
    const std::string source_;
    Memory& memory_;
    std::atomic<size_t> used_{0};
};

/**
 * A block of the memory of a budget, zero at first, aligned to a page and readable for one panel beyond its end. Not
 * thread-safe.
 */
class Block {
public:
    Block() = default;
    Block(Budget& budget, size_t bytes, const char* what) { allocate(budget, bytes, what); }
    ~Block() { release(); }
    Block(const Block&) = delete;
    Block& operator=(const Block&) = delete;
    Block(Block&& other) noexcept { swap(other); }
    Block& operator=(Block&& other) noexcept {
        swap(other);
        return *this;
    }

    void allocate(Budget& budget, size_t bytes, const char* what);
    /** Grows to at least that size; growing loses the contents. */
    void ensure(Budget& budget, size_t bytes, const char* what) {
        if (bytes > size_) {
            release();
            allocate(budget, bytes, what);
        }
    }
    void release();

    template <class T>
    T* as() const {
        return static_cast<T*>(data_);
    }
    size_t size() const { return size_; }

private:
    void swap(Block& other) noexcept;

    Budget* budget_ = nullptr;
    void* data_ = nullptr;
    size_t size_ = 0;
    size_t mapped_ = 0;
};

}  // namespace rpt
