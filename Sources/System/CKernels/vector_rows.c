#include "vector_kernels.h"

#include <string.h>

void frontdesk_vector_gather(
    float *const *slabs, unsigned shift, size_t dimension, const uint32_t *slots, size_t count,
    float *out) {
    uint32_t mask = (1u << shift) - 1;
    for (size_t index = 0; index < count; index++) {
        const float *row = slabs[slots[index] >> shift] + (slots[index] & mask) * dimension;
        __builtin_prefetch(row);
        __builtin_prefetch(row + 16);
    }
    for (size_t index = 0; index < count; index++) {
        const float *row = slabs[slots[index] >> shift] + (slots[index] & mask) * dimension;
        memcpy(out + index * dimension, row, dimension * sizeof *out);
    }
}

void frontdesk_vector_gather_bias(
    float *const *biases, unsigned shift, const uint32_t *slots, size_t count, float offset,
    float *out) {
    uint32_t mask = (1u << shift) - 1;
    for (size_t index = 0; index < count; index++) {
        out[index] = biases[slots[index] >> shift][slots[index] & mask] + offset;
    }
}

double frontdesk_vector_squared_length(const float *vector, size_t dimension) {
    return frontdesk_vector_dot(vector, vector, dimension);
}

double frontdesk_vector_dot(const float *left, const float *right, size_t dimension) {
    double sum = 0;
    for (size_t index = 0; index < dimension; index++) {
        sum += (double)left[index] * (double)right[index];
    }
    return sum;
}

double frontdesk_vector_squared_distance(const float *left, const float *right, size_t dimension) {
    double sum = 0;
    for (size_t index = 0; index < dimension; index++) {
        double difference = (double)left[index] - (double)right[index];
        sum += difference * difference;
    }
    return sum;
}

// Four independent lanes of multiply and rotate, folded at the end; any single changed bit changes
// a lane, and each step is invertible, so no change of one word can be lost.
static uint64_t mix(uint64_t state, uint64_t word) {
    state ^= word;
    state *= 0x9E3779B97F4A7C15u;
    return state ^ (state >> 29);
}

uint64_t frontdesk_vector_checksum(uint64_t seed, const void *bytes, size_t count) {
    const unsigned char *at = bytes;
    uint64_t lanes[4] = {seed, seed ^ 0xA5A5A5A5u, seed + 1, ~seed};
    size_t left = count;
    while (left >= 32) {
        uint64_t words[4];
        memcpy(words, at, sizeof words);
        for (int lane = 0; lane < 4; lane++) {
            lanes[lane] = mix(lanes[lane], words[lane]);
        }
        at += 32;
        left -= 32;
    }
    uint64_t tail[4] = {0, 0, 0, 0};
    if (left > 0) {
        memcpy(tail, at, left);
    }
    uint64_t sum = (uint64_t)count;
    for (int lane = 0; lane < 4; lane++) {
        sum = mix(sum, mix(lanes[lane], tail[lane]));
    }
    return sum;
}
