#define RPT_TABLE avx512bf16Kernels
#define RPT_NAME "avx512-bf16"
#include "kernels.inl"
