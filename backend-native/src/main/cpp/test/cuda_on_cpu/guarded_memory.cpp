#include "guarded_memory.h"

#include <sys/mman.h>

#include <cstring>

#include "fault.h"

namespace cuda_on_cpu {

namespace {

constexpr size_t PAGE = 4096;
constexpr size_t ALIGNMENT = 256;  // that of cudaMalloc

size_t roundedUp(size_t bytes, size_t to) {
    return (bytes + to - 1) / to * to;
}

}  // namespace

GuardedMemory& GuardedMemory::instance() {
    static GuardedMemory memory;
    return memory;
}

void* GuardedMemory::allocate(size_t bytes) {
    if (bytes > available()) return nullptr;
    size_t size = roundedUp(bytes, PAGE);
    void* begin = mmap(nullptr, size + PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (begin == MAP_FAILED) return nullptr;
    std::memset(begin, 0xff, size);
    mprotect(static_cast<char*>(begin) + size, PAGE, PROT_NONE);
    void* data = static_cast<char*>(begin) + size - roundedUp(bytes, ALIGNMENT);
    mappings_[data] = {static_cast<char*>(begin), size, bytes};
    used_ += bytes;
    if (isHidden_) mprotect(begin, size, PROT_NONE);
    return data;
}

void GuardedMemory::free(void* data) {
    if (!data) return;
    auto found = mappings_.find(data);
    if (found == mappings_.end())
        throw Fault("cudaFree of memory that cudaMalloc did not give, or that is free already");
    munmap(found->second.begin, found->second.size + PAGE);
    used_ -= found->second.bytes;
    mappings_.erase(found);
}

void GuardedMemory::hide(bool isHidden) {
    isHidden_ = true;
    protect(isHidden);
    isHidden_ = isHidden;
}

void GuardedMemory::protect(bool isClosed) {
    if (!isHidden_) return;
    for (auto& [data, mapping] : mappings_)
        mprotect(mapping.begin, mapping.size, isClosed ? PROT_NONE : PROT_READ | PROT_WRITE);
}

}  // namespace cuda_on_cpu
