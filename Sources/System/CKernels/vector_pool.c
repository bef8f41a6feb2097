#include "vector_set.h"

uint64_t frontdesk_vector_pack(float distance, uint32_t slot) {
    return frontdesk_vector_packed(distance, slot);
}

float frontdesk_vector_distance(uint64_t entry) {
    return frontdesk_vector_unpacked(entry);
}

size_t frontdesk_vector_insert(uint64_t *pool, size_t *count, size_t width, uint64_t entry) {
    return frontdesk_vector_inserted(pool, count, width, entry);
}

void frontdesk_vector_scan_merge(
    uint64_t *pool, size_t *pool_count, size_t capacity, uint32_t first, const uint8_t *accept,
    const float *distances, size_t count) {
    for (size_t row = 0; row < count; row++) {
        if (!(__atomic_load_n(accept + row, __ATOMIC_ACQUIRE) & 1)) {
            continue;
        }
        uint64_t entry = frontdesk_vector_packed(distances[row], first + (uint32_t)row);
        if (*pool_count < capacity || entry < pool[capacity - 1]) {
            frontdesk_vector_inserted(pool, pool_count, capacity, entry);
        }
    }
}

bool frontdesk_vector_is_marked(const frontdesk_vector_walk *walk, uint32_t slot) {
    return slot >= walk->limit || (walk->marks[slot >> 6] >> (slot & 63) & 1);
}

bool frontdesk_vector_mark(frontdesk_vector_walk *walk, uint32_t slot) {
    if (frontdesk_vector_is_marked(walk, slot)) {
        return false;
    }
    walk->marks[slot >> 6] |= 1ull << (slot & 63);
    walk->touched[walk->touched_count++] = slot;
    return true;
}

void frontdesk_vector_unmark(frontdesk_vector_walk *walk) {
    // Word by word, or all at once when that is less.
    if (walk->touched_count > walk->limit / 128) {
        memset(walk->marks, 0, ((size_t)walk->limit + 63) / 64 * 8);
    } else {
        for (size_t index = 0; index < walk->touched_count; index++) {
            walk->marks[walk->touched[index] >> 6] = 0;
        }
    }
    walk->touched_count = 0;
}

void frontdesk_vector_list_store(uint32_t *list, const uint32_t *links, size_t count) {
    for (size_t index = 0; index < count; index++) {
        __atomic_store_n(list + 1 + index, links[index], __ATOMIC_RELEASE);
    }
    __atomic_store_n(list, (uint32_t)count, __ATOMIC_RELEASE);
}

size_t frontdesk_vector_list_load(const uint32_t *list, uint32_t *links, size_t room) {
    size_t count = __atomic_load_n(list, __ATOMIC_ACQUIRE);
    count = count < room ? count : room;
    for (size_t index = 0; index < count; index++) {
        links[index] = __atomic_load_n(list + 1 + index, __ATOMIC_ACQUIRE);
    }
    return count;
}

uint8_t frontdesk_vector_byte_load(const uint8_t *place) {
    return __atomic_load_n(place, __ATOMIC_ACQUIRE);
}

void frontdesk_vector_byte_store(uint8_t *place, uint8_t value) {
    __atomic_store_n(place, value, __ATOMIC_RELEASE);
}
