#include "encoder_rows.h"
#include "encoder_set.h"

// Linear layers whose products are made in pairs, after S. Winograd, "A New Algorithm for Inner
// Product", IEEE Transactions on Computers C-17 (1968). For inputs x, y and their weights u, v
//
//     x * u + y * v = (x + v) * (y + u) - x * y - u * v
//
// where x * y is summed once for a row and u * v once for an output: one multiplication and two
// additions instead of two multiplications. That gains where additions have units of their own
// beside those that multiply (AMD, since Zen). Of three inputs two are paired and one is multiplied
// as usual, so that both kinds of unit are busy all the time: three products in the time of two.
//
// The three lie side by side: thirds of a row would be as far apart as cache lines that displace
// each other. What three does not divide is multiplied as usual. Weights are scaled by a power of
// two to about the size of inputs: the sums of x * y would otherwise cover their last bits. So this
// is as exact as other sums of floats while inputs are of a size about 1, as those of a transformer
// are, and loses a digit for every ten times that they are larger or smaller. Panels are
// [inputs][outputs], the sums of -u * v of each output, and what undoes the scale.

#if defined(__x86_64__)
#include <immintrin.h>

#define LANES 16
#define ROWS 7
#define COLUMNS 3
#define PANEL (COLUMNS * LANES)
#define FMA 1
#define NAMED(name) frontdesk_encoder_pairs_##name

#pragma clang attribute push(__attribute__((target(TARGET_AVX512))), apply_to = function)
#include "encoder_vector.h"

// The form that adds to the sum in its register: with the other forms too few registers are left.
INLINE void accumulate(V *sum, V a, V b) {
    __asm__("vfmadd231ps %1, %2, %0" : "+v"(*sum) : "v"(a), "v"(b));
}

// Floats of one panel: weights, corrections, and a cache line for the scale.
INLINE size_t panel_floats(size_t inputs) { return PANEL * (inputs + 1) + 16; }

static size_t packed_bytes(size_t outputs, size_t inputs) {
    return outputs / PANEL * panel_floats(inputs) * sizeof(float);
}

// The power of two that brings numbers with this sum of squares to a mean square of 1/16 ... 1/4.
static float scale_of(double squares, size_t count) {
    int exponent;
    frexpf(sqrtf((float)(squares / (double)count)), &exponent);
    return squares > 0 ? ldexpf(1, -1 - exponent) : 1;
}

static void pack(
    const float *weights, float factor, size_t outputs, size_t inputs, void *panels) {
    float *panel = panels;
    for (size_t column = 0; column < outputs; column += PANEL, weights += PANEL * inputs) {
        double squares = 0;
        for (size_t index = 0; index < PANEL * inputs; index++)
            squares += (double)weights[index] * weights[index];
        float scale = scale_of(squares * factor * factor, PANEL * inputs);
        double corrections[PANEL] = {0};
        float *to = panel;
        for (size_t k = 0; k < inputs; k++, to += PANEL)
            for (size_t lane = 0; lane < PANEL; lane++) {
                to[lane] = weights[lane * inputs + k] * factor * scale;
                if (k % 3 != 2) continue;
                corrections[lane] -= (double)(to - 2 * PANEL)[lane] * (to - PANEL)[lane];
            }
        for (size_t lane = 0; lane < PANEL; lane++) to[lane] = (float)corrections[lane];
        to[PANEL] = 1 / scale;
        panel += panel_floats(inputs);
    }
}

