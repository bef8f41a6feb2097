#include "encoder_set.h"

#define LANES 8
#define ROWS 6
#define FMA 1
#define NAMED(name) frontdesk_encoder_avx2_##name

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target(TARGET_AVX2))), apply_to = function)
#include "encoder_template.h"
#pragma clang attribute pop
#endif
