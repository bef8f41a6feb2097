#include "encoder_rows.h"
#include "encoder_set.h"

// Kernels with bf16 numbers and float sums, for CPUs that multiply pairs of them (AVX512_BF16).
//
// One instruction takes two inputs of a row, spread over the vector, and two weights for each of
// 16 outputs, so weights lie as panels [inputs / 2][32 outputs][2] and numbers stay in pairs. A
// register block is 14 rows × 32 outputs. Sums, softmax, normalisation and the states that run
// through all layers are floats; only what enters a product is rounded.

#if defined(__x86_64__)
#include <immintrin.h>

#define LANES 16
#define ROWS 14
#define PANEL 32
#define FMA 1
#define NAMED(name) frontdesk_encoder_bf16_##name

#pragma clang attribute push(__attribute__((target(TARGET_BF16))), apply_to = function)
#include "encoder_vector.h"

typedef uint16_t number;

// Two numbers side by side, as one broadcast takes them.
INLINE __m512bh pair_at(const number *from) {
    int pair;
    memcpy(&pair, from, sizeof pair);
    return (__m512bh)_mm512_set1_epi32(pair);
}

INLINE __m512bh load_numbers(const number *from) {
    return (__m512bh)_mm512_loadu_si512(from);
}

// 32 sums as 32 numbers, rounded to the nearest.
INLINE void store_numbers(number *to, V first, V second) {
    _mm512_storeu_si512(
        to, (__m512i)_mm512_cvtne2ps_pbh((__m512)second, (__m512)first));
}

INLINE void store_half(number *to, V value) {
    _mm256_storeu_si256((__m256i *)to, (__m256i)_mm512_cvtneps_pbh((__m512)value));
}

// Adds the products of `rows` (a constant after inlining) rows with one panel to the sums.
INLINE void multiply(
    const int rows, const number *input, size_t stride, const number *panel, size_t pairs,
    frontdesk_encoder_turns turns, V sums[ROWS][2]) {
    for (size_t k = 0; k < pairs; k++) {
        __m512bh first = load_numbers(panel + k * 2 * PANEL);
        __m512bh second = load_numbers(panel + k * 2 * PANEL + PANEL);
        frontdesk_encoder_fetch(
            &turns, panel + (pairs + k) * 2 * PANEL, 2 * PANEL * sizeof(number));
#pragma clang loop unroll(full)
        for (int row = 0; row < rows; row++) {
            __m512bh value = pair_at(input + (size_t)row * stride + 2 * k);
            sums[row][0] = (V)_mm512_dpbf16_ps((__m512)sums[row][0], value, first);
            sums[row][1] = (V)_mm512_dpbf16_ps((__m512)sums[row][1], value, second);
        }
    }
}

// One register block of a linear layer; outputs are numbers, or floats for RESIDUAL.
INLINE void block(
    const int rows, const number *input, size_t stride, const number *panel, size_t inputs,
    frontdesk_encoder_turns turns, const float *bias, frontdesk_encoder_finish finish,
    void *output, size_t output_stride) {
    V sums[ROWS][2];
#pragma clang loop unroll(full)
    for (int row = 0; row < rows; row++) {
        sums[row][0] = NAMED(load)(bias);
        sums[row][1] = NAMED(load)(bias + LANES);
    }
    multiply(rows, input, stride, panel, inputs / 2, turns, sums);
#pragma clang loop unroll(full)
    for (int row = 0; row < rows; row++) {
        V first = sums[row][0], second = sums[row][1];
        if (finish == FRONTDESK_ENCODER_RESIDUAL) {
            float *to = (float *)output + (size_t)row * output_stride;
            NAMED(store)(to, first + NAMED(load)(to));
            NAMED(store)(to + LANES, second + NAMED(load)(to + LANES));
            continue;
        }
        if (finish == FRONTDESK_ENCODER_GELU) {
            first = NAMED(brief_gelu)(first);
            second = NAMED(brief_gelu)(second);
        }
        store_numbers((number *)output + (size_t)row * output_stride, first, second);
    }
}

// Rows of scores and shares are as far apart as the compiler knows, and not a power of two: the
// addresses of 14 rows then need one register, and their cache lines do not meet.
#define SCORES_STRIDE (FRONTDESK_ENCODER_TOKENS_MAX + 16)
#define SHARES_STRIDE (FRONTDESK_ENCODER_TOKENS_MAX + 32)

