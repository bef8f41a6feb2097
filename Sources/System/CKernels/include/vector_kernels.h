#ifndef FRONTDESK_VECTOR_KERNELS_H
#define FRONTDESK_VECTOR_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "CKernels.h"

// Inner loops of the vector index: codes of vectors, distances over them, one hop of a walk.
//
// A vector x of padded width w (a multiple of 64) is kept as three rows:
//
//   code  w bytes        x ≈ step · (code − 128)
//   rest  w / 2 bytes    four more bits of each: x ≈ step · (code − 128 + (rest − 7.5) / 16);
//                        in a group of 32 the low halves of 16 bytes are 0…15, the high 16…31
//   head  16 + w / 8     f32 step · f32 bias · f32 centre · bf16 sketch factor · bf16 its error;
//         bytes          then one bit for each component: whether x − centre is positive
//
// The sketch is RaBitQ's estimate of q · x (Gao and Long, arXiv:2405.12497), used to leave out
// nodes that cannot come into the pool, at an eighth of the memory traffic of the code.
// A distance is bias(x) + offset(q) − scale · q · x.
//
// A pool is an ascending array of packed entries: distance (32 bits, order-preserving) ·
// slot (31 bits) · expanded flag (1 bit). Every function that takes `isa` gives the same answer
// for all of them, but for the sketch's estimate and the last bits of floating-point sums.

/// Bytes at the start of a head row before its bits.
#define FRONTDESK_VECTOR_HEAD_FIXED 16
/// The widest row.
#define FRONTDESK_VECTOR_WIDTH_MAX 4096
/// The most slots in one call of `offer`, and the most links of a list.
#define FRONTDESK_VECTOR_OFFER_MAX 256

/// Where the rows of all nodes lie: slabs of 2^shift rows each.
typedef struct {
    uint8_t *const *heads;
    uint8_t *const *codes;
    uint8_t *const *rests;
    /// Link lists of layer 0, only to fetch them into the cache ahead of use.
    uint32_t *const *ground;
    uint32_t shift;
    uint32_t width;
    uint32_t head_bytes;
    uint32_t ground_words;
} frontdesk_vector_rows;

/// A query as the kernels want it; the buffers are the caller's.
typedef struct {
    /// `width` numbers, zero beyond the dimension. The rest is filled by `prepare`.
    float *exact;
    int8_t *codes;
    int16_t *wide;
    int8_t *centred;
    uint64_t *planes;
    float step;
    int32_t sum;
    float offset;
    float scale;
    /// 1 when the stored bias is part of the distance, else 0.
    float bias_weight;
    float sketch_base;
    float sketch_step;
    float sketch_sum;
    /// Standard error of the estimate for a head error of 1, times the caution.
    float sketch_slack;
    bool sketched;
} frontdesk_vector_query;

/// The state of one walk over a graph.
typedef struct {
    uint64_t *pool;
    size_t count;
    size_t width;
    /// One bit for each slot below `limit`; slots from there on are left out.
    uint64_t *marks;
    uint32_t limit;
    /// The marked slots, to unmark them afterwards; room for `limit`.
    uint32_t *touched;
    size_t touched_count;
    /// Slots that a hop found promising and the next one compares; room for `OFFER_MAX` and four.
    uint32_t *waiting;
    size_t waiting_count;
    /// How many codes were compared, and how many nodes were looked at.
    uint64_t distances;
    uint64_t visits;
} frontdesk_vector_walk;

/// Packs a distance and a slot so that packed entries compare like (distance, slot).
uint64_t frontdesk_vector_pack(float distance, uint32_t slot);

/// The distance of a packed entry.
float frontdesk_vector_distance(uint64_t entry);

/// Fills everything but `exact`, `offset`, `scale`, `bias_weight`; no `centre` means no sketch.
void frontdesk_vector_prepare(
    frontdesk_isa isa, size_t width, const float *centre, float caution,
    frontdesk_vector_query *query);

/// Writes the three rows of a vector of `width` numbers; `centre` may be NULL.
void frontdesk_vector_encode(
    frontdesk_isa isa, size_t width, const float *vector, float bias, const float *centre,
    uint8_t *head, uint8_t *code, uint8_t *rest);

/// Writes the sketch of a vector around a centre into a head that has the rest already.
void frontdesk_vector_sketch(
    frontdesk_isa isa, size_t width, const float *vector, const float *centre, uint8_t *head);

/// The vector as code and rest remember it: `width` numbers.
void frontdesk_vector_decode(
    frontdesk_isa isa, const frontdesk_vector_rows *rows, uint32_t slot, float *vector);

