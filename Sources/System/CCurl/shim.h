#ifndef FRONTDESK_CCURL_SHIM_H
#define FRONTDESK_CCURL_SHIM_H

#include <curl/curl.h>

#endif
