#define RPT_TABLE avx512vnniKernels
#define RPT_NAME "avx512-vnni"
#include "kernels.inl"
