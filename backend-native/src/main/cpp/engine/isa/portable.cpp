#define RPT_TABLE portableKernels
#define RPT_NAME "portable"
#include "kernels.inl"
