#include "encoder_rows.h"
#include "encoder_set.h"

// Linear layers in sixteen bits (AVX512_VNNI): whole numbers, two products to an instruction.
//
// A row of inputs and the weights of an output are each rounded to steps of their own, as fine as
// sums in 32 bits allow, whatever the numbers: a sum of products is at most the product of the two
// lengths (Cauchy and Schwarz), and that product is kept below 2^31. It leaves 10 to 12 bits of a
// number of middling size, where bf16 has 8. Up to the rounding everything is exact, in any order.
//
// Where additions have units of their own, products are made in pairs as in encoder_pairs.c. The
// greatest inputs and weights are half of what sixteen bits hold, so that the additions are exact;
// what overflows in between comes right in the end, because whole numbers overflow in a ring.
//
// Panels are [inputs / 2][48 outputs][2], then 48 corrections, then 48 steps as floats. A register
// block is 7 rows × 48 outputs: into taller and narrower ones inputs are not loaded fast enough.

#if defined(__x86_64__)
#include <immintrin.h>

#define LANES 16
#define ROWS 7
#define COLUMNS 3
#define PANEL (COLUMNS * LANES)
#define FMA 1
#define NAMED(name) frontdesk_encoder_int16_##name

#pragma clang attribute push(__attribute__((target(TARGET_VNNI))), apply_to = function)
#include "encoder_vector.h"

// The greatest number after rounding, and how long a row and the weights of one output may be: a
// little below 2^15 and 2^16, because rounding may lengthen them.
#define MOST 16383
#define LONGEST_ROW 32700
#define LONGEST_WEIGHTS 65400

// How numbers have been rounded: the step, and the sum of -x * y over those that are paired, which
// may have wrapped around 2^32.
typedef struct {
    float step;
    int32_t correction;
} rounding;

// Rows that are rounded at once, and how wide they may be: 220 kB of stack. Between rows lies a
// gap, so that those of 384 and 1536 inputs do not displace each other's cache lines.
#define TILE (ROWS * 10)
#define WIDEST 1536
#define GAP 32

typedef struct {
    int16_t words[TILE * (WIDEST + GAP)] __attribute__((aligned(64)));
    rounding roundings[TILE];
} rounded_rows;

// Bytes of one panel.
INLINE size_t panel_bytes(size_t inputs) {
    return PANEL * (inputs * sizeof(int16_t) + sizeof(int32_t) + sizeof(float));
}

static size_t packed_bytes(size_t outputs, size_t inputs) {
    return outputs / PANEL * panel_bytes(inputs);
}

// Rounds to whole steps, of which there may be MOST in one number and `longest` in all together.
// Without pairs there is no correction.
INLINE rounding round_numbers(
    const bool in_pairs, const float *numbers, size_t count, float longest, int16_t *words) {
    V greatest[2] = {NAMED(all)(0), NAMED(all)(0)}, squares[2] = {NAMED(all)(0), NAMED(all)(0)};
    for (size_t k = 0; k < count; k += 2 * LANES)
#pragma clang loop unroll(full)
        for (size_t half = 0; half < 2; half++) {
            V value = NAMED(load)(numbers + k + half * LANES);
            greatest[half] = (V)_mm512_max_ps(
                (__m512)greatest[half], _mm512_abs_ps((__m512)value));
            squares[half] = NAMED(multiply_add)(value, value, squares[half]);
        }
    float largest = _mm512_reduce_max_ps(
        _mm512_max_ps((__m512)greatest[0], (__m512)greatest[1]));
    float length = sqrtf(_mm512_reduce_add_ps((__m512)(squares[0] + squares[1])));
    float step = largest / MOST > length / longest ? largest / MOST : length / longest;
    // Squares of the hugest and tiniest numbers are none; no length is more than this.
    if (!(largest > 1e-15f && largest < 1e15f)) step = largest * (sqrtf((float)count) / longest);
    // What is smaller than any other number is nothing.
    V scale = NAMED(all)(largest > 1e-30f ? 1 / step : 0);
    // Packing takes quarters of the two vectors in turn.
    const __m512i in_order = _mm512_set_epi64(7, 5, 3, 1, 6, 4, 2, 0);
    // Of six neighbours the first two are paired with the next two. These are where six begin, in
    // every third vector, the one behind it and the next.
    const __mmask16 begins[3] = {0x9249, 0x4924, 0x2492};
    __m512i before = _mm512_setzero_si512(), sum = before;
    __mmask16 chosen = 0;
    for (size_t k = 0; k < count; k += 2 * LANES) {
        __m512i low = _mm512_cvtps_epi32((__m512)(NAMED(load)(numbers + k) * scale));
        __m512i high = _mm512_cvtps_epi32((__m512)(NAMED(load)(numbers + k + LANES) * scale));
        __m512i both = _mm512_permutexvar_epi64(in_order, _mm512_packs_epi32(low, high));
        _mm512_storeu_si512(words + k, both);
        if (!in_pairs) continue;
        sum = _mm512_dpwssd_epi32(
            sum, _mm512_maskz_mov_epi32(chosen, before), _mm512_alignr_epi32(both, before, 1));
        before = both;
        chosen = begins[k / (2 * LANES) % 3];
    }
    // What begins in the last two lanes has no six neighbours.
    sum = _mm512_dpwssd_epi32(
        sum, _mm512_maskz_mov_epi32(chosen & 0x3FFF, before),
        _mm512_alignr_epi32(_mm512_setzero_si512(), before, 1));
    return (rounding){step, (int32_t)(0 - (uint32_t)_mm512_reduce_add_epi32(sum))};
}

