#ifndef FRONTDESK_CSECCOMP_SHIM_H
#define FRONTDESK_CSECCOMP_SHIM_H

#include <errno.h>
#include <seccomp.h>
#include <stddef.h>

// Swift cannot import the function-like macros SCMP_ACT_ERRNO and SCMP_CMP.

static inline scmp_filter_ctx frontdesk_seccomp_allowing(void) {
    return seccomp_init(SCMP_ACT_ALLOW);
}

// seccomp_rule_add is variadic; the array form is not, but its action is a macro.
static inline int frontdesk_seccomp_refuse(scmp_filter_ctx filter, int syscall) {
    return seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(EPERM), syscall, 0, NULL);
}

// Says that the kernel lacks a call, so that the C library falls back to an older one.
static inline int frontdesk_seccomp_lacking(scmp_filter_ctx filter, int syscall) {
    return seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(ENOSYS), syscall, 0, NULL);
}

// Refuses a call when argument `index`, under `mask`, equals `value`.
static inline int frontdesk_seccomp_refuse_masked(
    scmp_filter_ctx filter, int syscall, unsigned index, unsigned long mask, unsigned long value) {
    struct scmp_arg_cmp compare = SCMP_CMP(index, SCMP_CMP_MASKED_EQ, mask, value);
    return seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(EPERM), syscall, 1, &compare);
}

#endif
