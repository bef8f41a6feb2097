#ifndef FRONTDESK_CMICROHTTPD_SHIM_H
#define FRONTDESK_CMICROHTTPD_SHIM_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <microhttpd.h>

// POLLRDHUP of <poll.h>, which shows it only to _GNU_SOURCE; that would change other types for Swift.
enum { frontdesk_poll_rdhup = 0x2000 };

// What the daemon is started with; one struct, because Swift cannot call a variadic function.
struct frontdesk_mhd_options {
    int listen_fd;
    unsigned int connection_limit;
    unsigned int idle_timeout_seconds;
    size_t connection_memory;
    void *cls;
    MHD_AccessHandlerCallback handler;
    MHD_RequestCompletedCallback completed;
    MHD_NotifyConnectionCallback connection;
    void *(*target)(void *cls, const char *uri, struct MHD_Connection *connection);
};

// Leaves %XX alone: HTTPTarget decodes, strictly. (MHD's own decoding turns %00 into an end.)
static size_t frontdesk_mhd_no_unescape(void *cls, struct MHD_Connection *c, char *s) {
    (void)cls;
    (void)c;
    size_t n = 0;
    while (s[n] != 0) n++;
    return n;
}

// Drops MHD's messages: they quote request bytes.
static void frontdesk_mhd_no_log(void *cls, const char *format, va_list arguments) {
    (void)cls;
    (void)format;
    (void)arguments;
}

// MHD_start_daemon is variadic.
static inline struct MHD_Daemon *frontdesk_mhd_start(const struct frontdesk_mhd_options *o) {
    return MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG,
        0, NULL, NULL, o->handler, o->cls,
        MHD_OPTION_EXTERNAL_LOGGER, frontdesk_mhd_no_log, NULL,
        MHD_OPTION_LISTEN_SOCKET, (MHD_socket)o->listen_fd,
        MHD_OPTION_CONNECTION_LIMIT, o->connection_limit,
        MHD_OPTION_CONNECTION_TIMEOUT, o->idle_timeout_seconds,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, o->connection_memory,
        MHD_OPTION_STRICT_FOR_CLIENT, (int)1,
        MHD_OPTION_UNESCAPE_CALLBACK, frontdesk_mhd_no_unescape, NULL,
        MHD_OPTION_URI_LOG_CALLBACK, o->target, o->cls,
        MHD_OPTION_NOTIFY_COMPLETED, o->completed, o->cls,
        MHD_OPTION_NOTIFY_CONNECTION, o->connection, o->cls,
        MHD_OPTION_END);
}

// MHD_get_connection_info is variadic and gives a union; these three read one member each.
static inline int frontdesk_mhd_fd(struct MHD_Connection *c) {
    const union MHD_ConnectionInfo *i =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
    return i == NULL ? -1 : (int)i->connect_fd;
}

static inline const struct sockaddr *frontdesk_mhd_peer(struct MHD_Connection *c) {
    const union MHD_ConnectionInfo *i =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return i == NULL ? NULL : i->client_addr;
}

static inline void *frontdesk_mhd_socket_context(struct MHD_Connection *c) {
    const union MHD_ConnectionInfo *i =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return i == NULL ? NULL : i->socket_context;
}

static inline size_t frontdesk_mhd_header_size(struct MHD_Connection *c) {
    const union MHD_ConnectionInfo *i =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    return i == NULL ? 0 : i->header_size;
}

// Cast macros that Swift does not import.

static inline ssize_t frontdesk_mhd_end(void) { return MHD_CONTENT_READER_END_OF_STREAM; }
static inline ssize_t frontdesk_mhd_abort(void) { return MHD_CONTENT_READER_END_WITH_ERROR; }
static inline uint64_t frontdesk_mhd_unknown_size(void) { return MHD_SIZE_UNKNOWN; }

#endif
