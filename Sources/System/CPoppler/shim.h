#ifndef FRONTDESK_CPOPPLER_SHIM_H
#define FRONTDESK_CPOPPLER_SHIM_H

#include <poppler.h>

#endif
