// Distances and walks over codes; part of vector_template.h, without an include guard.

INLINE float NAMED(distance)(
    const frontdesk_vector_query *query, const frontdesk_vector_head *head, int32_t dot) {
    return query->offset + query->bias_weight * head->bias
        - query->scale * (query->step * head->step) * (float)(dot - 128 * query->sum);
}

/// The estimates of four distances, less their likely errors, against a limit: all ones if below.
INLINE frontdesk_vector_int4 NAMED(below4)(
    const frontdesk_vector_query *query, const uint8_t *const *heads, const int32_t *signs,
    float limit) {
    frontdesk_vector_float4 row[GROUP];
    for (size_t index = 0; index < GROUP; index++) {
        memcpy(&row[index], heads[index], sizeof row[index]);
    }
    // From rows of step, bias, centre, factor and error to columns.
    frontdesk_vector_float4 low = __builtin_shufflevector(row[0], row[1], 1, 5, 2, 6);
    frontdesk_vector_float4 high = __builtin_shufflevector(row[2], row[3], 1, 5, 2, 6);
    frontdesk_vector_float4 bias = __builtin_shufflevector(low, high, 0, 1, 4, 5);
    frontdesk_vector_float4 centre = __builtin_shufflevector(low, high, 2, 3, 6, 7);
    low = __builtin_shufflevector(row[0], row[1], 3, 7, 3, 7);
    high = __builtin_shufflevector(row[2], row[3], 3, 7, 3, 7);
    frontdesk_vector_float4 halves = __builtin_shufflevector(low, high, 0, 1, 4, 5);
    frontdesk_vector_int4 bits, sum;
    memcpy(&bits, &halves, sizeof bits);
    memcpy(&sum, signs, sizeof sum);
    frontdesk_vector_int4 shifted = bits << 16, upper = bits & (int32_t)0xffff0000;
    frontdesk_vector_float4 factor, error;
    memcpy(&factor, &shifted, sizeof factor);
    memcpy(&error, &upper, sizeof error);
    frontdesk_vector_float4 total = __builtin_convertvector(sum, frontdesk_vector_float4);
    frontdesk_vector_float4 dot =
        centre + factor * (query->sketch_step * (2 * total - query->sketch_sum));
    return query->sketch_base + query->bias_weight * bias - query->scale * dot
        - query->sketch_slack * error
        < limit;
}

INLINE void NAMED(fetch_code)(const frontdesk_vector_rows *rows, uint32_t slot) {
    const uint8_t *code = frontdesk_vector_code(rows, slot);
    // Beyond a kilobyte the hardware has understood.
    size_t bytes = rows->width < 1024 ? rows->width : 1024;
    for (size_t byte = 0; byte < bytes; byte += 64) {
        __builtin_prefetch(code + byte);
    }
}

INLINE void NAMED(fetch_head)(const frontdesk_vector_rows *rows, uint32_t slot) {
    const uint8_t *head = frontdesk_vector_head_row(rows, slot);
    __builtin_prefetch(head);
    for (size_t byte = 64; byte < rows->head_bytes; byte += 64) {
        __builtin_prefetch(head + byte);
    }
}

/// Distances of up to four slots by code.
INLINE void NAMED(measure4)(
    const frontdesk_vector_rows *rows, const frontdesk_vector_query *query, const uint32_t *slots,
    size_t count, float *distances) {
    const uint8_t *codes[GROUP];
    int32_t dots[GROUP];
    for (size_t index = 0; index < GROUP; index++) {
        codes[index] = frontdesk_vector_code(rows, slots[index < count ? index : 0]);
    }
    NAMED(dots4)(codes, query, rows->width, dots);
    for (size_t index = 0; index < count; index++) {
        frontdesk_vector_head head;
        memcpy(&head, frontdesk_vector_head_row(rows, slots[index]), sizeof head);
        distances[index] = NAMED(distance)(query, &head, dots[index]);
    }
}

