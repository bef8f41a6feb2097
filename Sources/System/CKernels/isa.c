#include "CKernels.h"

frontdesk_isa frontdesk_isa_detect(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")
        && __builtin_cpu_supports("avx512vnni")) {
        return __builtin_cpu_supports("avx512bf16") ? FRONTDESK_ISA_AVX512_BF16
                                                    : FRONTDESK_ISA_AVX512;
    }
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        return FRONTDESK_ISA_AVX2;
    }
#endif
    return FRONTDESK_ISA_PORTABLE;
}
