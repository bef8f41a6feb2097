#include "encoder_set.h"

#define LANES 16
#define ROWS 14
#define FMA 1
#define SHARED
#define NAMED(name) frontdesk_encoder_avx512_##name

#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push(__attribute__((target(TARGET_AVX512))), apply_to = function)
#include "encoder_template.h"
#pragma clang attribute pop
#endif
