// The kernels of the vector index, once for each instruction set. The including file says how four
// rows at a time are multiplied: `dots4`, `signs4` and the constant SKETCH_PLANES.

#pragma clang fp reassociate(on)

#define GROUP 4

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

INLINE size_t NAMED(offered)(
    const frontdesk_vector_rows *rows, const frontdesk_vector_query *query, const uint32_t *slots,
    size_t count, frontdesk_vector_walk *walk) {
    uint32_t kept[FRONTDESK_VECTOR_OFFER_MAX + GROUP];
    walk->visits += count;
    if (query->sketched && walk->count == walk->width) {
        float limit = frontdesk_vector_unpacked(walk->pool[walk->width - 1]);
        count = NAMED(promising)(rows, query, slots, count, limit, kept);
        slots = kept;
    }
    for (size_t index = 0; index < count; index++) {
        NAMED(fetch_code)(rows, slots[index]);
    }
    walk->distances += count;
    size_t lowest = walk->width;
    for (size_t start = 0; start < count; start += GROUP) {
        float distances[GROUP];
        size_t group = count - start < GROUP ? count - start : GROUP;
        NAMED(measure4)(rows, query, slots + start, group, distances);
        for (size_t index = 0; index < group; index++) {
            uint32_t slot = slots[start + index];
            uint64_t entry = frontdesk_vector_packed(distances[index], slot);
            if (walk->count == walk->width && entry >= walk->pool[walk->width - 1]) {
                continue;
            }
            if (rows->ground != NULL) {
                // What comes into the pool will probably be expanded soon.
                const uint32_t *list = rows->ground[slot >> rows->shift]
                    + (size_t)(slot & ((1u << rows->shift) - 1)) * rows->ground_words;
                __builtin_prefetch(list);
                __builtin_prefetch(list + 16);
                __builtin_prefetch(list + rows->ground_words - 1);
            }
            size_t position =
                frontdesk_vector_inserted(walk->pool, &walk->count, walk->width, entry);
            lowest = position < lowest ? position : lowest;
        }
    }
    return lowest;
}

