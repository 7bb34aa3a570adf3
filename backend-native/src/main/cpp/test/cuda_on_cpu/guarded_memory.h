#pragma once

#include <cstddef>
#include <map>

namespace cuda_on_cpu {

/**
 * Device memory: each block ends at a page that nobody may touch, and holds no numbers at first. It can be hidden from
 * the host, so that only kernels and copies reach it, as on a GPU.
 */
class GuardedMemory {
public:
    static GuardedMemory& instance();

    void* allocate(size_t bytes);
    void free(void* data);
    /** What is left of the memory of the device. */
    size_t available() const { return total_ - used_; }
    size_t total() const { return total_; }
    void setTotal(size_t bytes) { total_ = bytes; }

    /** From now on a host that touches device memory is ended by the system. */
    void hide(bool isHidden);

    /** Kernels and copies run as long as one of these lives. */
    struct Access {
        Access() { instance().protect(false); }
        ~Access() { instance().protect(true); }
    };

private:
    struct Mapping {
        char* begin;
        size_t size;  // without the page behind it
        size_t bytes;
    };

    void protect(bool isClosed);

    std::map<void*, Mapping> mappings_;
    size_t total_ = size_t(1) << 30;
    size_t used_ = 0;
    bool isHidden_ = false;
};

}  // namespace cuda_on_cpu