static void NAMED(measure)(
    const frontdesk_vector_rows *rows, const frontdesk_vector_query *query, const uint32_t *slots,
    size_t count, float *distances) {
    for (size_t start = 0; start < count; start += GROUP) {
        for (size_t next = start + GROUP; next < start + 2 * GROUP && next < count; next++) {
            NAMED(fetch_code)(rows, slots[next]);
            NAMED(fetch_head)(rows, slots[next]);
        }
        size_t group = count - start < GROUP ? count - start : GROUP;
        NAMED(measure4)(rows, query, slots + start, group, distances + start);
    }
}

/// Those of the slots that may come nearer than the limit, by their sketches.
INLINE size_t NAMED(promising)(
    const frontdesk_vector_rows *rows, const frontdesk_vector_query *query, const uint32_t *slots,
    size_t count, float limit, uint32_t *kept) {
    size_t keeping = 0;
    for (size_t start = 0; start < count; start += GROUP) {
        size_t group = count - start < GROUP ? count - start : GROUP;
        const uint8_t *heads[GROUP];
        int32_t signs[GROUP];
        for (size_t index = 0; index < GROUP; index++) {
            heads[index] =
                frontdesk_vector_head_row(rows, slots[start + (index < group ? index : 0)]);
        }
        NAMED(signs4)(heads, query, rows->width, signs);
        frontdesk_vector_int4 below = NAMED(below4)(query, heads, signs, limit);
        // Written always, kept only if it is below: no branch to guess wrong.
        for (size_t index = 0; index < GROUP; index++) {
            kept[keeping] = slots[start + (index < group ? index : 0)];
            keeping += (below[index] & 1) & (index < group);
        }
    }
    return keeping;
}

/// Compares slots whose codes are on their way, and takes the near ones into the pool.
INLINE size_t NAMED(settled)(
    const frontdesk_vector_rows *rows, const frontdesk_vector_query *query, const uint32_t *slots,
    size_t count, frontdesk_vector_walk *walk) {
    walk->distances += count;
    size_t lowest = walk->width;
    for (size_t start = 0; start < count; start += GROUP) {
        float distances[GROUP];
        size_t group = count - start < GROUP ? count - start : GROUP;
        NAMED(measure4)(rows, query, slots + start, group, distances);
        for (size_t index = 0; index < group; index++) {
            uint32_t slot = slots[start + index];
            uint64_t entry = frontdesk_vector_packed(distances[index], slot);
            size_t position =
                frontdesk_vector_inserted(walk->pool, &walk->count, walk->width, entry);
            if (position == walk->width) {
                continue;
            }
            lowest = position < lowest ? position : lowest;
            if (rows->ground != NULL) {
                // What comes into the pool will probably be expanded soon.
                const uint32_t *list = rows->ground[slot >> rows->shift]
                    + (size_t)(slot & ((1u << rows->shift) - 1)) * rows->ground_words;
                __builtin_prefetch(list);
                __builtin_prefetch(list + 16);
                __builtin_prefetch(list + rows->ground_words - 1);
            }
        }
    }
    return lowest;
}

/// Those of the slots that may come into the pool, with their codes on their way.
INLINE size_t NAMED(chosen)(
    const frontdesk_vector_rows *rows, const frontdesk_vector_query *query, const uint32_t *slots,
    size_t count, frontdesk_vector_walk *walk, uint32_t *kept) {
    walk->visits += count;
    if (query->sketched && walk->count == walk->width) {
        float limit = frontdesk_vector_unpacked(walk->pool[walk->width - 1]);
        count = NAMED(promising)(rows, query, slots, count, limit, kept);
    } else {
        memcpy(kept, slots, count * sizeof *kept);
    }
    for (size_t index = 0; index < count; index++) {
        NAMED(fetch_code)(rows, kept[index]);
    }
    return count;
}

