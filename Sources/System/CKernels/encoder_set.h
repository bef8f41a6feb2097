#ifndef FRONTDESK_ENCODER_SET_H
#define FRONTDESK_ENCODER_SET_H

#include <math.h>
#include <string.h>

#include "CKernels.h"

#define INLINE static inline __attribute__((always_inline))

// Every function that uses vectors wider than the build's own stands between these two.
#if defined(__x86_64__)
#define TARGET_AVX2 "avx2,fma"
#define TARGET_AVX512 "avx512f,avx512bw,avx512vl,avx512dq,avx2,fma"
#define TARGET_BF16 "avx512bf16," TARGET_AVX512
#endif

/// The kernels of one kind.
typedef struct {
    size_t number_bytes;
    void (*pack)(const float *, float, size_t, size_t, void *);
    void (*linear)(
        const void *, size_t, size_t, const void *, const float *, size_t,
        frontdesk_encoder_finish, void *);
    void (*finish_sums)(float *, size_t, size_t, const float *, frontdesk_encoder_finish);
    void (*attention)(const void *, size_t, size_t, void *, void *);
    void (*normalise)(
        float *, size_t, size_t, const float *, const float *, float, void *);
    void (*pool)(const float *, size_t, size_t, float *);
} frontdesk_encoder_set;

#endif
