#include "encoder_set.h"

#define LANES 4
#define ROWS 4
#if defined(__aarch64__)
#define FMA 1
#else
#define FMA 0
#endif
#define NAMED(name) frontdesk_encoder_portable_##name

#include "encoder_template.h"
