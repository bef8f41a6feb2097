// The encoder's kernels, written once over a vector type and compiled for each instruction set.
//
// The including file defines LANES (floats in a vector), ROWS (rows of one register block), FMA (1
// when fused multiply-add is an instruction) and NAMED(name). A register block holds
// ROWS × 2 * LANES sums; weights lie in panels of 2 * LANES outputs so that its loads are
// sequential. With AVX-512 that is 14 × 32: 28 accumulators, two weights and a broadcast input.
// There is deliberately no include guard.

#include "encoder_rows.h"
#include "encoder_vector.h"

#define PANEL (2 * LANES)

// The including file may share some functions with others.
#ifndef SHARED
#define SHARED static
#endif

// One register block: `rows` (a constant after inlining) × PANEL sums over `depth` inputs.
INLINE void NAMED(block)(
    const int rows, const float *input, size_t input_stride, const float *panel, size_t depth,
    frontdesk_encoder_turns turns, const float *bias, const float *factors,
    frontdesk_encoder_finish finish, float *output, size_t output_stride) {
    V sums[ROWS][2];
    V left = bias ? NAMED(load)(bias) : NAMED(all)(0);
    V right = bias ? NAMED(load)(bias + LANES) : NAMED(all)(0);
#pragma clang loop unroll(full)
    for (int row = 0; row < rows; row++) {
        sums[row][0] = left;
        sums[row][1] = right;
    }
    for (size_t k = 0; k < depth; k++) {
        V first = NAMED(load)(panel + k * PANEL);
        V second = NAMED(load)(panel + k * PANEL + LANES);
        frontdesk_encoder_fetch(&turns, panel + (depth + k) * PANEL, PANEL * sizeof(float));
#pragma clang loop unroll(full)
        for (int row = 0; row < rows; row++) {
            V value = NAMED(all)(input[(size_t)row * input_stride + k]);
            sums[row][0] = NAMED(multiply_add)(value, first, sums[row][0]);
            sums[row][1] = NAMED(multiply_add)(value, second, sums[row][1]);
        }
    }
#pragma clang loop unroll(full)
    for (int row = 0; row < rows; row++) {
        float *to = output + (size_t)row * output_stride;
        V factor = NAMED(all)(factors ? factors[row] : 1);
        NAMED(put)(to, sums[row][0] * factor, finish, false);
        NAMED(put)(to + LANES, sums[row][1] * factor, finish, false);
    }
}

INLINE void NAMED(blocks)(
    int rows, const float *input, size_t input_stride, const float *panel, size_t depth,
    frontdesk_encoder_turns turns, const float *bias, const float *factors,
    frontdesk_encoder_finish finish, float *output, size_t output_stride) {
#define CALL(n) \
    NAMED(block)( \
        n, input, input_stride, panel, depth, turns, bias, factors, finish, output, output_stride)
    WITH_ROWS(ROWS, rows, CALL)
#undef CALL
}

// Rows of a tile whose inputs stay in the second-level cache while all panels pass over them.
#define TILE (ROWS * 10)

static void NAMED(linear)(
    const void *numbers, size_t rows, size_t inputs, const void *panels, const float *bias,
    size_t outputs, frontdesk_encoder_finish finish, void *out) {
    const float *input = numbers, *packed = panels;
    float *output = out;
    for (size_t tile = 0; tile < rows; tile += TILE) {
        size_t end = tile + TILE < rows ? tile + TILE : rows;
        for (size_t column = 0; column < outputs; column += PANEL) {
            frontdesk_encoder_turns turns = frontdesk_encoder_first_turn(end - tile, ROWS);
            for (size_t row = tile; row < end; turns.wait++) {
                int count = frontdesk_encoder_next_rows(end - row, ROWS);
                NAMED(blocks)(
                    count, input + row * inputs, inputs, packed + column * inputs, inputs,
                    turns, bias + column, NULL, finish, output + row * outputs + column, outputs);
                row += (size_t)count;
            }
        }
    }
}

static void NAMED(pack)(
    const float *weights, float factor, size_t outputs, size_t inputs, void *panels) {
    float *packed = panels;
    for (size_t column = 0; column < outputs; column += PANEL)
        for (size_t k = 0; k < inputs; k++)
            for (size_t lane = 0; lane < PANEL; lane++)
                *packed++ = weights[(column + lane) * inputs + k] * factor;
}

