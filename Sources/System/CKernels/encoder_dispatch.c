#include "encoder_set.h"

extern const frontdesk_encoder_set frontdesk_encoder_portable_set;
#if defined(__x86_64__)
extern const frontdesk_encoder_set frontdesk_encoder_avx2_set;
extern const frontdesk_encoder_set frontdesk_encoder_avx512_set;
#endif

static const frontdesk_encoder_set *chosen(frontdesk_isa isa) {
#if defined(__x86_64__)
    if (isa >= FRONTDESK_ISA_AVX512) return &frontdesk_encoder_avx512_set;
    if (isa == FRONTDESK_ISA_AVX2) return &frontdesk_encoder_avx2_set;
#else
    (void)isa;
#endif
    return &frontdesk_encoder_portable_set;
}

void frontdesk_encoder_pack(
    frontdesk_isa isa, const float *weights, size_t outputs, size_t inputs, float *packed) {
    chosen(isa)->pack(weights, outputs, inputs, packed);
}

void frontdesk_encoder_linear(
    frontdesk_isa isa, const float *input, size_t rows, size_t inputs, const float *packed,
    const float *bias, size_t outputs, frontdesk_encoder_finish finish, float *output) {
    chosen(isa)->linear(input, rows, inputs, packed, bias, outputs, finish, output);
}

void frontdesk_encoder_finish_sums(
    frontdesk_isa isa, float *sums, size_t rows, size_t outputs, const float *bias,
    frontdesk_encoder_finish finish) {
    chosen(isa)->finish_sums(sums, rows, outputs, bias, finish);
}

size_t frontdesk_encoder_attention_scratch(void) {
    // Keys and values of one head, then the scores of the tallest block of rows (14).
    return FRONTDESK_ENCODER_TOKENS_MAX * (2 * FRONTDESK_ENCODER_HEAD + 14);
}

void frontdesk_encoder_attention(
    frontdesk_isa isa, const float *qkv, size_t tokens, size_t heads, float *scratch,
    float *context) {
    chosen(isa)->attention(qkv, tokens, heads, scratch, context);
}

void frontdesk_encoder_normalise(
    frontdesk_isa isa, float *rows, size_t count, size_t width, const float *gain,
    const float *shift, float epsilon) {
    chosen(isa)->normalise(rows, count, width, gain, shift, epsilon);
}

void frontdesk_encoder_pool(
    frontdesk_isa isa, const float *rows, size_t count, size_t width, float *vector) {
    chosen(isa)->pool(rows, count, width, vector);
}
