#ifndef FRONTDESK_CBLAS_SHIM_H
#define FRONTDESK_CBLAS_SHIM_H

#include <cblas.h>

#endif
