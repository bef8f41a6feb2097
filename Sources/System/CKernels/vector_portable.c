#include "vector_set.h"

#define NAMED(name) frontdesk_vector_portable_##name
#define SKETCH_PLANES 1

INLINE void NAMED(dots4)(
    const uint8_t *const *codes, const frontdesk_vector_query *query, size_t width,
    int32_t *dots) {
    for (size_t row = 0; row < 4; row++) {
        int32_t sum = 0;
        const uint8_t *code = codes[row];
        for (size_t index = 0; index < width; index++) {
            sum += (int32_t)code[index] * query->wide[index];
        }
        dots[row] = sum;
    }
}

INLINE void NAMED(signs4)(
    const uint8_t *const *heads, const frontdesk_vector_query *query, size_t width,
    int32_t *signs) {
    for (size_t row = 0; row < 4; row++) {
        int32_t sums[4] = {0, 0, 0, 0};
        for (size_t word = 0; word < width / 64; word++) {
            uint64_t bits;
            memcpy(&bits, heads[row] + FRONTDESK_VECTOR_HEAD_FIXED + 8 * word, sizeof bits);
            for (size_t plane = 0; plane < 4; plane++) {
                sums[plane] += __builtin_popcountll(bits & query->planes[4 * word + plane]);
            }
        }
        signs[row] = sums[0] + 2 * sums[1] + 4 * sums[2] - 8 * sums[3];
    }
}

#include "vector_template.h"
