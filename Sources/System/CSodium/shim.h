#ifndef FRONTDESK_CSODIUM_SHIM_H
#define FRONTDESK_CSODIUM_SHIM_H

#include <sodium.h>

#endif
