#ifndef FRONTDESK_CPOPPLER_SHIM_H
#define FRONTDESK_CPOPPLER_SHIM_H

#include <poppler.h>

// POPPLER_ERROR is a macro over a function call; says whether an error is Poppler's own.
static inline int frontdesk_poppler_is_own_error(const GError *error) {
    return error != NULL && error->domain == POPPLER_ERROR;
}

#endif