// One block of scores: floats without a bias, over the width of one head.
INLINE void score_block(
    const int rows, const number *query, const number *panel, float *scores) {
    V sums[ROWS][2];
#pragma clang loop unroll(full)
    for (int row = 0; row < rows; row++) sums[row][0] = sums[row][1] = NAMED(all)(0);
    multiply(
        rows, query, FRONTDESK_ENCODER_HEAD, panel, FRONTDESK_ENCODER_HEAD / 2,
        frontdesk_encoder_no_turn, sums);
#pragma clang loop unroll(full)
    for (int row = 0; row < rows; row++) {
        NAMED(store)(scores + (size_t)row * SCORES_STRIDE, sums[row][0]);
        NAMED(store)(scores + (size_t)row * SCORES_STRIDE + LANES, sums[row][1]);
    }
}

APART void score_blocks(int rows, const number *query, const number *panel, float *scores) {
#define CALL(n) score_block(n, query, panel, scores)
    WITH_ROWS(ROWS, rows, CALL)
#undef CALL
}

// Values of one head weighted by shares; each row's sum of shares is divided out at the end.
INLINE void mix_block(
    const int rows, const number *shares, const number *values, size_t pairs, const float *factors,
    number *context, size_t context_stride) {
    V sums[ROWS][2];
#pragma clang loop unroll(full)
    for (int row = 0; row < rows; row++) sums[row][0] = sums[row][1] = NAMED(all)(0);
    multiply(
        rows, shares, SHARES_STRIDE, values, pairs, frontdesk_encoder_no_turn, sums);
#pragma clang loop unroll(full)
    for (int row = 0; row < rows; row++)
        store_numbers(
            context + (size_t)row * context_stride, sums[row][0] * factors[row],
            sums[row][1] * factors[row]);
}

APART void mix_blocks(
    int rows, const number *shares, const number *values, size_t pairs, const float *factors,
    number *context, size_t context_stride) {
#define CALL(n) mix_block(n, shares, values, pairs, factors, context, context_stride)
    WITH_ROWS(ROWS, rows, CALL)
#undef CALL
}

// Rows of a tile whose inputs stay in the second-level cache while all panels pass over them.
#define TILE (ROWS * 36)

static void linear(
    const void *numbers, size_t rows, size_t inputs, const void *packed, const float *bias,
    size_t outputs, frontdesk_encoder_finish finish, void *output) {
    size_t bytes = finish == FRONTDESK_ENCODER_RESIDUAL ? sizeof(float) : sizeof(number);
    for (size_t tile = 0; tile < rows; tile += TILE) {
        size_t end = tile + TILE < rows ? tile + TILE : rows;
        for (size_t column = 0; column < outputs; column += PANEL) {
            frontdesk_encoder_turns turns = frontdesk_encoder_first_turn(end - tile, ROWS);
            for (size_t row = tile; row < end; turns.wait++) {
                int count = frontdesk_encoder_next_rows(end - row, ROWS);
                const number *input = (const number *)numbers + row * inputs;
                const number *panel = (const number *)packed + column * inputs;
                char *to = (char *)output + (row * outputs + column) * bytes;
#define CALL(n) block(n, input, inputs, panel, inputs, turns, bias + column, finish, to, outputs)
                WITH_ROWS(ROWS, count, CALL)
#undef CALL
                row += (size_t)count;
            }
        }
    }
}

static void pack(
    const float *weights, float factor, size_t outputs, size_t inputs, void *packed) {
    // Panels of pairs; sixteen outputs at a time, so that each cache line is written once.
    for (size_t column = 0; column < outputs; column += LANES) {
        number *panel = (number *)packed + column / PANEL * PANEL * inputs + column % PANEL * 2;
        for (size_t k = 0; k < inputs; k += 2) {
            V even, odd;
            for (int lane = 0; lane < LANES; lane++) {
                const float *from = weights + (column + (size_t)lane) * inputs + k;
                even[lane] = from[0];
                odd[lane] = from[1];
            }
            __m512i low = _mm512_cvtepu16_epi32(
                (__m256i)_mm512_cvtneps_pbh((__m512)(even * factor)));
            __m512i high = _mm512_cvtepu16_epi32(
                (__m256i)_mm512_cvtneps_pbh((__m512)(odd * factor)));
            _mm512_storeu_si512(
                panel + k * PANEL, _mm512_or_si512(low, _mm512_slli_epi32(high, 16)));
        }
    }
}

static void finish_sums(
    float *sums, size_t rows, size_t outputs, const float *bias, frontdesk_encoder_finish finish) {
    // BLAS makes float sums for the portable kernels only.
    (void)sums, (void)rows, (void)outputs, (void)bias, (void)finish;
    __builtin_trap();
}

