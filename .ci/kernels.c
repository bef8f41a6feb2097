// Runs every encoder kernel that this CPU is said to have, and compares it with the portable one.
// An instruction that the CPU lacks ends the program.

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CKernels.h"

enum { rows = 17, width = 64, outputs = 96, inputs = 64 };

static unsigned state = 1;

static float chance(void) {
    state = state * 1664525 + 1013904223;
    return (float)(state >> 8) / (1 << 23) - 1;
}

static void *room(size_t bytes) {
    void *made = aligned_alloc(64, (bytes + 8191) / 64 * 64);
    memset(made, 0, bytes + 4096);
    return made;
}

// Numbers of the kind from floats, and back.
static void *numbers(int kind, const float *floats, size_t count) {
    uint16_t *made = room(count * 4);
    if (frontdesk_encoder_number_bytes(kind) == 4) return memcpy(made, floats, count * 4);
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, floats + i, 4);
        made[i] = (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
    }
    return made;
}

static float number(int kind, const void *from, size_t index) {
    if (frontdesk_encoder_number_bytes(kind) == 4) return ((const float *)from)[index];
    uint32_t bits = (uint32_t)((const uint16_t *)from)[index] << 16;
    float value;
    memcpy(&value, &bits, 4);
    return value;
}

static float furthest(int kind, const void *found, const float *wanted, size_t count) {
    float most = 0;
    for (size_t i = 0; i < count; i++) {
        float off = fabsf(number(kind, found, i) - wanted[i]);
        if (!(off <= most)) most = off;
    }
    return most;
}

// Linear layer, attention and normalisation of one kind, from the same inputs each time.
static void run(int kind, void **linear, void **attention, float **normal) {
    state = 1;
    float weights[outputs * inputs], bias[outputs], floats[rows * 3 * width];
    for (size_t i = 0; i < outputs * inputs; i++) weights[i] = chance();
    for (size_t i = 0; i < outputs; i++) bias[i] = chance();
    for (size_t i = 0; i < rows * 3 * width; i++) floats[i] = chance();
    void *packed = room(frontdesk_encoder_packed_bytes(kind, outputs, inputs));
    frontdesk_encoder_pack(kind, weights, 1, outputs, inputs, packed);
    void *in = numbers(kind, floats, rows * 3 * width);
    *linear = room(rows * outputs * 4);
    frontdesk_encoder_linear(
        kind, in, rows, inputs, packed, bias, outputs, FRONTDESK_ENCODER_GELU, *linear);
    *attention = room(rows * width * 4);
    frontdesk_encoder_attention(
        kind, in, rows, width / 32, room(frontdesk_encoder_attention_scratch()), *attention);
    *normal = room(rows * width * 4);
    memcpy(*normal, floats, rows * width * 4);
    frontdesk_encoder_normalise(
        kind, *normal, rows, width, floats, floats + width, 1e-12f, room(rows * width * 4));
    float *pooled = room(width * 4);
    frontdesk_encoder_pool(kind, *normal, rows, width, pooled);
}

int frontdesk_check_vectors(void);

int main(void) {
    uint8_t one[32], two[32];
    frontdesk_sha256((const uint8_t *)"abc", 3, one);
    frontdesk_sha256_portable((const uint8_t *)"abc", 3, two);
    int wrong = memcmp(one, two, 32) != 0;
    void *linear, *attention;
    float *normal;
    run(FRONTDESK_ENCODER_F32_PORTABLE, &linear, &attention, &normal);
    for (int kind = 0; kind <= FRONTDESK_ENCODER_INT16_AVX512_PAIRS; kind++) {
        if (!frontdesk_encoder_has(kind)) continue;
        void *other_linear, *other_attention;
        float *other_normal;
        run(kind, &other_linear, &other_attention, &other_normal);
        float off = furthest(kind, other_linear, linear, rows * outputs);
        float off_attention = furthest(kind, other_attention, attention, rows * width);
        float off_normal = furthest(0, other_normal, normal, rows * width);
        int is_rough = kind == FRONTDESK_ENCODER_BF16_AVX512
            || kind == FRONTDESK_ENCODER_INT8_AVX512;
        int is_int16 = kind == FRONTDESK_ENCODER_INT16_AVX512
            || kind == FRONTDESK_ENCODER_INT16_AVX512_PAIRS;
        float bound_attention = kind == FRONTDESK_ENCODER_BF16_AVX512 ? 0.1f : 1e-5f;
        float bound = is_rough ? 0.1f : is_int16 ? 2e-3f : 1e-5f;
        int bad = !(off <= bound && off_attention <= bound_attention && off_normal <= 1e-5f);
        printf(
            "  kind %d: %g %g %g%s\n", kind, off, off_attention, off_normal, bad ? " WRONG" : "");
        wrong |= bad;
    }
    return wrong | frontdesk_check_vectors();
}
