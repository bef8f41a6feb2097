// The kernels of the vector index, once for each instruction set. The including file says how four
// rows at a time are multiplied: `dots4`, `signs4` and the constant SKETCH_PLANES.

#pragma clang fp reassociate(on)

#define GROUP 4
/// A pool narrower than this is told of every slot at once: it has nothing else to go on with.
#define PATIENT_WIDTH 8

#include "vector_walk.h"

#include "vector_codes.h"

/// A code as signed levels of both widths; their sum.
INLINE int32_t NAMED(levels)(
    const uint8_t *restrict code, size_t width, int8_t *restrict codes, int16_t *restrict wide) {
    int32_t sum = 0;
    for (size_t place = 0; place < width; place++) {
        int32_t level = (int32_t)code[place] - 128;
        codes[place] = (int8_t)level;
        wide[place] = (int16_t)level;
        sum += level;
    }
    return sum;
}

static size_t NAMED(select)(
    const frontdesk_vector_rows *rows, float scale, float offset_weight, const uint64_t *entries,
    size_t count, size_t limit, uint32_t *kept) {
    int8_t codes[FRONTDESK_VECTOR_WIDTH_MAX] __attribute__((aligned(64)));
    int16_t wide[FRONTDESK_VECTOR_WIDTH_MAX] __attribute__((aligned(64)));
    frontdesk_vector_query query = {
        .codes = codes, .wide = wide, .scale = scale, .bias_weight = 1};
    size_t keeping = 0;
    for (size_t index = 0; index < count && keeping < limit; index++) {
        if (index + 2 < count) {
            uint32_t coming = (uint32_t)entries[index + 2] >> 1;
            NAMED(fetch_head)(rows, coming);
            NAMED(fetch_code)(rows, coming);
        }
        uint32_t slot = (uint32_t)entries[index] >> 1;
        const uint8_t *code = frontdesk_vector_code(rows, slot);
        frontdesk_vector_head head;
        memcpy(&head, frontdesk_vector_head_row(rows, slot), sizeof head);
        int32_t sum = NAMED(levels)(code, rows->width, codes, wide);
        query.step = head.step;
        query.sum = sum;
        query.offset = offset_weight * head.bias;
        float limit_distance = frontdesk_vector_unpacked(entries[index]);
        bool nearest = true;
        for (size_t start = 0; start < keeping && nearest; start += GROUP) {
            float distances[GROUP];
            size_t group = keeping - start < GROUP ? keeping - start : GROUP;
            NAMED(measure4)(rows, &query, kept + start, group, distances);
            for (size_t other = 0; other < group; other++) {
                nearest = nearest && !(distances[other] < limit_distance);
            }
        }
        if (nearest) {
            kept[keeping++] = slot;
        }
    }
    return keeping;
}

const frontdesk_vector_set NAMED(set) = {
    .bring = NAMED(bring),
    .dot = NAMED(dot),
    .squared_distance = NAMED(squared_distance),
    .prepare = NAMED(prepare),
    .encode = NAMED(encode),
    .sketch = NAMED(sketch),
    .decode = NAMED(decode),
    .measure = NAMED(measure),
    .refine = NAMED(refine),
    .offer = NAMED(offer),
    .hop = NAMED(hop),
    .settle = NAMED(settle),
    .scan = NAMED(scan),
    .select = NAMED(select),
};
