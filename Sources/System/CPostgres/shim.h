#ifndef FRONTDESK_CPOSTGRES_SHIM_H
#define FRONTDESK_CPOSTGRES_SHIM_H

#include <libpq-fe.h>

#endif