// One register block of `rows` (a constant after inlining) × PANEL sums.
INLINE void block(
    const int rows, const float *input, size_t inputs, const float *corrections, const float *panel,
    frontdesk_encoder_turns turns, const float *bias, frontdesk_encoder_finish finish,
    float *output, size_t stride) {
    V sums[ROWS][COLUMNS];
    const float *ends = panel + PANEL * inputs;
    EACH(row, rows) EACH(column, COLUMNS)
        sums[row][column] = NAMED(load)(ends + column * LANES) + corrections[row];
    size_t k = 0;
    for (; k + 3 <= inputs; k += 3, panel += 3 * PANEL) {
        frontdesk_encoder_fetch(
            &turns, panel + panel_floats(inputs), 3 * PANEL * sizeof(float));
        V u[COLUMNS], v[COLUMNS], w[COLUMNS];
        EACH(column, COLUMNS) {
            u[column] = NAMED(load)(panel + column * LANES);
            v[column] = NAMED(load)(panel + PANEL + column * LANES);
        }
        EACH(row, rows) {
            V x = NAMED(spread)(input + (size_t)row * inputs + k);
            V y = NAMED(spread)(input + (size_t)row * inputs + k + 1);
            EACH(column, COLUMNS) accumulate(&sums[row][column], x + v[column], y + u[column]);
        }
        EACH(column, COLUMNS) w[column] = NAMED(load)(panel + 2 * PANEL + column * LANES);
        EACH(row, rows) {
            V z = NAMED(spread)(input + (size_t)row * inputs + k + 2);
            EACH(column, COLUMNS) accumulate(&sums[row][column], z, w[column]);
        }
    }
    for (; k < inputs; k++, panel += PANEL) {
        frontdesk_encoder_fetch(&turns, panel + panel_floats(inputs), PANEL * sizeof(float));
        V w[COLUMNS];
        EACH(column, COLUMNS) w[column] = NAMED(load)(panel + column * LANES);
        EACH(row, rows) {
            V z = NAMED(spread)(input + (size_t)row * inputs + k);
            EACH(column, COLUMNS) accumulate(&sums[row][column], z, w[column]);
        }
    }
    V scale = NAMED(all)(ends[PANEL]);
    EACH(row, rows) EACH(column, COLUMNS) {
        size_t at = (size_t)column * LANES;
        NAMED(put)(
            output + (size_t)row * stride + at,
            NAMED(multiply_add)(sums[row][column], scale, NAMED(load)(bias + at)), finish, false);
    }
}

// The sum of -x * y over the paired inputs of one row.
INLINE float correction(const float *input, size_t inputs) {
    V chosen[3], sum = NAMED(all)(0);
    EACH(part, 3) EACH(lane, LANES)
        chosen[part][lane] = (part * LANES + lane) % 3 == 0 ? -1 : 0;
    size_t k = 0;
    // The neighbour of a vector's last input lies behind it, and must still be of the row.
    for (; k + 3 * LANES < inputs; k += 3 * LANES)
        EACH(part, 3) {
            const float *from = input + k + part * LANES;
            sum = NAMED(multiply_add)(
                NAMED(load)(from) * chosen[part], NAMED(load)(from + 1), sum);
        }
    float rest = 0;
    for (; k + 3 <= inputs; k += 3) rest -= input[k] * input[k + 1];
    return NAMED(sum)(sum) + rest;
}

// Rows of a tile whose inputs stay in the second-level cache while all panels pass over them.
#define TILE (ROWS * 19)

static void linear(
    const void *numbers, size_t rows, size_t inputs, const void *panels, const float *bias,
    size_t outputs, frontdesk_encoder_finish finish, void *out) {
    float *output = out;
    size_t count;
    for (size_t tile = 0; tile < rows; tile += count) {
        const float *input = (const float *)numbers + tile * inputs, *panel = panels;
        count = (size_t)frontdesk_encoder_next_rows(rows - tile, TILE);
        float corrections[TILE];
        for (size_t row = 0; row < count; row++)
            corrections[row] = correction(input + row * inputs, inputs);
        for (size_t column = 0; column < outputs; column += PANEL) {
            frontdesk_encoder_turns turns = frontdesk_encoder_first_turn(count, ROWS);
            for (size_t row = 0; row < count; turns.wait++) {
                int block_rows = frontdesk_encoder_next_rows(count - row, ROWS);
                const float *from = input + row * inputs;
                float *to = output + (tile + row) * outputs + column;
#define CALL(n) \
    block(n, from, inputs, corrections + row, panel, turns, bias + column, finish, to, outputs)
                WITH_ROWS(ROWS, block_rows, CALL)
#undef CALL
                row += (size_t)block_rows;
            }
            panel += panel_floats(inputs);
        }
    }
}

const frontdesk_encoder_set frontdesk_encoder_pairs_set = {
    FRONTDESK_ENCODER_REST_OF_AVX512,
    .packed_bytes = packed_bytes,
    .pack = pack,
    .linear = linear,
};
#pragma clang attribute pop
#endif
