/*
 * A C door to libphonenumber, Google's library of the world's numbering plans.
 *
 * The other doors are headers alone, since their libraries speak C. This library speaks C++ only:
 * std::string, protobuf messages and exceptions, none of which may reach Swift. So beside CKernels this
 * is the one target that is compiled: three functions that copy bytes in and out and let no
 * exception pass. It can go as soon as the library has a C interface, or Swift's C++ interoperability
 * reads protobuf's headers without turning it on in every room that imports this one.
 */
#ifndef FRONTDESK_CPHONENUMBERS_H
#define FRONTDESK_CPHONENUMBERS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a number is for; the order is ours. */
enum frontdesk_phone_kind {
    FRONTDESK_PHONE_UNKNOWN = 0,
    FRONTDESK_PHONE_FIXED,
    FRONTDESK_PHONE_MOBILE,
    FRONTDESK_PHONE_FIXED_OR_MOBILE,
    FRONTDESK_PHONE_TOLL_FREE,
    FRONTDESK_PHONE_PREMIUM,
    FRONTDESK_PHONE_SHARED_COST,
    FRONTDESK_PHONE_VOIP,
    FRONTDESK_PHONE_PERSONAL,
    FRONTDESK_PHONE_PAGER,
    FRONTDESK_PHONE_COMPANY,
    FRONTDESK_PHONE_VOICEMAIL
};

struct frontdesk_phone {
    /* With the plus, ended by a zero byte. */
    char e164[24];
    /* ISO 3166, "001" for numbers of no country, or empty when the region is not known. */
    char region[8];
    int32_t kind;
    /* Whether the length is one that the plan has, and whether the plan has given such numbers out. */
    int32_t is_possible;
    int32_t is_valid;
    int32_t has_extension;
};

/* Reads a number as people write it; `region` is ISO 3166 or empty. 0 when it is none. */
int32_t frontdesk_phone_read(
    const char *text, size_t length, const char *region, struct frontdesk_phone *result);

/*
 * Writes a number in E.164 as people of `region` write it: national at home, international elsewhere.
 * Gives the length without the zero byte, or 0 when it cannot be written.
 */
size_t frontdesk_phone_write(const char *e164, const char *region, char *buffer, size_t size);

/* A number of the region that could be a mobile one, for examples in forms; as `frontdesk_phone_write`. */
size_t frontdesk_phone_example(const char *region, char *buffer, size_t size);

#ifdef __cplusplus
}
#endif

#endif
