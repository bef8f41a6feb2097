// Vector arithmetic of the encoder's kernels, written once over a vector type.
//
// The including file defines LANES (floats in a vector), FMA (1 when fused multiply-add is an
// instruction) and NAMED(name). There is deliberately no include guard.

typedef float NAMED(vector) __attribute__((vector_size(LANES * 4), aligned(4)));
typedef int32_t NAMED(integers) __attribute__((vector_size(LANES * 4)));
#define V NAMED(vector)
#define VI NAMED(integers)

INLINE V NAMED(load)(const float *from) { return *(const V *)from; }
INLINE void NAMED(store)(float *to, V value) { *(V *)to = value; }

// Lane by lane, which becomes one broadcast; adding to zero would keep an addition, for -0.
INLINE V NAMED(all)(float value) {
    V vector;
#pragma clang loop unroll(full)
    for (int lane = 0; lane < LANES; lane++) vector[lane] = value;
    return vector;
}

#if LANES == 16
// Four bytes for every lane, by a load that leaves the arithmetic alone: the compiler would choose
// vbroadcastss, which on Zen 4 takes one of its slots.
INLINE V NAMED(spread)(const void *from) {
    typedef int32_t __attribute__((may_alias, aligned(2))) four_bytes;
    V vector;
    __asm__("vpbroadcastd %1, %0" : "=v"(vector) : "m"(*(const four_bytes *)from));
    return vector;
}
#endif

// Writes a filler behind the first `count` numbers, up to `padded`. In whole vectors, because a
// load that spans stores of single floats waits for all of them.
INLINE void NAMED(fill_behind)(float *numbers, size_t count, size_t padded, float filler) {
    VI lanes;
#pragma clang loop unroll(full)
    for (int32_t lane = 0; lane < LANES; lane++) lanes[lane] = lane;
    for (size_t index = count / LANES * LANES; index < padded; index += LANES) {
        VI kept = lanes < (int32_t)(count - index);
        VI bits = ((VI)NAMED(load)(numbers + index) & kept) | ((VI)NAMED(all)(filler) & ~kept);
        NAMED(store)(numbers + index, (V)bits);
    }
}

INLINE V NAMED(multiply_add)(V a, V b, V c) {
#if FMA
    return __builtin_elementwise_fma(a, b, c);
#else
    return a * b + c;
#endif
}

INLINE float NAMED(sum)(V value) {
#if LANES == 16
    return _mm512_reduce_add_ps((__m512)value);
#else
    float lanes[LANES];
    NAMED(store)(lanes, value);
#pragma clang loop unroll(full)
    for (int half = LANES / 2; half > 0; half /= 2)
#pragma clang loop unroll(full)
        for (int lane = 0; lane < half; lane++) lanes[lane] += lanes[lane + half];
    return lanes[0];
#endif
}

INLINE float NAMED(largest)(V value) {
#if LANES == 16
    return _mm512_reduce_max_ps((__m512)value);
#else
    float lanes[LANES];
    NAMED(store)(lanes, value);
#pragma clang loop unroll(full)
    for (int half = LANES / 2; half > 0; half /= 2)
#pragma clang loop unroll(full)
        for (int lane = 0; lane < half; lane++)
            lanes[lane] = lanes[lane] > lanes[lane + half] ? lanes[lane] : lanes[lane + half];
    return lanes[0];
#endif
}

// exp(x) as 2^whole * 2^fraction, the fraction within ±0.5; its polynomial is fitted to 2e-9.
INLINE V NAMED(exponential)(V x) {
    V scaled = __builtin_elementwise_max(x * 1.44269504088896341f, NAMED(all)(-126));
    scaled = __builtin_elementwise_min(scaled, NAMED(all)(127));
    // Adding 1.5 * 2^23 leaves the nearest whole number in the low bits of the sum.
    V shifted = scaled + 12582912.0f;
    V fraction = scaled - (shifted - 12582912.0f);
    V result = NAMED(all)(1.5345808e-4f);
    result = NAMED(multiply_add)(result, fraction, NAMED(all)(1.3399932e-3f));
    result = NAMED(multiply_add)(result, fraction, NAMED(all)(9.6184891e-3f));
    result = NAMED(multiply_add)(result, fraction, NAMED(all)(5.5503286e-2f));
    result = NAMED(multiply_add)(result, fraction, NAMED(all)(2.4022646e-1f));
    result = NAMED(multiply_add)(result, fraction, NAMED(all)(6.9314718e-1f));
    result = NAMED(multiply_add)(result, fraction, NAMED(all)(1.0f));
    VI power = (VI)shifted << 23;
    return (V)((VI)result + power);
}

