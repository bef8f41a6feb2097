#include "encoder_set.h"

extern const frontdesk_encoder_set frontdesk_encoder_portable_set;
#if defined(__x86_64__)
extern const frontdesk_encoder_set frontdesk_encoder_avx2_set;
extern const frontdesk_encoder_set frontdesk_encoder_avx512_set;
extern const frontdesk_encoder_set frontdesk_encoder_pairs_set;
extern const frontdesk_encoder_set frontdesk_encoder_bf16_set;
extern const frontdesk_encoder_set frontdesk_encoder_int8_set;
extern const frontdesk_encoder_set frontdesk_encoder_int16_set;
extern const frontdesk_encoder_set frontdesk_encoder_int16_pairs_set;
#endif

static const frontdesk_encoder_set *chosen(frontdesk_encoder_kind kind) {
    switch (kind) {
#if defined(__x86_64__)
        case FRONTDESK_ENCODER_INT8_AVX512: return &frontdesk_encoder_int8_set;
        case FRONTDESK_ENCODER_INT16_AVX512: return &frontdesk_encoder_int16_set;
        case FRONTDESK_ENCODER_INT16_AVX512_PAIRS: return &frontdesk_encoder_int16_pairs_set;
        case FRONTDESK_ENCODER_BF16_AVX512: return &frontdesk_encoder_bf16_set;
        case FRONTDESK_ENCODER_F32_AVX512_PAIRS: return &frontdesk_encoder_pairs_set;
        case FRONTDESK_ENCODER_F32_AVX512: return &frontdesk_encoder_avx512_set;
        case FRONTDESK_ENCODER_F32_AVX2: return &frontdesk_encoder_avx2_set;
#endif
        default: return &frontdesk_encoder_portable_set;
    }
}

bool frontdesk_encoder_has(frontdesk_encoder_kind kind) {
    frontdesk_isa best = frontdesk_isa_detect();
    switch (kind) {
        case FRONTDESK_ENCODER_F32_PORTABLE: return true;
        case FRONTDESK_ENCODER_F32_AVX2: return best >= FRONTDESK_ISA_AVX2;
        // Detection asks for the products of whole numbers (VNNI) as well.
        case FRONTDESK_ENCODER_INT16_AVX512:
        case FRONTDESK_ENCODER_INT16_AVX512_PAIRS:
        case FRONTDESK_ENCODER_INT8_AVX512:
        case FRONTDESK_ENCODER_F32_AVX512:
        case FRONTDESK_ENCODER_F32_AVX512_PAIRS: return best >= FRONTDESK_ISA_AVX512;
        case FRONTDESK_ENCODER_BF16_AVX512: return best >= FRONTDESK_ISA_AVX512_BF16;
    }
    return false;
}

bool frontdesk_encoder_gains_by_pairs(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    return __builtin_cpu_is("amd");
#else
    return false;
#endif
}

size_t frontdesk_encoder_number_bytes(frontdesk_encoder_kind kind) {
    return chosen(kind)->number_bytes;
}

void frontdesk_encoder_begin(
    const float *words, const float *places, const float *segment, const int32_t *tokens,
    size_t count, size_t width, float *states) {
    for (size_t token = 0; token < count; token++, places += width, states += width) {
        const float *word = words + (size_t)tokens[token] * width;
        for (size_t index = 0; index < width; index++)
            states[index] = word[index] + places[index] + segment[index];
    }
}

size_t frontdesk_encoder_packed_bytes(
    frontdesk_encoder_kind kind, size_t outputs, size_t inputs) {
    return chosen(kind)->packed_bytes(outputs, inputs);
}

void frontdesk_encoder_pack(
    frontdesk_encoder_kind kind, const float *weights, float factor, size_t outputs, size_t inputs,
    void *packed) {
    chosen(kind)->pack(weights, factor, outputs, inputs, packed);
}

void frontdesk_encoder_linear(
    frontdesk_encoder_kind kind, const void *input, size_t rows, size_t inputs, const void *packed,
    const float *bias, size_t outputs, frontdesk_encoder_finish finish, void *output) {
    chosen(kind)->linear(input, rows, inputs, packed, bias, outputs, finish, output);
}

void frontdesk_encoder_finish_sums(
    frontdesk_encoder_kind kind, float *sums, size_t rows, size_t outputs, const float *bias,
    frontdesk_encoder_finish finish) {
    chosen(kind)->finish_sums(sums, rows, outputs, bias, finish);
}

size_t frontdesk_encoder_attention_scratch(void) {
    // Keys and values of one head, then the scores of the tallest block of rows (14).
    size_t heads = 2 * FRONTDESK_ENCODER_HEAD * FRONTDESK_ENCODER_TOKENS_MAX;
    return (heads + 14 * (FRONTDESK_ENCODER_TOKENS_MAX + 16)) * sizeof(float);
}

void frontdesk_encoder_attention(
    frontdesk_encoder_kind kind, const void *qkv, size_t tokens, size_t heads, void *scratch,
    void *context) {
    chosen(kind)->attention(qkv, tokens, heads, scratch, context);
}

void frontdesk_encoder_normalise(
    frontdesk_encoder_kind kind, float *rows, size_t count, size_t width, const float *gain,
    const float *shift, float epsilon, void *numbers) {
    chosen(kind)->normalise(rows, count, width, gain, shift, epsilon, numbers);
}

void frontdesk_encoder_pool(
    frontdesk_encoder_kind kind, const float *rows, size_t count, size_t width, float *vector) {
    chosen(kind)->pool(rows, count, width, vector);
}
