#ifndef FRONTDESK_ENCODER_ROWS_H
#define FRONTDESK_ENCODER_ROWS_H

#include "encoder_set.h"

// Register blocks are written for a number of rows that the compiler knows; here one is chosen.

// The cases of a switch over 1 ... n rows, each a call with its number as a constant.
#define CASE_OF_ROWS(n, call) case n: call(n); break;
#define UP_TO_4_ROWS(call) \
    CASE_OF_ROWS(1, call) CASE_OF_ROWS(2, call) CASE_OF_ROWS(3, call) CASE_OF_ROWS(4, call)
#define UP_TO_6_ROWS(call) UP_TO_4_ROWS(call) CASE_OF_ROWS(5, call) CASE_OF_ROWS(6, call)
#define UP_TO_7_ROWS(call) UP_TO_6_ROWS(call) CASE_OF_ROWS(7, call)
#define UP_TO_10_ROWS(call) \
    UP_TO_7_ROWS(call) CASE_OF_ROWS(8, call) CASE_OF_ROWS(9, call) CASE_OF_ROWS(10, call)
#define UP_TO_14_ROWS(call) \
    UP_TO_10_ROWS(call) \
    CASE_OF_ROWS(11, call) CASE_OF_ROWS(12, call) CASE_OF_ROWS(13, call) CASE_OF_ROWS(14, call)

// Calls a block function with its number of rows, up to `most` (4, 6, 7, 10 or 14), as a constant.
#define WITH_ROWS(most, rows, call) WITH_ROWS_NAMED(most, rows, call)
#define WITH_ROWS_NAMED(most, rows, call) \
    switch (rows) { UP_TO_##most##_ROWS(call) default: __builtin_unreachable(); }

// Rows are shared out evenly: 15 rows become 8 and 7 rather than 14 and 1.
INLINE int frontdesk_encoder_next_rows(size_t left, size_t most) {
    size_t parts = (left + most - 1) / most;
    return (int)((left + parts - 1) / parts);
}

// A loop that the compiler writes out.
#define EACH(index, count) \
    _Pragma("clang loop unroll(full)") for (int index = 0; index < (count); index++)

// Which steps of a register block fetch weights of the next panel into the second-level cache: all
// blocks of rows that use a panel take turns, so that the cache behind it is asked evenly. Without
// it a short text, which streams all weights, would wait where the CPU's own fetching stops: at
// every page.
typedef struct {
    size_t wait, blocks;
} frontdesk_encoder_turns;

// The turns of the first of all blocks that share `rows` rows, `most` at a time; each later one
// waits for one step more.
INLINE frontdesk_encoder_turns frontdesk_encoder_first_turn(size_t rows, size_t most) {
    return (frontdesk_encoder_turns){0, (rows + most - 1) / most};
}

// For panels that nothing lies behind.
static const frontdesk_encoder_turns frontdesk_encoder_no_turn = {SIZE_MAX, 1};

// One step, which uses `bytes` of weights; `from` is the same place in the next panel.
INLINE void frontdesk_encoder_fetch(
    frontdesk_encoder_turns *turns, const void *from, size_t bytes) {
    if (turns->wait-- > 0) return;
    turns->wait = turns->blocks - 1;
    for (size_t line = 0; line < bytes; line += 64)
        __builtin_prefetch((const char *)from + line, 0, 2);
}

#endif
