#include "encoder_rows.h"
#include "encoder_set.h"

// Linear layers in eight bits (AVX512_VNNI): four products of a byte each for one of floats.
//
// Weights are rounded to 255 steps for each output. A row of inputs is rounded to 256 steps between
// its own least and greatest, so that one instruction can multiply unsigned inputs with signed
// weights; the zero point of the row is taken off afterwards with the sums of the weights. Panels
// are [inputs / 4][32 outputs][4], then 32 sums of weights and 32 steps as floats. All else is of
// the float kernels.

#if defined(__x86_64__)
#include <immintrin.h>

#define LANES 16
#define ROWS 14
#define PANEL 32
#define FMA 1
#define NAMED(name) frontdesk_encoder_int8_##name

#pragma clang attribute push(__attribute__((target(TARGET_VNNI))), apply_to = function)
#include "encoder_vector.h"

// Rows that are rounded at once, and how wide they may be: 86 kB of stack.
#define TILE (ROWS * 4)
#define WIDEST 1536

typedef struct {
    uint8_t bytes[TILE][WIDEST] __attribute__((aligned(64)));
    float steps[TILE], zeros[TILE];
} rounded_rows;

// Bytes of one panel of 32 outputs.
INLINE size_t panel_bytes(size_t inputs) { return PANEL * (inputs + 2 * sizeof(float)); }

static size_t packed_bytes(size_t outputs, size_t inputs) {
    return outputs / PANEL * panel_bytes(inputs);
}

static void pack(
    const float *weights, float factor, size_t outputs, size_t inputs, void *packed) {
    for (size_t output = 0; output < outputs; output++) {
        const float *from = weights + output * inputs;
        int8_t *panel = (int8_t *)packed + output / PANEL * panel_bytes(inputs);
        float *sums = (float *)(panel + PANEL * inputs) + output % PANEL;
        V greatest = NAMED(all)(0);
        for (size_t k = 0; k < inputs; k += LANES) {
            V value = NAMED(load)(from + k);
            greatest = __builtin_elementwise_max(greatest, __builtin_elementwise_abs(value));
        }
        float step = NAMED(largest)(greatest) / 127;
        V scale = NAMED(all)(step > 0 ? 1 / step : 0);
        int sum = 0;
        for (size_t k = 0; k < inputs; k += LANES) {
            __m512i whole = _mm512_cvtps_epi32((__m512)(NAMED(load)(from + k) * scale));
            sum += _mm512_reduce_add_epi32(whole);
            int8_t bytes[LANES];
            _mm_storeu_si128((__m128i *)bytes, _mm512_cvtepi32_epi8(whole));
            for (size_t lane = 0; lane < LANES; lane += 4)
                memcpy(panel + (k + lane) * PANEL + output % PANEL * 4, bytes + lane, 4);
        }
        sums[0] = (float)sum;
        sums[PANEL] = step * factor;
    }
}

// Rounds one row to bytes between its least and greatest; zero is among them.
INLINE void round_row(
    const float *row, size_t inputs, uint8_t *bytes, float *step, float *zero) {
    V least = NAMED(all)(0), greatest = NAMED(all)(0);
    for (size_t k = 0; k < inputs; k += LANES) {
        V value = NAMED(load)(row + k);
        least = __builtin_elementwise_min(least, value);
        greatest = __builtin_elementwise_max(greatest, value);
    }
    float low = -NAMED(largest)(-least), high = NAMED(largest)(greatest);
    *step = (high - low) / 255;
    float scale = *step > 0 ? 1 / *step : 0;
    *zero = __builtin_rintf(-low * scale);
    V scales = NAMED(all)(scale);
    __m512i zeros = _mm512_set1_epi32((int)*zero);
    for (size_t k = 0; k < inputs; k += LANES) {
        __m512i whole = _mm512_cvtps_epi32((__m512)(NAMED(load)(row + k) * scales));
        whole = _mm512_max_epi32(_mm512_add_epi32(whole, zeros), _mm512_setzero_si512());
        _mm_storeu_si128((__m128i *)(bytes + k), _mm512_cvtusepi32_epi8(whole));
    }
}

