#ifndef FRONTDESK_CXML_SHIM_H
#define FRONTDESK_CXML_SHIM_H

#include <libxml/xmlversion.h>

// Debian's libxml2 shows ICU's headers, whose types clash with those inside Foundation. Nothing
// that we use has them in its signature.
#undef LIBXML_ICU_ENABLED

#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <libxml/xmlreader.h>

// xmlFree is a mutable global function pointer, which Swift 6 refuses to read.
static inline void frontdesk_xml_free(void *pointer) { xmlFree(pointer); }

#endif
