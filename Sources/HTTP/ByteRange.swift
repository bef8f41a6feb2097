/// One range of bytes that a client asks for (RFC 9110, section 14).
package enum ByteRange {
    package enum Reading: Sendable, Hashable {
        /// No range, several, or one that cannot be read: the whole is sent.
        case whole
        case part(offset: Int, length: Int)
        case unsatisfiable
    }

    /// Reads a Range field against a representation of `size` bytes.
    package static func read(_ field: String?, size: Int) -> Reading {
        guard let field, field.hasPrefix("bytes=") else { return .whole }
        let halves = field.dropFirst(6).split(
            separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.count == 2, halves.allSatisfy({ $0.utf8.allSatisfy { 48...57 ~= $0 } })
        else { return .whole }
        switch (Int(halves[0]), Int(halves[1])) {
        case (nil, let suffix?) where halves[0].isEmpty:
            guard suffix > 0, size > 0 else { return .unsatisfiable }
            return .part(offset: max(0, size - suffix), length: min(size, suffix))
        case (let first?, nil) where halves[1].isEmpty:
            return first < size ? .part(offset: first, length: size - first) : .unsatisfiable
        case (let first?, let last?):
            guard first <= last else { return .whole }
            guard first < size else { return .unsatisfiable }
            return .part(offset: first, length: min(last, size - 1) - first + 1)
        default:
            return .whole
        }
    }
}

extension HTTPResponse {
    /// A file on disk of a known size, whole or the one range that the request asks for.
    package static func file(
        _ path: String, size: Int, type: ContentType, for request: HTTPRequest
    ) -> HTTPResponse {
        var headers: HTTPHeaders = [
            "Content-Type": type.description, "Accept-Ranges": "bytes",
            "X-Content-Type-Options": "nosniff",
        ]
        switch ByteRange.read(request.headers["Range"], size: size) {
        case .whole:
            return HTTPResponse(
                .ok, headers: headers, body: .file(path: path, offset: 0, length: size))
        case .part(let offset, let length):
            headers["Content-Range"] = "bytes \(offset)-\(offset + length - 1)/\(size)"
            return HTTPResponse(
                .partialContent, headers: headers,
                body: .file(path: path, offset: offset, length: length))
        case .unsatisfiable:
            headers["Content-Range"] = "bytes */\(size)"
            return HTTPResponse(.rangeNotSatisfiable, headers: headers)
        }
    }
}
