#include "vector_set.h"

extern const frontdesk_vector_set frontdesk_vector_portable_set;
#if defined(__x86_64__)
extern const frontdesk_vector_set frontdesk_vector_avx2_set;
extern const frontdesk_vector_set frontdesk_vector_avx512_set;
#endif

INLINE const frontdesk_vector_set *chosen(frontdesk_isa isa) {
#if defined(__x86_64__)
    if (isa >= FRONTDESK_ISA_AVX512) return &frontdesk_vector_avx512_set;
    if (isa == FRONTDESK_ISA_AVX2) return &frontdesk_vector_avx2_set;
#else
    (void)isa;
#endif
    return &frontdesk_vector_portable_set;
}

void frontdesk_vector_bring(
    frontdesk_isa isa, const float *vector, size_t dimension, double length, size_t width,
    float *out) {
    chosen(isa)->bring(vector, dimension, length, width, out);
}

double frontdesk_vector_dot(
    frontdesk_isa isa, const float *left, const float *right, size_t dimension) {
    return chosen(isa)->dot(left, right, dimension);
}

double frontdesk_vector_squared_distance(
    frontdesk_isa isa, const float *left, const float *right, size_t dimension) {
    return chosen(isa)->squared_distance(left, right, dimension);
}

void frontdesk_vector_prepare(
    frontdesk_isa isa, size_t width, const float *centre, float caution,
    frontdesk_vector_query *query) {
    chosen(isa)->prepare(width, centre, caution, query);
}

void frontdesk_vector_encode(
    frontdesk_isa isa, size_t width, const float *vector, float bias, const float *centre,
    uint8_t *head, uint8_t *code, uint8_t *rest) {
    chosen(isa)->encode(width, vector, bias, centre, head, code, rest);
}

void frontdesk_vector_sketch(
    frontdesk_isa isa, size_t width, const float *vector, const float *centre, uint8_t *head) {
    chosen(isa)->sketch(width, vector, centre, head);
}

void frontdesk_vector_decode(
    frontdesk_isa isa, const frontdesk_vector_rows *rows, uint32_t slot, float *vector) {
    chosen(isa)->decode(rows, slot, vector);
}

void frontdesk_vector_measure(
    frontdesk_isa isa, const frontdesk_vector_rows *rows, const frontdesk_vector_query *query,
    const uint32_t *slots, size_t count, float *distances) {
    chosen(isa)->measure(rows, query, slots, count, distances);
}

void frontdesk_vector_refine(
    frontdesk_isa isa, const frontdesk_vector_rows *rows, const frontdesk_vector_query *query,
    const uint32_t *slots, size_t count, float *distances) {
    chosen(isa)->refine(rows, query, slots, count, distances);
}

size_t frontdesk_vector_offer(
    frontdesk_isa isa, const frontdesk_vector_rows *rows, const frontdesk_vector_query *query,
    const uint32_t *slots, size_t count, frontdesk_vector_walk *walk) {
    return chosen(isa)->offer(rows, query, slots, count, walk);
}

size_t frontdesk_vector_hop(
    frontdesk_isa isa, const frontdesk_vector_rows *rows, const frontdesk_vector_query *query,
    const uint32_t *list, const uint32_t *ahead, frontdesk_vector_walk *walk) {
    return chosen(isa)->hop(rows, query, list, ahead, walk);
}

size_t frontdesk_vector_settle(
    frontdesk_isa isa, const frontdesk_vector_rows *rows, const frontdesk_vector_query *query,
    frontdesk_vector_walk *walk) {
    return chosen(isa)->settle(rows, query, walk);
}

void frontdesk_vector_scan(
    frontdesk_isa isa, const frontdesk_vector_rows *rows, const frontdesk_vector_query *query,
    uint32_t first, const uint8_t *accept, size_t count, frontdesk_vector_walk *walk) {
    chosen(isa)->scan(rows, query, first, accept, count, walk);
}

size_t frontdesk_vector_select(
    frontdesk_isa isa, const frontdesk_vector_rows *rows, float scale, float offset_weight,
    const uint64_t *entries, size_t count, size_t limit, uint32_t *kept) {
    return chosen(isa)->select(rows, scale, offset_weight, entries, count, limit, kept);
}
