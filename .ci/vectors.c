// Runs the vector kernels of every instruction set that this CPU is said to have, and compares them
// with the portable ones: codes exactly, distances closely, links exactly.

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CKernels.h"

enum { vectors = 70, length = 192, head = 64, chosen = 12 };

static unsigned state = 7;

static float chance(void) {
    state = state * 1664525 + 1013904223;
    return (float)(state >> 8) / (1 << 23) - 1;
}

typedef struct {
    uint8_t heads[vectors * head], codes[vectors * length], rests[vectors * length / 2];
    float measured[vectors], refined[vectors];
    uint64_t pool[chosen];
    uint32_t links[chosen];
    size_t link_count;
} outcome;

static void run(frontdesk_isa isa, outcome *out) {
    static float input[(vectors + 1) * length];
    static float centre[length];
    static int8_t codes[length], centred[length];
    static int16_t wide[length];
    static uint64_t planes[length / 16];
    state = 7;
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < (vectors + 1) * length; i++) input[i] = chance();
    for (size_t i = 0; i < vectors; i++) {
        frontdesk_vector_encode(
            isa, length, input + i * length, 1, centre, out->heads + i * head,
            out->codes + i * length, out->rests + i * length / 2);
    }
    uint8_t *heads = out->heads, *code_rows = out->codes, *rests = out->rests;
    frontdesk_vector_rows rows = {
        .heads = &heads, .codes = &code_rows, .rests = &rests, .shift = 16, .width = length,
        .head_bytes = head};
    frontdesk_vector_query query = {
        .exact = input + vectors * length, .codes = codes, .wide = wide, .centred = centred,
        .planes = planes, .scale = 1, .bias_weight = 1};
    frontdesk_vector_prepare(isa, length, centre, 4, &query);
    uint32_t slots[vectors];
    uint8_t accept[vectors];
    for (uint32_t i = 0; i < vectors; i++) slots[i] = i, accept[i] = 1;
    frontdesk_vector_measure(isa, &rows, &query, slots, vectors, out->measured);
    frontdesk_vector_refine(isa, &rows, &query, slots, vectors, out->refined);
    frontdesk_vector_walk walk = {.pool = out->pool, .width = chosen};
    frontdesk_vector_scan(isa, &rows, &query, 0, accept, vectors, &walk);
    out->link_count = frontdesk_vector_select(
        isa, &rows, 1, 0, out->pool, walk.count, chosen, out->links);
}

int frontdesk_check_vectors(void) {
    static outcome plain, other;
    int wrong = 0;
    run(FRONTDESK_ISA_PORTABLE, &plain);
    for (frontdesk_isa isa = 0; isa <= frontdesk_isa_detect(); isa++) {
        run(isa, &other);
        float off = 0;
        for (size_t i = 0; i < vectors; i++) {
            off = fmaxf(off, fabsf(other.measured[i] - plain.measured[i]));
            off = fmaxf(off, fabsf(other.refined[i] - plain.refined[i]));
        }
        int bad = !(off <= 1e-3f) || memcmp(other.codes, plain.codes, sizeof plain.codes)
            || other.link_count != plain.link_count
            || memcmp(other.links, plain.links, sizeof plain.links);
        printf("  vectors %d: %g%s\n", (int)isa, off, bad ? " WRONG" : "");
        wrong |= bad;
    }
    return wrong;
}
