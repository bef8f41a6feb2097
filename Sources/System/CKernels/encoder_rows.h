// Blocks of up to ROWS (14) rows, for the kernels that are written for AVX-512 alone.
//
// There is deliberately no include guard: functions take the targets of the including file.

// Calls a block function with its number of rows as a constant.
#define WITH_ROWS(rows, call) \
    switch (rows) { \
        case 1: call(1); break; \
        case 2: call(2); break; \
        case 3: call(3); break; \
        case 4: call(4); break; \
        case 5: call(5); break; \
        case 6: call(6); break; \
        case 7: call(7); break; \
        case 8: call(8); break; \
        case 9: call(9); break; \
        case 10: call(10); break; \
        case 11: call(11); break; \
        case 12: call(12); break; \
        case 13: call(13); break; \
        case 14: call(14); break; \
        default: __builtin_unreachable(); \
    }

// Rows are shared out evenly: 15 rows become 8 and 7 rather than 14 and 1.
INLINE int next_rows(size_t left) {
    size_t parts = (left + ROWS - 1) / ROWS;
    return (int)((left + parts - 1) / parts);
}
