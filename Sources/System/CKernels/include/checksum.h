#ifndef FRONTDESK_CHECKSUM_H
#define FRONTDESK_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/// CRC-32C (Castagnoli, RFC 3720) of `count` bytes; chain calls by passing the last result, first 0.
///
/// With the CPU's instruction for it where there is one. Against damage, not against forgery.
uint32_t frontdesk_crc32c(uint32_t before, const void *bytes, size_t count);

/// The same without that instruction, so that tests can compare the two.
uint32_t frontdesk_crc32c_portable(uint32_t before, const void *bytes, size_t count);

#endif
