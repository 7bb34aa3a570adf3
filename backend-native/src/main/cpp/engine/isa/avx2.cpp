#define RPT_TABLE avx2Kernels
#define RPT_NAME "avx2"
#include "kernels.inl"