SHARED void NAMED(finish_sums)(
    float *sums, size_t rows, size_t outputs, const float *bias, frontdesk_encoder_finish finish) {
    for (size_t row = 0; row < rows; row++, sums += outputs)
        for (size_t column = 0; column < outputs; column += LANES) {
            V value = NAMED(load)(sums + column) + NAMED(load)(bias + column);
            if (finish == FRONTDESK_ENCODER_GELU) value = NAMED(gelu)(value);
            NAMED(store)(sums + column, value);
        }
}

// Scores of one row become shares, not yet divided by their sum: what to multiply with is given
// back. The padding behind `count` becomes 2^-126 each, which no sum notices.
APART float NAMED(soften)(float *scores, size_t count) {
    size_t padded = (count + LANES - 1) / LANES * LANES;
    NAMED(fill_behind)(scores, count, padded, -INFINITY);
    V most = NAMED(load)(scores);
    for (size_t index = LANES; index < padded; index += LANES)
        most = __builtin_elementwise_max(most, NAMED(load)(scores + index));
    V largest = NAMED(all)(NAMED(largest)(most));
    V total = NAMED(all)(0);
    for (size_t index = 0; index < padded; index += LANES) {
        V value = NAMED(exponential)(NAMED(load)(scores + index) - largest);
        NAMED(store)(scores + index, value);
        total += value;
    }
    return 1 / NAMED(sum)(total);
}

// Rows of scores are as far apart as the compiler knows, and not a power of two: the addresses of
// all rows then need one register, and their cache lines do not meet.
#define SCORES_STRIDE (FRONTDESK_ENCODER_TOKENS_MAX + 16)

APART void NAMED(score)(int rows, const float *query, const float *panel, float *scores) {
    NAMED(blocks)(
        rows, query, FRONTDESK_ENCODER_HEAD, panel, FRONTDESK_ENCODER_HEAD,
        frontdesk_encoder_no_turn, NULL, NULL,
        FRONTDESK_ENCODER_PLAIN, scores, SCORES_STRIDE);
}

APART void NAMED(mix)(
    int rows, const float *shares, const float *values, size_t tokens, const float *factors,
    float *context, size_t context_stride) {
    NAMED(blocks)(
        rows, shares, SCORES_STRIDE, values, tokens, frontdesk_encoder_no_turn, NULL, factors,
        FRONTDESK_ENCODER_PLAIN, context, context_stride);
}

// Keys of one head as panels over the tokens, four by four. What lies behind the last token may be
// of another head: nobody looks at its scores.
INLINE void NAMED(turn)(const float *key, size_t tokens, size_t stride, float *keys) {
    for (size_t token = 0; token < tokens; token += 4) {
        const float *from[4];
        for (size_t one = 0; one < 4; one++)
            from[one] = key + (token + one < tokens ? token + one : token) * stride;
        float *to = keys + token / PANEL * PANEL * FRONTDESK_ENCODER_HEAD + token % PANEL;
        for (size_t d = 0; d < FRONTDESK_ENCODER_HEAD; d += 4) {
            frontdesk_encoder_float4 a, b, c, e;
            memcpy(&a, from[0] + d, sizeof a);
            memcpy(&b, from[1] + d, sizeof b);
            memcpy(&c, from[2] + d, sizeof c);
            memcpy(&e, from[3] + d, sizeof e);
            frontdesk_encoder_float4 ab = __builtin_shufflevector(a, b, 0, 4, 1, 5);
            frontdesk_encoder_float4 ce = __builtin_shufflevector(c, e, 0, 4, 1, 5);
            frontdesk_encoder_float4 low = __builtin_shufflevector(ab, ce, 0, 1, 4, 5);
            frontdesk_encoder_float4 next = __builtin_shufflevector(ab, ce, 2, 3, 6, 7);
            memcpy(to + d * PANEL, &low, sizeof low);
            memcpy(to + (d + 1) * PANEL, &next, sizeof next);
            ab = __builtin_shufflevector(a, b, 2, 6, 3, 7);
            ce = __builtin_shufflevector(c, e, 2, 6, 3, 7);
            low = __builtin_shufflevector(ab, ce, 0, 1, 4, 5);
            next = __builtin_shufflevector(ab, ce, 2, 3, 6, 7);
            memcpy(to + (d + 2) * PANEL, &low, sizeof low);
            memcpy(to + (d + 3) * PANEL, &next, sizeof next);
        }
    }
}