/// Distances by code, within one code step of each component.
void frontdesk_vector_measure(
    frontdesk_isa isa, const frontdesk_vector_rows *rows, const frontdesk_vector_query *query,
    const uint32_t *slots, size_t count, float *distances);

/// Distances by code and rest, within 1/32 of a code step of each component.
void frontdesk_vector_refine(
    frontdesk_isa isa, const frontdesk_vector_rows *rows, const frontdesk_vector_query *query,
    const uint32_t *slots, size_t count, float *distances);

/// Merges the slots that come into the pool; returns the lowest position that changed, or `width`.
///
/// At most `FRONTDESK_VECTOR_OFFER_MAX` slots, each below `limit`.
size_t frontdesk_vector_offer(
    frontdesk_isa isa, const frontdesk_vector_rows *rows, const frontdesk_vector_query *query,
    const uint32_t *slots, size_t count, frontdesk_vector_walk *walk);

/// Marks and offers those links of a list that were not visited yet; returns as `offer` does.
///
/// A list is its length and then its links; others may be writing it. `ahead` is the list that will
/// probably be next (or NULL): what it needs is fetched meanwhile. Once a wide pool is full,
/// promising slots wait for the next hop, while their codes come from memory; `settle` compares the
/// last.
size_t frontdesk_vector_hop(
    frontdesk_isa isa, const frontdesk_vector_rows *rows, const frontdesk_vector_query *query,
    const uint32_t *list, const uint32_t *ahead, frontdesk_vector_walk *walk);

/// Compares what the last hop has left waiting; returns as `offer` does.
size_t frontdesk_vector_settle(
    frontdesk_isa isa, const frontdesk_vector_rows *rows, const frontdesk_vector_query *query,
    frontdesk_vector_walk *walk);

/// Offers consecutive slots from `first` whose accept bit 0 is set; up to one slab at a time.
void frontdesk_vector_scan(
    frontdesk_isa isa, const frontdesk_vector_rows *rows, const frontdesk_vector_query *query,
    uint32_t first, const uint8_t *accept, size_t count, frontdesk_vector_walk *walk);

/// Chooses at most `limit` of ascending entries by the heuristic of HNSW; returns how many.
///
/// One is kept when it is nearer to the base than to all that were kept before. `scale` is that of
/// the metric by which links are chosen; `offset_weight` is 1 when it counts both biases.
size_t frontdesk_vector_select(
    frontdesk_isa isa, const frontdesk_vector_rows *rows, float scale, float offset_weight,
    const uint64_t *entries, size_t count, size_t limit, uint32_t *kept);

/// Marks a slot; false if it was marked already or is not below the limit.
bool frontdesk_vector_mark(frontdesk_vector_walk *walk, uint32_t slot);

/// Whether a slot is marked, or not below the limit.
bool frontdesk_vector_is_marked(const frontdesk_vector_walk *walk, uint32_t slot);

/// Unmarks everything.
void frontdesk_vector_unmark(frontdesk_vector_walk *walk);

/// Puts one entry into an ascending pool; its position, or `width` when it does not come in.
size_t frontdesk_vector_insert(uint64_t *pool, size_t *count, size_t width, uint64_t entry);

/// Merges consecutive slots from `first` with their distances, only where accept bit 0 is set.
void frontdesk_vector_scan_merge(
    uint64_t *pool, size_t *pool_count, size_t capacity, uint32_t first, const uint8_t *accept,
    const float *distances, size_t count);

/// Replaces a list; readers may be copying it at the same time.
void frontdesk_vector_list_store(uint32_t *list, const uint32_t *links, size_t count);

/// Copies a list that somebody may be writing; returns its length, at most `room`.
size_t frontdesk_vector_list_load(const uint32_t *list, uint32_t *links, size_t room);

/// A byte or word that other threads write: with acquire and release, as C11 means them.
uint8_t frontdesk_vector_byte_load(const uint8_t *place);
void frontdesk_vector_byte_store(uint8_t *place, uint8_t value);

/// Divides a vector by a length and fills up with zeros to `width`.
void frontdesk_vector_bring(
    frontdesk_isa isa, const float *vector, size_t dimension, double length, size_t width,
    float *out);

/// The dot product in double precision, for lengths and final scores; of a vector with itself it is
/// NaN or infinity if any component is not finite.
double frontdesk_vector_dot(
    frontdesk_isa isa, const float *left, const float *right, size_t dimension);

/// The squared distance in double precision, for final scores.
double frontdesk_vector_squared_distance(
    frontdesk_isa isa, const float *left, const float *right, size_t dimension);

#endif
