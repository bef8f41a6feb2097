import Base

/// An answer: status, headers, and a body of bytes, of a stream, or of a file.
package struct HTTPResponse: Sendable {
    package enum Body: Sendable {
        case bytes([UInt8])
        /// Chunks written while the client reads; a write waits when the client is slow.
        case stream(HTTPStream)
        /// A part of a file on disk, sent by the kernel.
        case file(path: String, offset: Int, length: Int)
    }

    package var status: HTTPStatus
    package var headers: HTTPHeaders
    package var body: Body

    package init(_ status: HTTPStatus, headers: HTTPHeaders = [:], body: Body = .bytes([])) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    package init(_ status: HTTPStatus, _ type: ContentType, _ bytes: [UInt8]) {
        self.init(status, headers: ["Content-Type": type.description], body: .bytes(bytes))
    }

    package static func text(_ text: String, _ status: HTTPStatus = .ok) -> HTTPResponse {
        HTTPResponse(status, .text, Array(text.utf8))
    }

    package static func html(_ html: String, _ status: HTTPStatus = .ok) -> HTTPResponse {
        HTTPResponse(status, .html, Array(html.utf8))
    }

    /// The house's JSON of `value`; a value that cannot be encoded is our defect and answers 500.
    package static func json(_ value: some Encodable, _ status: HTTPStatus = .ok) -> HTTPResponse {
        do {
            return HTTPResponse(status, .json, Array(try JSONCoding.encode(value)))
        } catch {
            return HTTPResponse(.internalServerError)
        }
    }

    package static func redirect(
        to location: String, _ status: HTTPStatus = .seeOther
    ) -> HTTPResponse {
        HTTPResponse(status, headers: ["Location": location])
    }

    /// A response whose body `produce` writes chunk by chunk.
    package static func stream(
        _ status: HTTPStatus = .ok, headers: HTTPHeaders = [:],
        _ produce: @escaping @Sendable (HTTPWriter) async throws -> Void
    ) -> HTTPResponse {
        HTTPResponse(status, headers: headers, body: .stream(HTTPStream(produce: produce)))
    }

    /// A response whose body is the chunks of `sequence`.
    package static func stream<Chunks: AsyncSequence & Sendable>(
        _ status: HTTPStatus = .ok, headers: HTTPHeaders = [:], of sequence: Chunks
    ) -> HTTPResponse where Chunks.Element == [UInt8] {
        stream(status, headers: headers) { writer in
            for try await chunk in sequence { try await writer.write(chunk) }
        }
    }

    package mutating func setCookie(_ cookie: SetCookie) {
        headers.add("Set-Cookie", cookie.field)
    }

    package func with(_ cookie: SetCookie) -> HTTPResponse {
        var copy = self
        copy.setCookie(cookie)
        return copy
    }

    package func with(header name: String, _ value: String) -> HTTPResponse {
        var copy = self
        copy.headers[name] = value
        return copy
    }
}

/// A body that is produced while it is sent.
package struct HTTPStream: Sendable {
    /// Runs in the task of the request; cancelled when the client goes away or the server stops.
    package var produce: @Sendable (HTTPWriter) async throws -> Void
    /// Bytes that the server sends whenever `interval` has passed, so that a dead client is noticed.
    package var heartbeat: Heartbeat?

    package struct Heartbeat: Sendable {
        package let bytes: [UInt8]
        package let interval: Duration

        package init(bytes: [UInt8], interval: Duration) {
            self.bytes = bytes
            self.interval = interval
        }
    }

    package init(
        heartbeat: Heartbeat? = nil,
        produce: @escaping @Sendable (HTTPWriter) async throws -> Void
    ) {
        self.produce = produce
        self.heartbeat = heartbeat
    }
}

/// Takes the chunks of a streamed body.
package struct HTTPWriter: Sendable {
    private let take: @Sendable ([UInt8]) async throws(HTTPBodyError) -> Void

    package init(_ take: @escaping @Sendable ([UInt8]) async throws(HTTPBodyError) -> Void) {
        self.take = take
    }

    /// Hands over a chunk; waits while the buffer is full and throws when the client has gone.
    package func write(_ bytes: [UInt8]) async throws(HTTPBodyError) { try await take(bytes) }

    package func write(_ text: String) async throws(HTTPBodyError) {
        try await take(Array(text.utf8))
    }
}
