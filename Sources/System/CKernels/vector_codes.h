// Vectors to codes, sketches and back; part of vector_template.h, without an include guard.

static void NAMED(bring)(
    const float *restrict vector, size_t dimension, double length, size_t width,
    float *restrict out) {
    double inverse = 1 / length;
    for (size_t index = 0; index < dimension; index++) {
        out[index] = (float)((double)vector[index] * inverse);
    }
    memset(out + dimension, 0, (width - dimension) * sizeof *out);
}

static double NAMED(dot)(const float *left, const float *right, size_t dimension) {
    double sum = 0;
    for (size_t index = 0; index < dimension; index++) {
        sum += (double)left[index] * (double)right[index];
    }
    return sum;
}

static double NAMED(squared_distance)(
    const float *left, const float *right, size_t dimension) {
    double sum = 0;
    for (size_t index = 0; index < dimension; index++) {
        double difference = (double)left[index] - (double)right[index];
        sum += difference * difference;
    }
    return sum;
}

/// The largest component without its sign. In lanes, for the compiler may not reorder a maximum.
INLINE float NAMED(largest)(const float *vector, size_t width) {
    float most[32] = {0};
    for (size_t start = 0; start < width; start += 32) {
        for (size_t lane = 0; lane < 32; lane++) {
            float size = fabsf(vector[start + lane]);
            most[lane] = size > most[lane] ? size : most[lane];
        }
    }
    for (size_t lane = 1; lane < 32; lane++) {
        most[0] = most[lane] > most[0] ? most[lane] : most[0];
    }
    return most[0];
}

/// One code step, or 0 for a vector too short to have one.
INLINE float NAMED(step)(float most, float levels) { return most < 1e-30f ? 0 : most / levels; }

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
    float step = NAMED(step)(NAMED(largest)(vector, width), 127);
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
    // Bytes may alias anything, so the compiler must be told that these do not.
    const float *restrict exact = query->exact;
    int8_t *restrict codes = query->codes, *restrict centred = query->centred;
    int16_t *restrict wide = query->wide;
    query->step = NAMED(step)(NAMED(largest)(exact, width), 127);
    float inverse = query->step > 0 ? 1 / query->step : 0;
    int32_t sum = 0;
    for (size_t index = 0; index < width; index++) {
        int32_t level = NAMED(level)(exact[index] * inverse, 127);
        sum += level;
        codes[index] = (int8_t)level;
        wide[index] = (int16_t)level;
    }
    query->sum = sum;
    query->sketched = centre != NULL;
    if (centre == NULL) {
        return;
    }
    float parts[FRONTDESK_VECTOR_WIDTH_MAX];
    float middle = 0, squared = 0;
    for (size_t index = 0; index < width; index++) {
        float part = exact[index] - centre[index];
        parts[index] = part;
        middle += exact[index] * centre[index];
        squared += part * part;
    }
    const int32_t levels = SKETCH_PLANES ? 7 : 127;
    float step = NAMED(step)(NAMED(largest)(parts, width), (float)levels);
    inverse = step > 0 ? 1 / step : 0;
    sum = 0;
    for (size_t index = 0; index < width; index++) {
        int32_t level = NAMED(level)(parts[index] * inverse, levels);
        sum += level;
        centred[index] = (int8_t)level;
    }
    if (SKETCH_PLANES) {
        size_t words = width / 64;
        for (size_t word = 0; word < words; word++) {
            uint64_t planes[4] = {0, 0, 0, 0};
            for (size_t bit = 0; bit < 64; bit++) {
                uint64_t level = (uint8_t)centred[word * 64 + bit];
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
