#ifndef FRONTDESK_ENCODER_KERNELS_H
#define FRONTDESK_ENCODER_KERNELS_H

// Kernels of the text encoder: linear layers over prepacked weights, attention of one text, layer
// normalisation, pooling. Every function takes the kind of kernels to use; asking for one that the
// CPU lacks is the caller's mistake. Rows are row-major and lie without gaps.
//
// A "number" is what a kind keeps between layers: a float, or a bf16 (the upper half of a float).
// The states that run through all layers are floats in every kind.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "CKernels.h"

/// Instruction set and precision of a set of kernels.
typedef enum {
    FRONTDESK_ENCODER_F32_PORTABLE = 0,
    FRONTDESK_ENCODER_F32_AVX2 = 1,
    FRONTDESK_ENCODER_F32_AVX512 = 2,
    FRONTDESK_ENCODER_BF16_AVX512 = 3,
    /// Numbers are floats; the linear layers round them and the weights to eight bits.
    FRONTDESK_ENCODER_INT8_AVX512 = 4,
    /// Numbers are floats; the linear layers round them and the weights to sixteen bits.
    FRONTDESK_ENCODER_INT16_AVX512 = 5,
    /// As those without PAIRS, with products made in pairs: for CPUs that gain by them. The floats
    /// are as exact only while the inputs of linear layers are of a size about 1.
    FRONTDESK_ENCODER_F32_AVX512_PAIRS = 6,
    FRONTDESK_ENCODER_INT16_AVX512_PAIRS = 7,
} frontdesk_encoder_kind;

/// Whether this CPU and its operating system can run the kernels.
bool frontdesk_encoder_has(frontdesk_encoder_kind kind);

/// Whether this CPU has units for additions beside those that multiply, so that it gains when
/// additions take the place of multiplications.
bool frontdesk_encoder_gains_by_pairs(void);

/// The bytes of one number: 4 or 2.
size_t frontdesk_encoder_number_bytes(frontdesk_encoder_kind kind);

/// states[count][width] = word of each token + place of each position + segment.
///
/// Tokens must lie within the table of words, and `count` within that of places.
void frontdesk_encoder_begin(
    const float *words, const float *places, const float *segment, const int32_t *tokens,
    size_t count, size_t width, float *states);

/// What a linear layer does with its sums before it stores them.
typedef enum {
    /// numbers: sums + bias
    FRONTDESK_ENCODER_PLAIN = 0,
    /// numbers: gelu(sums + bias), the form with erf
    FRONTDESK_ENCODER_GELU = 1,
    /// floats: sums + bias + what `output` holds already
    FRONTDESK_ENCODER_RESIDUAL = 2,
} frontdesk_encoder_finish;

/// The longest text, in tokens, that the attention kernels' scratch is laid out for.
#define FRONTDESK_ENCODER_TOKENS_MAX 512
/// The width of one attention head; the kernels are written for it.
#define FRONTDESK_ENCODER_HEAD 32

/// The bytes that `pack` fills; proportional to `outputs`, a multiple of 96 (panels are 32 or 48).
size_t frontdesk_encoder_packed_bytes(
    frontdesk_encoder_kind kind, size_t outputs, size_t inputs);

/// Rearranges weights `[outputs][inputs]`, each times `factor`, into the panels of this kind.
///
/// `outputs` is a multiple of 96, `inputs` of 32, at most 1536 for whole numbers; `packed` begins on a cache line.
void frontdesk_encoder_pack(
    frontdesk_encoder_kind kind, const float *weights, float factor, size_t outputs, size_t inputs,
    void *packed);

/// output[rows][outputs] = finish(input[rows][inputs] · weightsᵀ + bias), from packed weights.
void frontdesk_encoder_linear(
    frontdesk_encoder_kind kind, const void *input, size_t rows, size_t inputs, const void *packed,
    const float *bias, size_t outputs, frontdesk_encoder_finish finish, void *output);

/// Adds the bias to float sums that BLAS has made and finishes them in place (not for RESIDUAL).
void frontdesk_encoder_finish_sums(
    frontdesk_encoder_kind kind, float *sums, size_t rows, size_t outputs, const float *bias,
    frontdesk_encoder_finish finish);

/// The bytes of scratch that `attention` needs; it begins on a cache line.
size_t frontdesk_encoder_attention_scratch(void);

/// Attention within one text: qkv[tokens][3 * heads * 32] → context[tokens][heads * 32], numbers.
///
/// Queries must carry the factor 1/sqrt(32) already (it is folded into their weights).
void frontdesk_encoder_attention(
    frontdesk_encoder_kind kind, const void *qkv, size_t tokens, size_t heads, void *scratch,
    void *context);

/// Layer normalisation of each row of states in place; `width` is a multiple of 32.
///
/// Kinds whose numbers are not floats write them to `numbers` as well; for others it is unused.
void frontdesk_encoder_normalise(
    frontdesk_encoder_kind kind, float *rows, size_t count, size_t width, const float *gain,
    const float *shift, float epsilon, void *numbers);

/// The mean of the rows of states, scaled to length 1; `width` is a multiple of 16.
void frontdesk_encoder_pool(
    frontdesk_encoder_kind kind, const float *rows, size_t count, size_t width, float *vector);

/// SHA-256 of `count` bytes (FIPS 180-4), with the CPU's instructions for it where it has them.
void frontdesk_sha256(const uint8_t *bytes, size_t count, uint8_t digest[32]);

/// The same without those instructions, so that tests can compare the two.
void frontdesk_sha256_portable(const uint8_t *bytes, size_t count, uint8_t digest[32]);

#endif
