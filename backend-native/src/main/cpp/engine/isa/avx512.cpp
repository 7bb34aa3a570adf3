#define RPT_TABLE avx512Kernels
#define RPT_NAME "avx512"
#include "kernels.inl"