static size_t NAMED(offer)(
    const frontdesk_vector_rows *rows, const frontdesk_vector_query *query, const uint32_t *slots,
    size_t count, frontdesk_vector_walk *walk) {
    return NAMED(offered)(rows, query, slots, count, walk);
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
    return NAMED(offered)(rows, query, fresh, count, walk);
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

/// One code step, or 0 for a vector too short to have one.
INLINE float NAMED(step)(const float *vector, size_t width, float levels) {
    float most = 0;
    for (size_t index = 0; index < width; index++) {
        float size = fabsf(vector[index]);
        most = size > most ? size : most;
    }
    return most < 1e-30f ? 0 : most / levels;
}

INLINE int32_t NAMED(level)(float value, int32_t most) {
    int32_t level = (int32_t)(value + (value < 0 ? -0.5f : 0.5f));
    return level > most ? most : level < -most ? -most : level;
}

/// Fills the head's sketch: bits, factor and error of x − centre. Without a centre it is empty.
static void NAMED(sketch)(
    size_t width, const float *vector, const float *centre, uint8_t *row) {
    frontdesk_vector_head head;
    memcpy(&head, row, sizeof head);
    uint8_t *bits = row + FRONTDESK_VECTOR_HEAD_FIXED;
    memset(bits, 0, width / 8);
    head.centre = 0;
    head.factor = 0;
    head.error = 0;
    if (centre != NULL) {
        float squared = 0, absolute = 0, middle = 0, used = 0;
        for (size_t index = 0; index < width; index++) {
            float part = vector[index] - centre[index];
            squared += part * part;
            absolute += fabsf(part);
            middle += centre[index] * part;
            used += part != 0;
        }
        for (size_t index = 0; index < width; index++) {
            bits[index / 8] |= (uint8_t)((vector[index] > centre[index]) << (index % 8));
        }
        // The best multiple of the signs, made unbiased: |o|² / Σ|o|. What is left over stands
        // at a right angle to o, and a random query has 1 / √(d − 1) of its length along it.
        float factor = absolute > 0 ? squared / absolute : 0;
        float left = factor * factor * used - squared;
        head.centre = middle;
        head.factor = frontdesk_vector_halved(factor);
        head.error = frontdesk_vector_halved(
            left > 0 && used > 1 ? sqrtf(left / (used - 1)) : 0);
    }
    memcpy(row, &head, sizeof head);
}

static void NAMED(encode)(
    size_t width, const float *vector, float bias, const float *centre, uint8_t *row,
    uint8_t *code, uint8_t *rest) {
    float step = NAMED(step)(vector, width, 127);
    float inverse = step > 0 ? 1 / step : 0;
    uint8_t fine[32];
    for (size_t start = 0; start < width; start += 32) {
        for (size_t index = 0; index < 32; index++) {
            float value = vector[start + index] * inverse;
            int32_t level = NAMED(level)(value, 127);
            int32_t part = (int32_t)((value - (float)level + 0.5f) * 16);
            fine[index] = (uint8_t)(part < 0 ? 0 : part > 15 ? 15 : part);
            code[start + index] = (uint8_t)(level + 128);
        }
        for (size_t index = 0; index < 16; index++) {
            rest[start / 2 + index] = (uint8_t)(fine[index] | fine[index + 16] << 4);
        }
    }
    frontdesk_vector_head head = {.step = step, .bias = bias};
    memcpy(row, &head, sizeof head);
    NAMED(sketch)(width, vector, centre, row);
}

static void NAMED(decode)(const frontdesk_vector_rows *rows, uint32_t slot, float *vector) {
    const uint8_t *code = frontdesk_vector_code(rows, slot);
    const uint8_t *rest = frontdesk_vector_rest(rows, slot);
    frontdesk_vector_head head;
    memcpy(&head, frontdesk_vector_head_row(rows, slot), sizeof head);
    float fine = head.step / 16;
    for (size_t start = 0; start < rows->width; start += 32) {
        for (size_t index = 0; index < 16; index++) {
            uint8_t both = rest[start / 2 + index];
            int32_t low = 16 * code[start + index] + (both & 15);
            int32_t high = 16 * code[start + index + 16] + (both >> 4);
            vector[start + index] = fine * ((float)low - 2055.5f);
            vector[start + index + 16] = fine * ((float)high - 2055.5f);
        }
    }
}

static void NAMED(refine)(
    const frontdesk_vector_rows *rows, const frontdesk_vector_query *query, const uint32_t *slots,
    size_t count, float *distances) {
    for (size_t index = 0; index < count; index++) {
        NAMED(fetch_code)(rows, slots[index]);
        const uint8_t *rest = frontdesk_vector_rest(rows, slots[index]);
        for (size_t byte = 0; byte < rows->width / 2; byte += 64) {
            __builtin_prefetch(rest + byte);
        }
    }
    for (size_t index = 0; index < count; index++) {
        const uint8_t *code = frontdesk_vector_code(rows, slots[index]);
        const uint8_t *rest = frontdesk_vector_rest(rows, slots[index]);
        frontdesk_vector_head head;
        memcpy(&head, frontdesk_vector_head_row(rows, slots[index]), sizeof head);
        float sums[32] = {0};
        for (size_t start = 0; start < rows->width; start += 32) {
            for (size_t lane = 0; lane < 16; lane++) {
                uint8_t both = rest[start / 2 + lane];
                int32_t low = 16 * code[start + lane] + (both & 15);
                int32_t high = 16 * code[start + lane + 16] + (both >> 4);
                sums[lane] += query->exact[start + lane] * ((float)low - 2055.5f);
                sums[lane + 16] += query->exact[start + lane + 16] * ((float)high - 2055.5f);
            }
        }
        float dot = 0;
        for (size_t lane = 0; lane < 32; lane++) {
            dot += sums[lane];
        }
        distances[index] = query->offset + query->bias_weight * head.bias
            - query->scale * (head.step / 16 * dot);
    }
}

/// The query's own codes, and those of q − centre for the sketches.
static void NAMED(prepare)(
    size_t width, const float *centre, float caution, frontdesk_vector_query *query) {
    query->step = NAMED(step)(query->exact, width, 127);
    float inverse = query->step > 0 ? 1 / query->step : 0;
    int32_t sum = 0;
    for (size_t index = 0; index < width; index++) {
        int32_t level = NAMED(level)(query->exact[index] * inverse, 127);
        sum += level;
        query->codes[index] = (int8_t)level;
        query->wide[index] = (int16_t)level;
    }
    query->sum = sum;
    query->sketched = centre != NULL;
    if (centre == NULL) {
        return;
    }
    float middle = 0, squared = 0, most = 0;
    for (size_t index = 0; index < width; index++) {
        float part = query->exact[index] - centre[index];
        middle += query->exact[index] * centre[index];
        squared += part * part;
        most = fabsf(part) > most ? fabsf(part) : most;
    }
    const int32_t levels = SKETCH_PLANES ? 7 : 127;
    float step = most < 1e-30f ? 0 : most / (float)levels;
    inverse = step > 0 ? 1 / step : 0;
    sum = 0;
    for (size_t index = 0; index < width; index++) {
        int32_t level =
            NAMED(level)((query->exact[index] - centre[index]) * inverse, levels);
        sum += level;
        query->centred[index] = (int8_t)level;
    }
    if (SKETCH_PLANES) {
        size_t words = width / 64;
        for (size_t word = 0; word < words; word++) {
            uint64_t planes[4] = {0, 0, 0, 0};
            for (size_t bit = 0; bit < 64; bit++) {
                uint64_t level = (uint8_t)query->centred[word * 64 + bit];
                for (size_t plane = 0; plane < 4; plane++) {
                    planes[plane] |= (level >> plane & 1) << bit;
                }
            }
            for (size_t plane = 0; plane < 4; plane++) {
                query->planes[4 * word + plane] = planes[plane];
            }
        }
    }
    query->sketch_step = step;
    query->sketch_sum = (float)sum;
    query->sketch_base = query->offset - query->scale * middle;
    query->sketch_slack = query->scale * caution * sqrtf(squared);
    // Sums that overflowed would leave out everything.
    query->sketched = query->sketch_slack < 1e30f && query->sketch_base < 1e30f
        && query->sketch_base > -1e30f;
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
        int32_t sum = 0;
        for (size_t place = 0; place < rows->width; place++) {
            int32_t level = (int32_t)code[place] - 128;
            codes[place] = (int8_t)level;
            wide[place] = (int16_t)level;
            sum += level;
        }
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
    .prepare = NAMED(prepare),
    .encode = NAMED(encode),
    .sketch = NAMED(sketch),
    .decode = NAMED(decode),
    .measure = NAMED(measure),
    .refine = NAMED(refine),
    .offer = NAMED(offer),
    .hop = NAMED(hop),
    .scan = NAMED(scan),
    .select = NAMED(select),
};