// 2^x, to 1e-4 of its value: the result is rounded to 8 bits. Far below zero it is 0.
INLINE V rough_power(V x) {
    V fraction = (V)_mm512_reduce_ps((__m512)x, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);
    V result = NAMED(all)(7.802451e-2f);
    result = NAMED(multiply_add)(result, fraction, NAMED(all)(2.260672e-1f));
    result = NAMED(multiply_add)(result, fraction, NAMED(all)(6.9583351e-1f));
    result = NAMED(multiply_add)(result, fraction, NAMED(all)(9.9992522e-1f));
    return (V)_mm512_scalef_ps((__m512)result, (__m512)x);
}

// Scores of one row become shares of `padded` tokens, not yet divided by their sum: what to
// multiply with is given back. Shares behind `count` become 0.
APART float soften(float *scores, size_t count, size_t padded, number *shares) {
    NAMED(fill_behind)(scores, count, padded, -1e30f);
    V most = NAMED(load)(scores);
    for (size_t index = LANES; index < padded; index += LANES)
        most = __builtin_elementwise_max(most, NAMED(load)(scores + index));
    // exp(score - largest) as a power of two.
    const float two_per_e = 1.44269504088896341f;
    V scale = NAMED(all)(two_per_e);
    V offset = NAMED(all)(-_mm512_reduce_max_ps((__m512)most) * two_per_e);
    V total = NAMED(all)(0);
    for (size_t index = 0; index < padded; index += PANEL) {
        V first = rough_power(
            NAMED(multiply_add)(NAMED(load)(scores + index), scale, offset));
        V second = rough_power(
            NAMED(multiply_add)(NAMED(load)(scores + index + LANES), scale, offset));
        total += first + second;
        store_numbers(shares + index, first, second);
    }
    return 1 / _mm512_reduce_add_ps((__m512)total);
}

// Turns 16 rows of 16 words into columns: by words, by pairs of words, then by quarters.
INLINE void transpose(__m512i rows[LANES]) {
    __m512i other[LANES];
#pragma clang loop unroll(full)
    for (int row = 0; row < LANES; row += 4) {
        __m512i a = _mm512_unpacklo_epi32(rows[row], rows[row + 1]);
        __m512i b = _mm512_unpackhi_epi32(rows[row], rows[row + 1]);
        __m512i c = _mm512_unpacklo_epi32(rows[row + 2], rows[row + 3]);
        __m512i d = _mm512_unpackhi_epi32(rows[row + 2], rows[row + 3]);
        other[row] = _mm512_unpacklo_epi64(a, c);
        other[row + 1] = _mm512_unpackhi_epi64(a, c);
        other[row + 2] = _mm512_unpacklo_epi64(b, d);
        other[row + 3] = _mm512_unpackhi_epi64(b, d);
    }
    // Now other[4 * i + j], quarter q, holds word 4 * q + j of rows 4 * i ... 4 * i + 3.
#pragma clang loop unroll(full)
    for (int word = 0; word < 4; word++) {
        __m512i a = _mm512_shuffle_i32x4(other[word], other[word + 4], 0x88);
        __m512i b = _mm512_shuffle_i32x4(other[word + 8], other[word + 12], 0x88);
        __m512i c = _mm512_shuffle_i32x4(other[word], other[word + 4], 0xDD);
        __m512i d = _mm512_shuffle_i32x4(other[word + 8], other[word + 12], 0xDD);
        rows[word] = _mm512_shuffle_i32x4(a, b, 0x88);
        rows[word + 8] = _mm512_shuffle_i32x4(a, b, 0xDD);
        rows[word + 4] = _mm512_shuffle_i32x4(c, d, 0x88);
        rows[word + 12] = _mm512_shuffle_i32x4(c, d, 0xDD);
    }
}