INLINE size_t NAMED(offered)(
    const frontdesk_vector_rows *rows, const frontdesk_vector_query *query, const uint32_t *slots,
    size_t count, frontdesk_vector_walk *walk) {
    uint32_t kept[FRONTDESK_VECTOR_OFFER_MAX + GROUP];
    count = NAMED(chosen)(rows, query, slots, count, walk, kept);
    return NAMED(settled)(rows, query, kept, count, walk);
}

static size_t NAMED(offer)(
    const frontdesk_vector_rows *rows, const frontdesk_vector_query *query, const uint32_t *slots,
    size_t count, frontdesk_vector_walk *walk) {
    return NAMED(offered)(rows, query, slots, count, walk);
}

static size_t NAMED(settle)(
    const frontdesk_vector_rows *rows, const frontdesk_vector_query *query,
    frontdesk_vector_walk *walk) {
    size_t count = walk->waiting_count;
    walk->waiting_count = 0;
    return NAMED(settled)(rows, query, walk->waiting, count, walk);
}

static size_t NAMED(hop)(
    const frontdesk_vector_rows *rows, const frontdesk_vector_query *query, const uint32_t *list,
    const uint32_t *ahead, frontdesk_vector_walk *walk) {
    uint32_t fresh[FRONTDESK_VECTOR_OFFER_MAX + GROUP];
    size_t count = 0;
    size_t length = __atomic_load_n(list, __ATOMIC_ACQUIRE);
    if (length > FRONTDESK_VECTOR_OFFER_MAX) {
        length = FRONTDESK_VECTOR_OFFER_MAX;
    }
    for (size_t index = 0; index < length; index++) {
        uint32_t slot = __atomic_load_n(list + 1 + index, __ATOMIC_ACQUIRE);
        if (slot >= walk->limit) {
            continue;
        }
        uint64_t bit = 1ull << (slot & 63);
        uint64_t word = walk->marks[slot >> 6];
        walk->marks[slot >> 6] = word | bit;
        // Written always, kept only if it was not marked: no branch to guess wrong.
        fresh[count] = slot;
        walk->touched[walk->touched_count] = slot;
        size_t was = (word & bit) != 0;
        count += 1 - was;
        walk->touched_count += 1 - was;
    }
    for (size_t index = 0; index < count; index++) {
        NAMED(fetch_head)(rows, fresh[index]);
    }
    if (ahead != NULL) {
        size_t coming = __atomic_load_n(ahead, __ATOMIC_RELAXED);
        if (coming > FRONTDESK_VECTOR_OFFER_MAX) {
            coming = FRONTDESK_VECTOR_OFFER_MAX;
        }
        for (size_t index = 0; index < coming; index++) {
            uint32_t slot = __atomic_load_n(ahead + 1 + index, __ATOMIC_ACQUIRE);
            if (slot < walk->limit) {
                NAMED(fetch_head)(rows, slot);
            }
        }
    }
    if (walk->count < walk->width || walk->width < PATIENT_WIDTH) {
        return NAMED(offered)(rows, query, fresh, count, walk);
    }
    // What the hop before found promising has come from memory meanwhile; what this one finds is
    // compared in the next.
    size_t lowest = NAMED(settle)(rows, query, walk);
    walk->waiting_count = NAMED(chosen)(rows, query, fresh, count, walk, walk->waiting);
    return lowest;
}

static void NAMED(scan)(
    const frontdesk_vector_rows *rows, const frontdesk_vector_query *query, uint32_t first,
    const uint8_t *accept, size_t count, frontdesk_vector_walk *walk) {
    uint32_t slots[64];
    size_t waiting = 0;
    for (size_t row = 0; row < count; row++) {
        slots[waiting] = first + (uint32_t)row;
        waiting += __atomic_load_n(accept + row, __ATOMIC_ACQUIRE) & 1;
        if (waiting == 64) {
            NAMED(offered)(rows, query, slots, waiting, walk);
            waiting = 0;
        }
    }
    NAMED(offered)(rows, query, slots, waiting, walk);
}