// The quotient for q > 0. With AVX-512 a reciprocal of 14 bits that is mended once instead of a
// division; the mending overshoots a little, so that erf surely reaches 1.
INLINE V NAMED(quotient)(V p, V q) {
#if LANES == 16
    V inverse = (V)_mm512_rcp14_ps((__m512)q);
    V off = NAMED(multiply_add)(-q, inverse, NAMED(all)(1.0000004f));
    return p * NAMED(multiply_add)(inverse, off, inverse);
#else
    return p / q;
#endif
}

// x/2 * (1 + erf(x/√2)); erf as a rational function fitted to 5e-8 on |z| <= 3.95, then constant.
INLINE V NAMED(gelu)(V x) {
    V z = x * 0.70710678118654752f;
    z = __builtin_elementwise_max(
        NAMED(all)(-3.95f), __builtin_elementwise_min(z, NAMED(all)(3.95f)));
    V t = z * z;
    V p = NAMED(all)(1.96386836e-8f);
    p = NAMED(multiply_add)(p, t, NAMED(all)(-1.99123178e-6f));
    p = NAMED(multiply_add)(p, t, NAMED(all)(1.51310291e-4f));
    p = NAMED(multiply_add)(p, t, NAMED(all)(4.08922834e-3f));
    p = NAMED(multiply_add)(p, t, NAMED(all)(5.17746322e-2f));
    p = NAMED(multiply_add)(p, t, NAMED(all)(2.08975747e-1f));
    p = NAMED(multiply_add)(p, t, NAMED(all)(1.12837875f));
    V q = NAMED(all)(1.05080544e-3f);
    q = NAMED(multiply_add)(q, t, NAMED(all)(1.51302135e-2f));
    q = NAMED(multiply_add)(q, t, NAMED(all)(1.18745528e-1f));
    q = NAMED(multiply_add)(q, t, NAMED(all)(5.18528342e-1f));
    q = NAMED(multiply_add)(q, t, NAMED(all)(1.0f));
    V erf = NAMED(quotient)(z * p, q);
    erf = __builtin_elementwise_max(NAMED(all)(-1), __builtin_elementwise_min(erf, NAMED(all)(1)));
    V half = x * 0.5f;
    return NAMED(multiply_add)(half, erf, half);
}

// The same to 4e-5, for results that are rounded to sixteen bits or fewer. erf(x/√2) as an odd
// polynomial that was fitted for the least greatest error of the whole and reaches 1 at 4.4.
INLINE V NAMED(brief_gelu)(V x) {
    V t = __builtin_elementwise_min(x * x, NAMED(all)(19.36f));
    V p = NAMED(all)(6.40251953e-11f);
    p = NAMED(multiply_add)(p, t, NAMED(all)(-6.90112744e-9f));
    p = NAMED(multiply_add)(p, t, NAMED(all)(3.27483558e-7f));
    p = NAMED(multiply_add)(p, t, NAMED(all)(-9.0731856e-6f));
    p = NAMED(multiply_add)(p, t, NAMED(all)(1.64640095e-4f));
    p = NAMED(multiply_add)(p, t, NAMED(all)(-2.08610336e-3f));
    p = NAMED(multiply_add)(p, t, NAMED(all)(1.92069443e-2f));
    p = NAMED(multiply_add)(p, t, NAMED(all)(-1.32027761e-1f));
    p = NAMED(multiply_add)(p, t, NAMED(all)(7.97456695e-1f));
    V erf = __builtin_elementwise_max(
        NAMED(all)(-1), __builtin_elementwise_min(x * p, NAMED(all)(1)));
    V half = x * 0.5f;
    return NAMED(multiply_add)(half, erf, half);
}

// Finishes sums that have their bias, and stores them; `is_brief` says which GELU is enough.
INLINE void NAMED(put)(
    float *to, V sums, frontdesk_encoder_finish finish, const bool is_brief) {
    if (finish == FRONTDESK_ENCODER_GELU)
        sums = is_brief ? NAMED(brief_gelu)(sums) : NAMED(gelu)(sums);
    if (finish == FRONTDESK_ENCODER_RESIDUAL) sums += NAMED(load)(to);
    NAMED(store)(to, sums);
}
