#ifndef FRONTDESK_CMARKDOWN_SHIM_H
#define FRONTDESK_CMARKDOWN_SHIM_H

#include <cmark-gfm.h>
#include <cmark-gfm-core-extensions.h>

#endif
