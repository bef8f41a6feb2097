import CMicroHTTPD
import Glibc
import HTTP

/// Hands a response to libmicrohttpd; false when it could not be made and the connection must go.
func queue(
    _ response: HTTPResponse, on connection: OpaquePointer, for exchange: Exchange?,
    closing: Bool = false
) -> Bool {
    let status = (200...599).contains(response.status.code) ? response.status : .internalServerError
    guard let made = make(response, status, exchange) else { return false }
    defer { MHD_destroy_response(made) }
    for field in response.headers where !isFraming(field.name) {
        // The library refuses malformed fields; a response without one of them is still a response.
        _ = MHD_add_response_header(made, field.name, field.value)
    }
    if closing { _ = MHD_add_response_header(made, "Connection", "close") }
    return MHD_queue_response(connection, UInt32(status.code), made) == .YES
}

/// Framing belongs to the library.
private func isFraming(_ name: String) -> Bool {
    ["content-length", "transfer-encoding", "date"].contains(name.lowercased())
}

private func make(
    _ response: HTTPResponse, _ status: HTTPStatus, _ exchange: Exchange?
) -> OpaquePointer? {
    switch response.body {
    case .bytes(let bytes):
        let empty = status == .noContent || status == .notModified
        return bytes.withUnsafeBytes { buffer in
            MHD_create_response_from_buffer(
                empty ? 0 : buffer.count, UnsafeMutableRawPointer(mutating: buffer.baseAddress),
                .RESPMEM_MUST_COPY)
        }
    case .stream:
        guard let exchange else { return nil }
        return MHD_create_response_from_callback(
            frontdesk_mhd_unknown_size(), 32 << 10,
            { context, _, buffer, room in
                guard let context, let buffer else { return frontdesk_mhd_abort() }
                let exchange = Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
                return exchange.fill(buffer, room: room)
            }, Unmanaged.passRetained(exchange).toOpaque(),
            { context in
                guard let context else { return }
                Unmanaged<Exchange>.fromOpaque(context).release()
            })
    case .file(let path, let offset, let length):
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        let made = MHD_create_response_from_fd_at_offset64(
            UInt64(length), descriptor, UInt64(offset))
        if made == nil { close(descriptor) }
        return made
    }
}

extension HTTPResponse {
    /// Bytes of the body; 0 where nobody knows before the end.
    var byteCount: Int {
        switch body {
        case .bytes(let bytes): bytes.count
        case .file(_, _, let length): length
        case .stream: 0
        }
    }
}
