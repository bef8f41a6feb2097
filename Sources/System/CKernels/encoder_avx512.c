#include "encoder_set.h"

#define LANES 16
#define ROWS 14
#define FMA 1
#define NAMED(name) frontdesk_encoder_avx512_##name

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx2,fma"))), apply_to = function)
#include "encoder_template.h"
#pragma clang attribute pop
#endif
