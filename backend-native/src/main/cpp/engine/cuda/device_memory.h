#pragma once

#include <utility>
#include <vector>

#include "launch.h"
#include "memory.h"

namespace rpt::cuda {

/** The memory of the device that is set. */
class DeviceMemory final : public Memory {
public:
    void* map(size_t bytes) override;
    void unmap(void* data, size_t bytes) override;
};

/** Blocks of the device's memory for short uses: what one use has given back, the next takes. Not thread-safe. */
class Spare {
public:
    explicit Spare(Budget& budget) : budget_(budget) {}

    Block take(size_t bytes, const char* what);
    void give(Block block) { blocks_.push_back(std::move(block)); }

private:
    Budget& budget_;
    std::vector<Block> blocks_;
};

/** Some lists of the host on their way to the device, in one copy. */
class Upload {
public:
    static constexpr size_t ALIGNMENT = 256;

    /** Where the list will lie, counted from the first byte. */
    template <class T>
    size_t add(const T* values, size_t count) {
        bytes_.resize((bytes_.size() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
        size_t at = bytes_.size();
        const char* begin = reinterpret_cast<const char*>(values);
        bytes_.insert(bytes_.end(), begin, begin + count * sizeof(T));
        return at;
    }
    template <class T>
    size_t add(const std::vector<T>& values) {
        return add(values.data(), values.size());
    }

    size_t size() const { return bytes_.size(); }
    void copy(cudaStream_t stream, void* to) const {
        if (size() > 0)
            requireSuccess(cudaMemcpyAsync(to, bytes_.data(), size(), cudaMemcpyHostToDevice, stream),
                           "copy to the device");
    }

private:
    std::vector<char> bytes_;
};

}  // namespace rpt::cuda
