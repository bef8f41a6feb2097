#ifndef FRONTDESK_ENCODER_KERNELS_H
#define FRONTDESK_ENCODER_KERNELS_H

// Kernels of the text encoder, all in f32: linear layers over prepacked weights, attention of one
// text, layer normalisation, pooling. Every function takes the instruction set to use; asking for
// one that the CPU lacks is the caller's mistake. Rows are row-major and lie without gaps.

#include <stddef.h>
#include <stdint.h>

#include "CKernels.h"

/// What a linear layer does with its sums before it stores them.
typedef enum {
    /// sums + bias
    FRONTDESK_ENCODER_PLAIN = 0,
    /// gelu(sums + bias), the exact form with erf
    FRONTDESK_ENCODER_GELU = 1,
    /// sums + bias + what `output` holds already
    FRONTDESK_ENCODER_RESIDUAL = 2,
} frontdesk_encoder_finish;

/// The longest text, in tokens, that the attention kernels' scratch is laid out for.
#define FRONTDESK_ENCODER_TOKENS_MAX 512
/// The width of one attention head; the kernels are written for it.
#define FRONTDESK_ENCODER_HEAD 32

/// Rearranges weights `[outputs][inputs]` into the panels that `linear` of this set reads.
///
/// `outputs` is a multiple of 32; `packed` has room for outputs * inputs numbers.
void frontdesk_encoder_pack(
    frontdesk_isa isa, const float *weights, size_t outputs, size_t inputs, float *packed);

/// output[rows][outputs] = finish(input[rows][inputs] · weightsᵀ + bias), from packed weights.
void frontdesk_encoder_linear(
    frontdesk_isa isa, const float *input, size_t rows, size_t inputs, const float *packed,
    const float *bias, size_t outputs, frontdesk_encoder_finish finish, float *output);

/// Adds the bias to sums that BLAS has made and finishes them in place (not for RESIDUAL).
void frontdesk_encoder_finish_sums(
    frontdesk_isa isa, float *sums, size_t rows, size_t outputs, const float *bias,
    frontdesk_encoder_finish finish);

/// The numbers of scratch that `attention` needs.
size_t frontdesk_encoder_attention_scratch(void);

/// Attention within one text: qkv[tokens][3 * heads * 32] → context[tokens][heads * 32].
///
/// Queries must carry the factor 1/sqrt(32) already (it is folded into their weights).
void frontdesk_encoder_attention(
    frontdesk_isa isa, const float *qkv, size_t tokens, size_t heads, float *scratch,
    float *context);

/// Layer normalisation of each row in place; `width` is a multiple of 16.
void frontdesk_encoder_normalise(
    frontdesk_isa isa, float *rows, size_t count, size_t width, const float *gain,
    const float *shift, float epsilon);

/// The mean of the rows, scaled to length 1; `width` is a multiple of 16.
void frontdesk_encoder_pool(
    frontdesk_isa isa, const float *rows, size_t count, size_t width, float *vector);

/// SHA-256 of `count` bytes (FIPS 180-4), with the CPU's instructions for it where it has them.
void frontdesk_sha256(const uint8_t *bytes, size_t count, uint8_t digest[32]);

/// The same without those instructions, so that tests can compare the two.
void frontdesk_sha256_portable(const uint8_t *bytes, size_t count, uint8_t digest[32]);

#endif
