#include "vector_kernels.h"

#include <string.h>

// Floats order like their bit patterns once the sign is folded: negatives flip all bits, others
// only the sign.
uint64_t frontdesk_vector_pack(float distance, uint32_t slot) {
    uint32_t bits;
    memcpy(&bits, &distance, sizeof bits);
    bits = (bits & 0x80000000u) ? ~bits : bits | 0x80000000u;
    return (uint64_t)bits << 32 | (uint64_t)slot << 1;
}

float frontdesk_vector_distance(uint64_t entry) {
    uint32_t bits = (uint32_t)(entry >> 32);
    bits = (bits & 0x80000000u) ? bits & 0x7fffffffu : ~bits;
    float distance;
    memcpy(&distance, &bits, sizeof distance);
    return distance;
}

size_t frontdesk_vector_unvisited(
    const uint32_t *links, size_t count, uint32_t *marks, uint32_t epoch, uint32_t *out) {
    size_t kept = 0;
    for (size_t index = 0; index < count; index++) {
        uint32_t slot = links[index];
        if (marks[slot] != epoch) {
            marks[slot] = epoch;
            out[kept++] = slot;
        }
    }
    return kept;
}

static size_t pool_insert(uint64_t *pool, size_t *pool_count, size_t capacity, uint64_t entry) {
    size_t low = 0, high = *pool_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (pool[middle] < entry) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low >= capacity) {
        return capacity;
    }
    size_t moved = *pool_count - low;
    if (*pool_count == capacity) {
        moved--;
    } else {
        (*pool_count)++;
    }
    memmove(pool + low + 1, pool + low, moved * sizeof *pool);
    pool[low] = entry;
    return low;
}

size_t frontdesk_vector_pool_merge(
    uint64_t *pool, size_t *pool_count, size_t capacity, const uint32_t *slots,
    const float *distances, size_t count) {
    size_t lowest = capacity;
    for (size_t index = 0; index < count; index++) {
        uint64_t entry = frontdesk_vector_pack(distances[index], slots[index]);
        if (*pool_count == capacity && entry >= pool[capacity - 1]) {
            continue;
        }
        size_t position = pool_insert(pool, pool_count, capacity, entry);
        if (position < lowest) {
            lowest = position;
        }
    }
    return lowest;
}

void frontdesk_vector_scan_merge(
    uint64_t *pool, size_t *pool_count, size_t capacity, uint32_t first, const uint8_t *accept,
    const float *distances, size_t count) {
    for (size_t row = 0; row < count; row++) {
        if (!(accept[row] & 1)) {
            continue;
        }
        uint64_t entry = frontdesk_vector_pack(distances[row], first + (uint32_t)row);
        if (*pool_count < capacity || entry < pool[capacity - 1]) {
            pool_insert(pool, pool_count, capacity, entry);
        }
    }
}

bool frontdesk_vector_any_below(const float *values, size_t count, float limit) {
    for (size_t index = 0; index < count; index++) {
        if (values[index] < limit) {
            return true;
        }
    }
    return false;
}
