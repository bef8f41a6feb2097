#include "vector_set.h"

#define NAMED(name) frontdesk_vector_avx2_##name
#define SKETCH_PLANES 1

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma,popcnt"))), apply_to = function)

// Multiplied in 16 bits: the byte form saturates, and the answers shall be those of other sets.
INLINE void NAMED(dots4)(
    const uint8_t *const *codes, const frontdesk_vector_query *query, size_t width,
    int32_t *dots) {
    __m256i sums[4];
    for (size_t row = 0; row < 4; row++) {
        sums[row] = _mm256_setzero_si256();
    }
    for (size_t index = 0; index < width; index += 16) {
        __m256i part = _mm256_loadu_si256((const __m256i *)(query->wide + index));
        for (size_t row = 0; row < 4; row++) {
            __m128i bytes = _mm_loadu_si128((const __m128i *)(codes[row] + index));
            sums[row] = _mm256_add_epi32(
                sums[row], _mm256_madd_epi16(_mm256_cvtepu8_epi16(bytes), part));
        }
    }
    __m256i both = _mm256_hadd_epi32(
        _mm256_hadd_epi32(sums[0], sums[1]), _mm256_hadd_epi32(sums[2], sums[3]));
    _mm_storeu_si128(
        (__m128i *)dots,
        _mm_add_epi32(_mm256_castsi256_si128(both), _mm256_extracti128_si256(both, 1)));
}

INLINE void NAMED(signs4)(
    const uint8_t *const *heads, const frontdesk_vector_query *query, size_t width,
    int32_t *signs) {
    for (size_t row = 0; row < 4; row++) {
        uint64_t sums[4] = {0, 0, 0, 0};
        for (size_t word = 0; word < width / 64; word++) {
            uint64_t bits;
            memcpy(&bits, heads[row] + FRONTDESK_VECTOR_HEAD_FIXED + 8 * word, sizeof bits);
            for (size_t plane = 0; plane < 4; plane++) {
                sums[plane] +=
                    (uint64_t)_mm_popcnt_u64(bits & query->planes[4 * word + plane]);
            }
        }
        signs[row] = (int32_t)(sums[0] + 2 * sums[1] + 4 * sums[2]) - (int32_t)(8 * sums[3]);
    }
}

#include "vector_template.h"
#pragma clang attribute pop
#endif
