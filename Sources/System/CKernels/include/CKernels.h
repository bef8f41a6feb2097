#ifndef FRONTDESK_CKERNELS_H
#define FRONTDESK_CKERNELS_H

// Vector and matrix kernels in C with one CPU dispatch, shared by the vector index and the encoder.
// Swift has no per-function targets, so everything that depends on the instruction set lives here.

/// The instruction sets that the kernels distinguish, from the most portable to the fastest.
typedef enum {
    FRONTDESK_ISA_PORTABLE = 0,
    FRONTDESK_ISA_AVX2 = 1,
    FRONTDESK_ISA_AVX512 = 2,
    FRONTDESK_ISA_AVX512_BF16 = 3,
} frontdesk_isa;

/// The best instruction set that this CPU and its operating system support.
frontdesk_isa frontdesk_isa_detect(void);

#include "vector_kernels.h"
#include "encoder_kernels.h"
#include "checksum.h"

#endif
