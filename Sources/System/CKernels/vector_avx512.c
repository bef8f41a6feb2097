#include "vector_set.h"

#define NAMED(name) frontdesk_vector_avx512_##name
#define SKETCH_PLANES 0

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx2,fma,popcnt"))), \
    apply_to = function)

/// The sums of four registers, side by side.
INLINE void NAMED(sums4)(__m512i a, __m512i b, __m512i c, __m512i d, int32_t *sums) {
    __m512i ab = _mm512_add_epi32(_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b));
    __m512i cd = _mm512_add_epi32(_mm512_unpacklo_epi32(c, d), _mm512_unpackhi_epi32(c, d));
    __m512i all = _mm512_add_epi32(_mm512_unpacklo_epi64(ab, cd), _mm512_unpackhi_epi64(ab, cd));
    __m256i half =
        _mm256_add_epi32(_mm512_castsi512_si256(all), _mm512_extracti64x4_epi64(all, 1));
    _mm_storeu_si128(
        (__m128i *)sums,
        _mm_add_epi32(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1)));
}

INLINE void NAMED(dots4)(
    const uint8_t *const *codes, const frontdesk_vector_query *query, size_t width,
    int32_t *dots) {
    __m512i a = _mm512_setzero_si512(), b = a, c = a, d = a;
    for (size_t index = 0; index < width; index += 64) {
        __m512i part = _mm512_loadu_si512(query->codes + index);
        a = _mm512_dpbusd_epi32(a, _mm512_loadu_si512(codes[0] + index), part);
        b = _mm512_dpbusd_epi32(b, _mm512_loadu_si512(codes[1] + index), part);
        c = _mm512_dpbusd_epi32(c, _mm512_loadu_si512(codes[2] + index), part);
        d = _mm512_dpbusd_epi32(d, _mm512_loadu_si512(codes[3] + index), part);
    }
    NAMED(sums4)(a, b, c, d, dots);
}

/// Ones where the bits are set.
INLINE __m512i NAMED(ones)(const uint8_t *bits) {
    uint64_t word;
    memcpy(&word, bits, sizeof word);
    return _mm512_maskz_set1_epi8(_cvtu64_mask64(word), 1);
}

INLINE void NAMED(signs4)(
    const uint8_t *const *heads, const frontdesk_vector_query *query, size_t width,
    int32_t *signs) {
    __m512i a = _mm512_setzero_si512(), b = a, c = a, d = a;
    for (size_t index = 0; index < width; index += 64) {
        __m512i part = _mm512_loadu_si512(query->centred + index);
        size_t place = FRONTDESK_VECTOR_HEAD_FIXED + index / 8;
        a = _mm512_dpbusd_epi32(a, NAMED(ones)(heads[0] + place), part);
        b = _mm512_dpbusd_epi32(b, NAMED(ones)(heads[1] + place), part);
        c = _mm512_dpbusd_epi32(c, NAMED(ones)(heads[2] + place), part);
        d = _mm512_dpbusd_epi32(d, NAMED(ones)(heads[3] + place), part);
    }
    NAMED(sums4)(a, b, c, d, signs);
}

#include "vector_template.h"
#pragma clang attribute pop
#endif
