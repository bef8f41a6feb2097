#ifndef FRONTDESK_VECTOR_KERNELS_H
#define FRONTDESK_VECTOR_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Inner loops of the vector index. A pool is an ascending array of packed entries:
// distance (32 bits, order-preserving) · slot (31 bits) · expanded flag (1 bit).

/// Packs a distance and a slot so that packed entries compare like (distance, slot).
uint64_t frontdesk_vector_pack(float distance, uint32_t slot);

/// The distance of a packed entry.
float frontdesk_vector_distance(uint64_t entry);

/// Copies rows out of slabs of 2^shift rows each into one block, for one BLAS call over them all.
void frontdesk_vector_gather(
    float *const *slabs, unsigned shift, size_t dimension, const uint32_t *slots, size_t count,
    float *out);

/// Fills `out` with the bias of each slot plus `offset`: the start value of `y` in sgemv.
void frontdesk_vector_gather_bias(
    float *const *biases, unsigned shift, const uint32_t *slots, size_t count, float offset,
    float *out);

/// Writes the links that are not yet marked with `epoch` to `out`, marks them, returns how many.
size_t frontdesk_vector_unvisited(
    const uint32_t *links, size_t count, uint32_t *marks, uint32_t epoch, uint32_t *out);

/// Merges slots with their distances into a pool; returns the lowest position that changed, or
/// `capacity` when none did.
size_t frontdesk_vector_pool_merge(
    uint64_t *pool, size_t *pool_count, size_t capacity, const uint32_t *slots,
    const float *distances, size_t count);

/// Merges consecutive slots from `first` into a pool, taking only rows whose accept bit 0 is set.
void frontdesk_vector_scan_merge(
    uint64_t *pool, size_t *pool_count, size_t capacity, uint32_t first, const uint8_t *accept,
    const float *distances, size_t count);

/// Whether any of the values is below the limit.
bool frontdesk_vector_any_below(const float *values, size_t count, float limit);

/// The squared length in double precision; NaN or infinity if any component is not finite.
double frontdesk_vector_squared_length(const float *vector, size_t dimension);

/// The dot product in double precision, for final scores.
double frontdesk_vector_dot(const float *left, const float *right, size_t dimension);

/// The squared distance in double precision, for final scores.
double frontdesk_vector_squared_distance(const float *left, const float *right, size_t dimension);

/// A 64-bit checksum against damage (not against forgery); chain calls by passing the last result.
uint64_t frontdesk_vector_checksum(uint64_t seed, const void *bytes, size_t count);

#endif
