#ifndef FRONTDESK_CSECCOMP_SHIM_H
#define FRONTDESK_CSECCOMP_SHIM_H

#include <seccomp.h>

#endif