// One register block: `rows` (a constant after inlining) × 32 outputs.
INLINE void block(
    const int rows, const rounded_rows *input, size_t first, const int8_t *panel, size_t inputs,
    frontdesk_encoder_turns turns, const float *bias, frontdesk_encoder_finish finish,
    float *output, size_t stride) {
    __m512i sums[ROWS][2];
#pragma clang loop unroll(full)
    for (int row = 0; row < rows; row++) sums[row][0] = sums[row][1] = _mm512_setzero_si512();
    for (size_t k = 0; k < inputs; k += 4) {
        __m512i left = _mm512_loadu_si512(panel + k * PANEL);
        __m512i right = _mm512_loadu_si512(panel + k * PANEL + 64);
        frontdesk_encoder_fetch(&turns, panel + panel_bytes(inputs) + k * PANEL, 4 * PANEL);
#pragma clang loop unroll(full)
        for (int row = 0; row < rows; row++) {
            int four;
            memcpy(&four, &input->bytes[first + (size_t)row][k], sizeof four);
            __m512i value = _mm512_set1_epi32(four);
            sums[row][0] = _mm512_dpbusd_epi32(sums[row][0], value, left);
            sums[row][1] = _mm512_dpbusd_epi32(sums[row][1], value, right);
        }
    }
    const float *weights = (const float *)(panel + PANEL * inputs), *steps = weights + PANEL;
#pragma clang loop unroll(full)
    for (int row = 0; row < rows; row++) {
        float *to = output + (size_t)row * stride;
        V zero = NAMED(all)(input->zeros[first + (size_t)row]);
        V step = NAMED(all)(input->steps[first + (size_t)row]);
#pragma clang loop unroll(full)
        for (int half = 0; half < 2; half++) {
            size_t at = (size_t)half * LANES;
            V value = (V)_mm512_cvtepi32_ps(sums[row][half]) - zero * NAMED(load)(weights + at);
            value = NAMED(multiply_add)(
                value, step * NAMED(load)(steps + at), NAMED(load)(bias + at));
            NAMED(put)(to + at, value, finish, true);
        }
    }
}

static void linear(
    const void *numbers, size_t rows, size_t inputs, const void *packed, const float *bias,
    size_t outputs, frontdesk_encoder_finish finish, void *output) {
    if (inputs > WIDEST) __builtin_trap();
    rounded_rows input;
    for (size_t tile = 0; tile < rows; tile += TILE) {
        size_t count = rows - tile < TILE ? rows - tile : TILE;
        for (size_t row = 0; row < count; row++)
            round_row(
                (const float *)numbers + (tile + row) * inputs, inputs, input.bytes[row],
                &input.steps[row], &input.zeros[row]);
        for (size_t column = 0; column < outputs; column += PANEL) {
            const int8_t *panel = (const int8_t *)packed + column / PANEL * panel_bytes(inputs);
            frontdesk_encoder_turns turns = frontdesk_encoder_first_turn(count, ROWS);
            for (size_t row = 0; row < count; turns.wait++) {
                int block_rows = frontdesk_encoder_next_rows(count - row, ROWS);
                float *to = (float *)output + (tile + row) * outputs + column;
#define CALL(n) block(n, &input, row, panel, inputs, turns, bias + column, finish, to, outputs)
                WITH_ROWS(ROWS, block_rows, CALL)
#undef CALL
                row += (size_t)block_rows;
            }
        }
    }
}

const frontdesk_encoder_set frontdesk_encoder_int8_set = {
    FRONTDESK_ENCODER_REST_OF_AVX512,
    .packed_bytes = packed_bytes,
    .pack = pack,
    .linear = linear,
};
#pragma clang attribute pop
#endif
