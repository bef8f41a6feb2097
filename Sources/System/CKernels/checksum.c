#include "checksum.h"

#include <string.h>

// The polynomial 0x1EDC6F41, reflected.
#define POLYNOMIAL 0x82F63B78u

// table[k][b]: what byte b does to the sum when k more bytes follow it in the same step of eight.
static uint32_t table[8][256];

__attribute__((constructor)) static void fill_table(void) {
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t sum = byte;
        for (int bit = 0; bit < 8; bit++) sum = (sum >> 1) ^ (POLYNOMIAL & -(sum & 1));
        table[0][byte] = sum;
    }
    for (uint32_t byte = 0; byte < 256; byte++) {
        for (int more = 1; more < 8; more++) {
            uint32_t sum = table[more - 1][byte];
            table[more][byte] = (sum >> 8) ^ table[0][sum & 255];
        }
    }
}

uint32_t frontdesk_crc32c_portable(uint32_t before, const void *bytes, size_t count) {
    const uint8_t *place = bytes;
    uint32_t sum = ~before;
    for (; count >= 8; count -= 8, place += 8) {
        uint32_t low = sum ^ ((uint32_t)place[0] | (uint32_t)place[1] << 8
                              | (uint32_t)place[2] << 16 | (uint32_t)place[3] << 24);
        sum = table[7][low & 255] ^ table[6][(low >> 8) & 255] ^ table[5][(low >> 16) & 255]
            ^ table[4][low >> 24] ^ table[3][place[4]] ^ table[2][place[5]] ^ table[1][place[6]]
            ^ table[0][place[7]];
    }
    for (; count > 0; count--, place++) sum = (sum >> 8) ^ table[0][(sum ^ *place) & 255];
    return ~sum;
}

#if defined(__x86_64__)
#include <nmmintrin.h>

__attribute__((target("sse4.2"))) static uint32_t with_instruction(
    uint32_t before, const void *bytes, size_t count) {
    const uint8_t *place = bytes;
    uint64_t sum = ~before;
    for (; count >= 8; count -= 8, place += 8) {
        uint64_t word;
        memcpy(&word, place, 8);
        sum = _mm_crc32_u64(sum, word);
    }
    for (; count > 0; count--, place++) sum = _mm_crc32_u8((uint32_t)sum, *place);
    return ~(uint32_t)sum;
}

static int has_instruction(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("sse4.2");
}
#elif defined(__aarch64__)
#include <sys/auxv.h>

__attribute__((target("crc"))) static uint32_t with_instruction(
    uint32_t before, const void *bytes, size_t count) {
    const uint8_t *place = bytes;
    uint32_t sum = ~before;
    for (; count >= 8; count -= 8, place += 8) {
        uint64_t word;
        memcpy(&word, place, 8);
        sum = __builtin_arm_crc32cd(sum, word);
    }
    for (; count > 0; count--, place++) sum = __builtin_arm_crc32cb(sum, *place);
    return ~sum;
}

static int has_instruction(void) {
    // HWCAP_CRC32 of <asm/hwcap.h>.
    return (getauxval(AT_HWCAP) & (1 << 7)) != 0;
}
#else
static uint32_t with_instruction(uint32_t before, const void *bytes, size_t count) {
    return frontdesk_crc32c_portable(before, bytes, count);
}

static int has_instruction(void) { return 0; }
#endif

uint32_t frontdesk_crc32c(uint32_t before, const void *bytes, size_t count) {
    return has_instruction() ? with_instruction(before, bytes, count)
                             : frontdesk_crc32c_portable(before, bytes, count);
}
