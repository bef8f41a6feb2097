#ifndef FRONTDESK_CARCHIVE_SHIM_H
#define FRONTDESK_CARCHIVE_SHIM_H

#include <archive.h>
#include <archive_entry.h>

#endif
