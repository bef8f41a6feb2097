#ifndef FRONTDESK_VECTOR_SET_H
#define FRONTDESK_VECTOR_SET_H

#include <math.h>
#include <string.h>

#include "CKernels.h"

#define INLINE static inline __attribute__((always_inline))

/// The kernels of one instruction set.
typedef struct {
    void (*bring)(const float *, size_t, double, size_t, float *);
    double (*dot)(const float *, const float *, size_t);
    double (*squared_distance)(const float *, const float *, size_t);
    void (*prepare)(size_t, const float *, float, frontdesk_vector_query *);
    void (*encode)(
        size_t, const float *, float, const float *, uint8_t *, uint8_t *, uint8_t *);
    void (*sketch)(size_t, const float *, const float *, uint8_t *);
    void (*decode)(const frontdesk_vector_rows *, uint32_t, float *);
    void (*measure)(
        const frontdesk_vector_rows *, const frontdesk_vector_query *, const uint32_t *, size_t,
        float *);
    void (*refine)(
        const frontdesk_vector_rows *, const frontdesk_vector_query *, const uint32_t *, size_t,
        float *);
    size_t (*offer)(
        const frontdesk_vector_rows *, const frontdesk_vector_query *, const uint32_t *, size_t,
        frontdesk_vector_walk *);
    size_t (*hop)(
        const frontdesk_vector_rows *, const frontdesk_vector_query *, const uint32_t *,
        const uint32_t *, frontdesk_vector_walk *);
    size_t (*settle)(
        const frontdesk_vector_rows *, const frontdesk_vector_query *, frontdesk_vector_walk *);
    void (*scan)(
        const frontdesk_vector_rows *, const frontdesk_vector_query *, uint32_t, const uint8_t *,
        size_t, frontdesk_vector_walk *);
    size_t (*select)(
        const frontdesk_vector_rows *, float, float, const uint64_t *, size_t, size_t,
        uint32_t *);
} frontdesk_vector_set;

/// Four numbers side by side, on every processor.
typedef float frontdesk_vector_float4 __attribute__((ext_vector_type(4)));
typedef int32_t frontdesk_vector_int4 __attribute__((ext_vector_type(4)));

/// The fixed part of a head row.
typedef struct {
    float step;
    float bias;
    /// centre · x − centre · centre
    float centre;
    /// The upper halves of two floats: what a sign is worth, and the error of the estimate.
    uint16_t factor;
    uint16_t error;
} frontdesk_vector_head;

_Static_assert(
    sizeof(frontdesk_vector_head) == FRONTDESK_VECTOR_HEAD_FIXED, "heads are saved as they are");

INLINE float frontdesk_vector_half(uint16_t half) {
    uint32_t bits = (uint32_t)half << 16;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

INLINE uint16_t frontdesk_vector_halved(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    // To nearest; values come from finite sums, and an overflow to infinity is right here.
    return (uint16_t)((bits + 0x7fffu + ((bits >> 16) & 1)) >> 16);
}

// Floats order like their bit patterns once the sign is folded: negatives flip all bits, others
// only the sign.
INLINE uint64_t frontdesk_vector_packed(float distance, uint32_t slot) {
    uint32_t bits;
    memcpy(&bits, &distance, sizeof bits);
    bits = (bits & 0x80000000u) ? ~bits : bits | 0x80000000u;
    return (uint64_t)bits << 32 | (uint64_t)slot << 1;
}

INLINE float frontdesk_vector_unpacked(uint64_t entry) {
    uint32_t bits = (uint32_t)(entry >> 32);
    bits = (bits & 0x80000000u) ? bits & 0x7fffffffu : ~bits;
    float distance;
    memcpy(&distance, &bits, sizeof distance);
    return distance;
}

INLINE size_t frontdesk_vector_inserted(
    uint64_t *pool, size_t *count, size_t width, uint64_t entry) {
    if (*count == width && (width == 0 || entry >= pool[width - 1])) {
        return width;
    }
    size_t low = 0, high = *count;
    // Halving until few are left, then counting: a count has no branch to guess wrong.
    while (high - low > 64) {
        size_t middle = (low + high) / 2;
        if (pool[middle] < entry) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    size_t before = 0;
    for (size_t index = low; index < high; index++) {
        before += pool[index] < entry;
    }
    low += before;
    if (low >= width) {
        return width;
    }
    size_t moved = *count - low;
    if (*count == width) {
        moved--;
    } else {
        (*count)++;
    }
    memmove(pool + low + 1, pool + low, moved * sizeof *pool);
    pool[low] = entry;
    return low;
}

INLINE const uint8_t *frontdesk_vector_code(const frontdesk_vector_rows *rows, uint32_t slot) {
    return rows->codes[slot >> rows->shift]
        + (size_t)(slot & ((1u << rows->shift) - 1)) * rows->width;
}

INLINE const uint8_t *frontdesk_vector_rest(const frontdesk_vector_rows *rows, uint32_t slot) {
    return rows->rests[slot >> rows->shift]
        + (size_t)(slot & ((1u << rows->shift) - 1)) * (rows->width / 2);
}

INLINE uint8_t *frontdesk_vector_head_row(const frontdesk_vector_rows *rows, uint32_t slot) {
    return rows->heads[slot >> rows->shift]
        + (size_t)(slot & ((1u << rows->shift) - 1)) * rows->head_bytes;
}

#endif
