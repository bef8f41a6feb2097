#ifndef FRONTDESK_CXML_SHIM_H
#define FRONTDESK_CXML_SHIM_H

#include <libxml/parser.h>
#include <libxml/HTMLparser.h>
#include <libxml/SAX2.h>

#endif