// Keys as panels of pairs over the tokens, and values as pairs of tokens, of one head. Keys of a
// panel's second half may stay those of another head: nobody looks at their scores.
static void gather(
    const number *key, const number *value, size_t tokens, size_t stride, number *keys,
    number *values) {
    const __m512i low = _mm512_set_epi16(
        47, 15, 46, 14, 45, 13, 44, 12, 43, 11, 42, 10, 41, 9, 40, 8, 39, 7, 38, 6, 37, 5, 36, 4,
        35, 3, 34, 2, 33, 1, 32, 0);
    const __m512i high = _mm512_add_epi16(low, _mm512_set1_epi16(16));
    for (size_t token = 0; token < tokens; token += LANES) {
        // Sixteen tokens of sixteen pairs each change places with pairs of sixteen tokens.
        __m512i turned[LANES];
        for (size_t one = 0; one < LANES; one++)
            turned[one] = token + one < tokens
                ? _mm512_loadu_si512(key + (token + one) * stride) : _mm512_setzero_si512();
        transpose(turned);
        number *to = keys + token / PANEL * PANEL * FRONTDESK_ENCODER_HEAD + token % PANEL * 2;
        for (size_t pair = 0; pair < LANES; pair++)
            _mm512_storeu_si512(to + pair * 2 * PANEL, turned[pair]);
    }
    for (size_t token = 0; token < tokens; token += 2) {
        __m512i zero = _mm512_setzero_si512();
        __m512i one = _mm512_loadu_si512(value + token * stride);
        __m512i two = token + 1 < tokens ? _mm512_loadu_si512(value + (token + 1) * stride) : zero;
        _mm512_storeu_si512(values + token * 32, _mm512_permutex2var_epi16(one, low, two));
        _mm512_storeu_si512(values + token * 32 + 32, _mm512_permutex2var_epi16(one, high, two));
    }
}

// Scratch: keys, values, and scores and shares of one block of rows.
static void attention(
    const void *numbers, size_t tokens, size_t heads, void *scratch, void *out) {
    const size_t head_width = FRONTDESK_ENCODER_HEAD;
    size_t width = heads * head_width, stride = 3 * width;
    size_t padded = (tokens + PANEL - 1) / PANEL * PANEL, pairs = (tokens + 1) / 2;
    number *keys = scratch;
    number *values = keys + FRONTDESK_ENCODER_TOKENS_MAX * head_width;
    number *shares = values + FRONTDESK_ENCODER_TOKENS_MAX * head_width;
    float *scores = (float *)(shares + SHARES_STRIDE * ROWS);
    for (size_t head = 0; head < heads; head++) {
        const number *query = (const number *)numbers + head * head_width;
        number *context = (number *)out + head * head_width;
        gather(query + width, query + 2 * width, tokens, stride, keys, values);
        for (size_t row = 0; row < tokens;) {
            int count = frontdesk_encoder_next_rows(tokens - row, ROWS);
            float factors[ROWS];
            number queries[ROWS * FRONTDESK_ENCODER_HEAD];
            for (size_t one = 0; one < (size_t)count; one++)
                _mm512_storeu_si512(
                    queries + one * head_width,
                    _mm512_loadu_si512(query + (row + one) * stride));
            for (size_t column = 0; column < padded; column += PANEL)
                score_blocks(count, queries, keys + column * head_width, scores + column);
            for (int one = 0; one < count; one++)
                factors[one] = soften(
                    scores + (size_t)one * SCORES_STRIDE, tokens, padded,
                    shares + (size_t)one * SHARES_STRIDE);
            mix_blocks(count, shares, values, pairs, factors, context + row * width, width);
            row += (size_t)count;
        }
    }
}

static void normalise(
    float *rows, size_t count, size_t width, const float *gain, const float *shift, float epsilon,
    void *numbers) {
    number *copy = numbers;
    for (size_t row = 0; row < count; row++, rows += width, copy += width) {
        V total = NAMED(all)(0);
        for (size_t index = 0; index < width; index += LANES) total += NAMED(load)(rows + index);
        float mean = _mm512_reduce_add_ps((__m512)total) / (float)width;
        V squares = NAMED(all)(0);
        for (size_t index = 0; index < width; index += LANES) {
            V distance = NAMED(load)(rows + index) - mean;
            squares = NAMED(multiply_add)(distance, distance, squares);
        }
        float variance = _mm512_reduce_add_ps((__m512)squares) / (float)width;
        float scale = 1 / sqrtf(variance + epsilon);
        for (size_t index = 0; index < width; index += LANES) {
            V distance = (NAMED(load)(rows + index) - mean) * scale;
            V value = NAMED(multiply_add)(
                distance, NAMED(load)(gain + index), NAMED(load)(shift + index));
            NAMED(store)(rows + index, value);
            store_half(copy + index, value);
        }
    }
}

static size_t packed_bytes(size_t outputs, size_t inputs) {
    return outputs * inputs * sizeof(number);
}

const frontdesk_encoder_set frontdesk_encoder_bf16_set = {
    .number_bytes = sizeof(number),
    .packed_bytes = packed_bytes,
    .pack = pack,
    .linear = linear,
    .finish_sums = finish_sums,
    .attention = attention,
    .normalise = normalise,
    .pool = frontdesk_encoder_avx512_pool,
};
#pragma clang attribute pop
#endif
