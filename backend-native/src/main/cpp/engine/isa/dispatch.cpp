#include "kernels.h"

#include <cstring>
#include <string>
#include <vector>

namespace rpt {

const Kernels& portableKernels();
#ifdef RPT_X86
const Kernels& avx2Kernels();
const Kernels& avx512Kernels();
const Kernels& avx512vnniKernels();
const Kernels& avx512bf16Kernels();
#endif

namespace {

/** Fastest first. */
std::vector<const Kernels*> usable() {
    std::vector<const Kernels*> tables;
#ifdef RPT_X86
    __builtin_cpu_init();
    bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    bool avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
                  && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
    bool vnni = avx512 && __builtin_cpu_supports("avx512vnni");
    // Every processor with bfloat16 products has the 8-bit ones, too.
    if (vnni && __builtin_cpu_supports("avx512bf16")) tables.push_back(&avx512bf16Kernels());
    if (vnni) tables.push_back(&avx512vnniKernels());
    if (avx512) tables.push_back(&avx512Kernels());
    if (avx2) tables.push_back(&avx2Kernels());
#endif
    tables.push_back(&portableKernels());
    return tables;
}

}  // namespace

const Kernels* kernelsNamed(const char* name) {
    for (const Kernels* table : usable())
        if (!std::strcmp(table->name, name)) return table;
    return nullptr;
}

const Kernels& bestKernels() {
    return *usable().front();
}

const char* usableKernels() {
    static const std::string names = [] {
        std::string joined;
        for (const Kernels* table : usable()) joined += (joined.empty() ? "" : ", ") + std::string(table->name);
        return joined;
    }();
    return names.c_str();
}

}  // namespace rpt
