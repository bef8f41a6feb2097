// Serves a `Responder` over HTTP/1.1 with libmicrohttpd: one epoll thread that only copies bytes,
// handlers on the Swift pool, bounded buffers in between, deadlines for headers and bodies, and a
// strict reading of RFC 9112 where the library is lenient.
