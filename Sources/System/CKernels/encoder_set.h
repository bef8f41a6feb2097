#ifndef FRONTDESK_ENCODER_SET_H
#define FRONTDESK_ENCODER_SET_H

#include <math.h>
#include <string.h>

#include "CKernels.h"

#define INLINE static inline __attribute__((always_inline))

/// The kernels of one instruction set.
typedef struct {
    void (*pack)(const float *, size_t, size_t, float *);
    void (*linear)(
        const float *, size_t, size_t, const float *, const float *, size_t,
        frontdesk_encoder_finish, float *);
    void (*finish_sums)(float *, size_t, size_t, const float *, frontdesk_encoder_finish);
    void (*attention)(const float *, size_t, size_t, float *, float *);
    void (*normalise)(float *, size_t, size_t, const float *, const float *, float);
    void (*pool)(const float *, size_t, size_t, float *);
} frontdesk_encoder_set;

#endif
