#include "vector_kernels.h"

#include <string.h>

#pragma clang fp reassociate(on)

void frontdesk_vector_bring(
    const float *vector, size_t dimension, double length, size_t width, float *out) {
    for (size_t index = 0; index < dimension; index++) {
        out[index] = (float)((double)vector[index] / length);
    }
    memset(out + dimension, 0, (width - dimension) * sizeof *out);
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
