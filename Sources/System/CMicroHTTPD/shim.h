#ifndef FRONTDESK_CMICROHTTPD_SHIM_H
#define FRONTDESK_CMICROHTTPD_SHIM_H

#include <microhttpd.h>

#endif
