#ifndef FRONTDESK_ENCODER_SET_H
#define FRONTDESK_ENCODER_SET_H

#include <math.h>
#include <string.h>

#include "CKernels.h"

#define INLINE static inline __attribute__((always_inline))
// Functions whose register blocks need every register: constants of the caller's loops would take
// some of them.
#define APART static __attribute__((noinline))

// Every function that uses vectors wider than the build's own stands between these two.
#if defined(__x86_64__)
#define TARGET_AVX2 "avx2,fma"
#define TARGET_AVX512 "avx512f,avx512bw,avx512vl,avx512dq,avx2,fma"
#define TARGET_VNNI "avx512vnni," TARGET_AVX512
#define TARGET_BF16 "avx512bf16," TARGET_AVX512
#endif

/// Four numbers side by side, on every processor.
typedef float frontdesk_encoder_float4 __attribute__((vector_size(16)));

/// The kernels of one kind.
typedef struct {
    size_t number_bytes;
    // What weights of `outputs` × `inputs` take once packed.
    size_t (*packed_bytes)(size_t, size_t);
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

/// What other AVX-512 kinds take from the kernels of floats.
void frontdesk_encoder_avx512_finish_sums(
    float *, size_t, size_t, const float *, frontdesk_encoder_finish);
void frontdesk_encoder_avx512_attention(const void *, size_t, size_t, void *, void *);
void frontdesk_encoder_avx512_normalise(
    float *, size_t, size_t, const float *, const float *, float, void *);
void frontdesk_encoder_avx512_pool(const float *, size_t, size_t, float *);

// All but the linear layers, for kinds whose numbers are floats.
#define FRONTDESK_ENCODER_REST_OF_AVX512 \
    .number_bytes = sizeof(float), \
    .finish_sums = frontdesk_encoder_avx512_finish_sums, \
    .attention = frontdesk_encoder_avx512_attention, \
    .normalise = frontdesk_encoder_avx512_normalise, \
    .pool = frontdesk_encoder_avx512_pool

#endif
