package import Base

/// Limits on what a multipart body may hold besides the bytes of its files.
package struct MultipartLimits: Sendable {
    package var maximumParts = 50
    package var maximumHeaderBytes = 8 << 10
    package init() {}
}

/// A multipart/form-data body as parts in order, each a stream of chunks (RFC 7578, RFC 2046).
///
/// Nothing of a part is kept beyond the chunk that is being read. Read a part's body before asking
/// for the next part; what was left unread is skipped.
package final class Multipart: Sendable {
    package struct Part: Sendable {
        package let name: String
        /// As the client says: never a path, never to be trusted.
        package let filename: String?
        package let contentType: ContentType?
        package let body: HTTPBody
    }

    private let parser: Lock<MultipartParser>
    private let source: HTTPBody.AsyncIterator

    /// Reads the boundary from the request's Content-Type.
    package convenience init(
        _ request: HTTPRequest, limits: MultipartLimits = MultipartLimits()
    ) throws(MultipartRefusal) {
        guard let type = request.contentType, type.essence == "multipart/form-data"
        else { throw .notMultipart }
        guard let boundary = type.parameters["boundary"] else { throw .badBoundary }
        try self.init(boundary: boundary, body: request.body, limits: limits)
    }

    package init(
        boundary: String, body: HTTPBody, limits: MultipartLimits = MultipartLimits()
    ) throws(MultipartRefusal) {
        let bytes = Array(boundary.utf8)
        guard (1...70).contains(bytes.count), bytes.allSatisfy({ $0 >= 32 && $0 < 127 }),
            bytes.last != 32
        else { throw .badBoundary }
        parser = Lock(MultipartParser(boundary: bytes, limits: limits))
        source = body.makeAsyncIterator()
    }

    /// The next part, or nil after the last; throws `MultipartRefusal` or `HTTPBodyError`.
    package func next() async throws -> Part? {
        while true {
            switch try await event() {
            case .part(let head):
                let body = HTTPBody { () throws(HTTPBodyError) -> [UInt8]? in
                    try await self.chunk(of: head.number)
                }
                return Part(
                    name: head.name, filename: head.filename, contentType: head.contentType,
                    body: body)
            case .bytes: continue
            case .end: return nil
            }
        }
    }

    private func chunk(of number: Int) async throws(HTTPBodyError) -> [UInt8]? {
        guard parser.withLock({ $0.isInside(number) }) else { return nil }
        do {
            while true {
                if case .bytes(let bytes) = try await event(within: number) { return bytes }
                return nil
            }
        } catch let error as HTTPBodyError {
            throw error
        } catch {
            // The refusal itself is thrown by `next`, which meets the same bytes again.
            throw .incomplete
        }
    }

    private func event(within number: Int? = nil) async throws -> MultipartParser.Event {
        while true {
            let step = try parser.withLock { parser throws(MultipartRefusal) in
                try parser.next(within: number)
            }
            if let step { return step }
            var source = source
            let chunk = try await source.next()
            try parser.withLock { parser throws(MultipartRefusal) in try parser.feed(chunk) }
        }
    }
}

/// Why a multipart body is not accepted.
package enum MultipartRefusal: Refusal, Hashable {
    case notMultipart, badBoundary, malformed, truncated, tooManyParts, headersTooLarge

    package var code: String {
        self == .notMultipart ? "request.not_multipart" : "request.malformed_multipart"
    }

    package var kind: RefusalKind { self == .notMultipart ? .unsupported : .malformed }

    package var detail: String {
        switch self {
        case .notMultipart: "The body must be multipart/form-data."
        case .badBoundary: "The multipart boundary is missing or not allowed."
        case .malformed: "The multipart body is malformed."
        case .truncated: "The multipart body ends before its last boundary."
        case .tooManyParts: "The multipart body has too many parts."
        case .headersTooLarge: "The headers of a part are too large."
        }
    }
}
