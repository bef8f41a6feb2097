import HTTP

/// The check that libmicrohttpd does not make: what a proxy in front would read differently.
///
/// Follows RFC 9112, sections 3.2, 6.1–6.3 and 5.1: ambiguous framing is request smuggling.
struct StrictReading {
    let target: HTTPTarget
    let headers: HTTPHeaders
    /// The announced length; nil for chunked bodies and for none.
    let contentLength: Int?
    let isChunked: Bool

    var hasBody: Bool { isChunked || (contentLength ?? 0) > 0 }

    struct Head {
        var target: String
        var method: String
        var version: String
        var fields: [(name: String, value: String)]
        var headerBytes: Int
    }

    init(_ head: Head, _ limits: ServerConfiguration) throws(HTTPRejection) {
        guard head.version == "HTTP/1.1" || head.version == "HTTP/1.0" else {
            throw HTTPRejection(.versionNotSupported, "request.version")
        }
        guard head.headerBytes <= limits.maximumHeaderBytes,
            head.fields.count <= limits.maximumHeaderCount
        else { throw HTTPRejection(.headersTooLarge, "request.headers_too_large") }
        guard isToken(head.method), let target = HTTPTarget(head.target) else {
            throw .malformed
        }
        var headers = HTTPHeaders()
        for field in head.fields {
            guard isToken(field.name),
                field.value.utf8.allSatisfy({ $0 >= 32 && $0 != 127 || $0 == 9 })
            else { throw .malformed }
            headers.add(field.name, field.value)
        }
        let hosts = headers.values("Host")
        guard hosts.count == 1 || (hosts.isEmpty && head.version == "HTTP/1.0") else {
            throw .malformed
        }
        let lengths = headers.values("Content-Length")
        let encodings = headers.values("Transfer-Encoding")
        guard lengths.count <= 1, encodings.count <= 1, lengths.isEmpty || encodings.isEmpty else {
            throw .malformed
        }
        if let encoding = encodings.first {
            guard head.version == "HTTP/1.1" else { throw .malformed }
            guard encoding.lowercased() == "chunked" else {
                throw HTTPRejection(.notImplemented, "request.transfer_encoding")
            }
        }
        if let length = lengths.first {
            guard !length.isEmpty, length.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }),
                let number = Int(length)
            else { throw .malformed }
            contentLength = number
        } else {
            contentLength = nil
        }
        isChunked = !encodings.isEmpty
        self.target = target
        self.headers = headers
    }
}

/// A request that is answered without asking a handler; the connection is closed afterwards.
struct HTTPRejection: Error {
    let status: HTTPStatus
    let code: String

    init(_ status: HTTPStatus, _ code: String) {
        self.status = status
        self.code = code
    }

    static let malformed = HTTPRejection(.badRequest, "request.malformed")

    var response: HTTPResponse {
        ProblemDocument(code: code, status: status).response.with(header: "Connection", "close")
    }
}
