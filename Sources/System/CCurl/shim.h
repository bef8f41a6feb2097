#ifndef FRONTDESK_CCURL_SHIM_H
#define FRONTDESK_CCURL_SHIM_H

#include <curl/curl.h>

// curl_easy_setopt and getinfo are variadic; one wrapper for each kind of argument.
static inline CURLcode frontdesk_curl_set_long(CURL *h, CURLoption o, long v) {
    return curl_easy_setopt(h, o, v);
}
static inline CURLcode frontdesk_curl_set_size(CURL *h, CURLoption o, curl_off_t v) {
    return curl_easy_setopt(h, o, v);
}
static inline CURLcode frontdesk_curl_set_text(CURL *h, CURLoption o, const char *v) {
    return curl_easy_setopt(h, o, v);
}
static inline CURLcode frontdesk_curl_set_pointer(CURL *h, CURLoption o, const void *v) {
    return curl_easy_setopt(h, o, v);
}

typedef size_t (*frontdesk_curl_bytes)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode frontdesk_curl_set_bytes(CURL *h, CURLoption o, frontdesk_curl_bytes f) {
    return curl_easy_setopt(h, o, f);
}

static inline void *frontdesk_curl_private(CURL *h) {
    char *p = NULL;
    curl_easy_getinfo(h, CURLINFO_PRIVATE, &p);
    return p;
}

// The message's data is a union, which Swift reads only through its largest member.
static inline CURLcode frontdesk_curl_result(const CURLMsg *m) { return m->data.result; }

// A macro with a cast.
static inline size_t frontdesk_curl_pause(void) { return CURL_WRITEFUNC_PAUSE; }

#endif
