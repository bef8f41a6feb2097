#ifndef FRONTDESK_CCHARSET_SHIM_H
#define FRONTDESK_CCHARSET_SHIM_H

#include <uchardet.h>
#include <iconv.h>

#endif