// Scratch: keys (transposed, in panels), values (in panels), scores of one block of rows.
SHARED void NAMED(attention)(
    const void *numbers, size_t tokens, size_t heads, void *scratch, void *out) {
    const float *qkv = numbers;
    float *context = out;
    const size_t head_width = FRONTDESK_ENCODER_HEAD;
    size_t width = heads * head_width, stride = 3 * width;
    size_t padded = (tokens + PANEL - 1) / PANEL * PANEL;
    float *keys = scratch;
    float *values = keys + FRONTDESK_ENCODER_TOKENS_MAX * head_width;
    float *scores = values + FRONTDESK_ENCODER_TOKENS_MAX * head_width;
    for (size_t head = 0; head < heads; head++) {
        const float *query = qkv + head * head_width;
        const float *key = query + width, *value = key + width;
        NAMED(turn)(key, tokens, stride, keys);
        for (size_t column = 0; column < head_width; column += PANEL)
            for (size_t token = 0; token < tokens; token++)
                memcpy(
                    values + column * tokens + token * PANEL, value + token * stride + column,
                    PANEL * sizeof(float));
        for (size_t row = 0; row < tokens;) {
            int count = frontdesk_encoder_next_rows(tokens - row, ROWS);
            float queries[ROWS * FRONTDESK_ENCODER_HEAD];
            for (size_t one = 0; one < (size_t)count; one++)
                memcpy(
                    queries + one * head_width, query + (row + one) * stride,
                    head_width * sizeof(float));
            for (size_t column = 0; column < padded; column += PANEL)
                NAMED(score)(count, queries, keys + column * head_width, scores + column);
            float factors[ROWS];
            for (int one = 0; one < count; one++)
                factors[one] = NAMED(soften)(scores + (size_t)one * SCORES_STRIDE, tokens);
            for (size_t column = 0; column < head_width; column += PANEL)
                NAMED(mix)(
                    count, scores, values + column * tokens, tokens, factors,
                    context + row * width + head * head_width + column, width);
            row += (size_t)count;
        }
    }
}

SHARED void NAMED(normalise)(
    float *rows, size_t count, size_t width, const float *gain, const float *shift, float epsilon,
    void *numbers) {
    (void)numbers;
    for (size_t row = 0; row < count; row++, rows += width) {
        V total = NAMED(all)(0);
        for (size_t index = 0; index < width; index += LANES) total += NAMED(load)(rows + index);
        float mean = NAMED(sum)(total) / (float)width;
        V squares = NAMED(all)(0);
        for (size_t index = 0; index < width; index += LANES) {
            V distance = NAMED(load)(rows + index) - mean;
            squares = NAMED(multiply_add)(distance, distance, squares);
        }
        float scale = 1 / sqrtf(NAMED(sum)(squares) / (float)width + epsilon);
        for (size_t index = 0; index < width; index += LANES) {
            V distance = (NAMED(load)(rows + index) - mean) * scale;
            NAMED(store)(
                rows + index,
                NAMED(multiply_add)(
                    distance, NAMED(load)(gain + index), NAMED(load)(shift + index)));
        }
    }
}

SHARED void NAMED(pool)(const float *rows, size_t count, size_t width, float *vector) {
    V squares = NAMED(all)(0);
    for (size_t index = 0; index < width; index += LANES) {
        V total = NAMED(all)(0);
        for (size_t row = 0; row < count; row++) total += NAMED(load)(rows + row * width + index);
        total *= 1 / (float)count;
        NAMED(store)(vector + index, total);
        squares = NAMED(multiply_add)(total, total, squares);
    }
    float length = sqrtf(NAMED(sum)(squares));
    float factor = 1 / (length > 1e-12f ? length : 1e-12f);
    for (size_t index = 0; index < width; index += LANES)
        NAMED(store)(vector + index, NAMED(load)(vector + index) * factor);
}

static size_t NAMED(packed_bytes)(size_t outputs, size_t inputs) {
    return outputs * inputs * sizeof(float);
}

const frontdesk_encoder_set NAMED(set) = {
    .number_bytes = sizeof(float),
    .packed_bytes = NAMED(packed_bytes),
    .pack = NAMED(pack),
    .linear = NAMED(linear),
    .finish_sums = NAMED(finish_sums),
    .attention = NAMED(attention),
    .normalise = NAMED(normalise),
    .pool = NAMED(pool),
};

#undef V
#undef VI
#undef PANEL
#undef TILE