static void pack(
    const float *weights, float factor, size_t outputs, size_t inputs, void *packed) {
    int16_t words[WIDEST] __attribute__((aligned(64)));
    if (inputs > WIDEST) __builtin_trap();
    for (size_t output = 0; output < outputs; output++) {
        char *panel = (char *)packed + output / PANEL * panel_bytes(inputs);
        int32_t *twos = (int32_t *)panel + output % PANEL;
        rounding made = round_numbers(
            true, weights + output * inputs, inputs, LONGEST_WEIGHTS, words);
        for (size_t k = 0; k < inputs; k += 2, twos += PANEL)
            memcpy(twos, words + k, sizeof *twos);
        twos[0] = made.correction;
        made.step *= factor;
        memcpy(twos + PANEL, &made.step, sizeof made.step);
    }
}

// One instruction; the compiler would make two of it, a product and an addition.
INLINE void accumulate(__m512i *sum, __m512i a, __m512i b) {
    __asm__("vpdpwssd %1, %2, %0" : "+v"(*sum) : "v"(a), "v"(b));
}

// Two inputs side by side, for every output.
INLINE __m512i spread_twos(const int16_t *from) { return (__m512i)NAMED(spread)(from); }

// Two weights side by side of each of sixteen outputs.
INLINE __m512i load_twos(const int16_t *weights, int column) {
    return _mm512_loadu_si512(weights + 2 * LANES * column);
}

// One register block: `rows` (a constant after inlining) × 48 outputs, in pairs or not.
INLINE void block(
    const int rows, const bool in_pairs, const rounded_rows *input, size_t first,
    const int16_t *panel, size_t inputs, frontdesk_encoder_turns turns, const float *bias,
    frontdesk_encoder_finish finish, float *output, size_t output_stride) {
    const size_t stride = inputs + GAP;
    const int16_t *words = input->words + first * stride;
    const int32_t *ends = (const int32_t *)(panel + PANEL * inputs);
    __m512i sums[ROWS][COLUMNS];
    EACH(row, rows) EACH(column, COLUMNS)
        sums[row][column] = in_pairs
            ? _mm512_add_epi32(
                  _mm512_loadu_si512(ends + column * LANES),
                  _mm512_set1_epi32(input->roundings[first + (size_t)row].correction))
            : _mm512_setzero_si512();
    size_t k = 0;
    for (; in_pairs && k + 6 <= inputs; k += 6, panel += 6 * PANEL) {
        frontdesk_encoder_fetch(
            &turns, (const char *)panel + panel_bytes(inputs), 6 * PANEL * sizeof(int16_t));
        __m512i u[COLUMNS], v[COLUMNS], w[COLUMNS];
        EACH(column, COLUMNS) {
            u[column] = load_twos(panel, column);
            v[column] = load_twos(panel + 2 * PANEL, column);
        }
        EACH(row, rows) {
            __m512i x = spread_twos(words + (size_t)row * stride + k);
            __m512i y = spread_twos(words + (size_t)row * stride + k + 2);
            EACH(column, COLUMNS)
                accumulate(
                    &sums[row][column], _mm512_add_epi16(x, v[column]),
                    _mm512_add_epi16(y, u[column]));
        }
        EACH(column, COLUMNS) w[column] = load_twos(panel + 4 * PANEL, column);
        EACH(row, rows) {
            __m512i z = spread_twos(words + (size_t)row * stride + k + 4);
            EACH(column, COLUMNS) accumulate(&sums[row][column], z, w[column]);
        }
    }
    for (; k < inputs; k += 2, panel += 2 * PANEL) {
        frontdesk_encoder_fetch(
            &turns, (const char *)panel + panel_bytes(inputs), 2 * PANEL * sizeof(int16_t));
        __m512i w[COLUMNS];
        EACH(column, COLUMNS) w[column] = load_twos(panel, column);
        EACH(row, rows) {
            __m512i z = spread_twos(words + (size_t)row * stride + k);
            EACH(column, COLUMNS) accumulate(&sums[row][column], z, w[column]);
        }
    }
    const float *steps = (const float *)(ends + PANEL);
    EACH(row, rows) {
        float *to = output + (size_t)row * output_stride;
        V step = NAMED(all)(input->roundings[first + (size_t)row].step);
        EACH(column, COLUMNS) {
            size_t at = (size_t)column * LANES;
            V sum = (V)_mm512_cvtepi32_ps(sums[row][column]);
            V scaled = NAMED(multiply_add)(
                sum, step * NAMED(load)(steps + at), NAMED(load)(bias + at));
            NAMED(put)(to + at, scaled, finish, true);
        }
    }
}

INLINE void apply(
    const bool in_pairs, const float *numbers, size_t rows, size_t inputs, const char *packed,
    const float *bias, size_t outputs, frontdesk_encoder_finish finish, float *output) {
    if (inputs > WIDEST) __builtin_trap();
    rounded_rows input;
    size_t count;
    for (size_t tile = 0; tile < rows; tile += count) {
        count = (size_t)frontdesk_encoder_next_rows(rows - tile, TILE);
        for (size_t row = 0; row < count; row++)
            input.roundings[row] = round_numbers(
                in_pairs, numbers + (tile + row) * inputs, inputs, LONGEST_ROW,
                input.words + row * (inputs + GAP));
        for (size_t column = 0; column < outputs; column += PANEL) {
            const void *panel = packed + column / PANEL * panel_bytes(inputs);
            frontdesk_encoder_turns turns = frontdesk_encoder_first_turn(count, ROWS);
            for (size_t row = 0; row < count; turns.wait++) {
                int block_rows = frontdesk_encoder_next_rows(count - row, ROWS);
                float *to = output + (tile + row) * outputs + column;
#define CALL(n) \
    block(n, in_pairs, &input, row, panel, inputs, turns, bias + column, finish, to, outputs)
                WITH_ROWS(ROWS, block_rows, CALL)
#undef CALL
                row += (size_t)block_rows;
            }
        }
    }
}

static void linear(
    const void *numbers, size_t rows, size_t inputs, const void *packed, const float *bias,
    size_t outputs, frontdesk_encoder_finish finish, void *output) {
    apply(false, numbers, rows, inputs, packed, bias, outputs, finish, output);
}

static void linear_in_pairs(
    const void *numbers, size_t rows, size_t inputs, const void *packed, const float *bias,
    size_t outputs, frontdesk_encoder_finish finish, void *output) {
    apply(true, numbers, rows, inputs, packed, bias, outputs, finish, output);
}

const frontdesk_encoder_set frontdesk_encoder_int16_set = {
    FRONTDESK_ENCODER_REST_OF_AVX512,
    .packed_bytes = packed_bytes,
    .pack = pack,
    .linear = linear,
};
const frontdesk_encoder_set frontdesk_encoder_int16_pairs_set = {
    FRONTDESK_ENCODER_REST_OF_AVX512,
    .packed_bytes = packed_bytes,
    .pack = pack,
    .linear = linear_in_pairs,
};
#pragma clang attribute pop
#endif
