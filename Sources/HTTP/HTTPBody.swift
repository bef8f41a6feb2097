package import Base

/// A body as chunks of bytes, read once and in order; nothing is buffered beyond one chunk.
package struct HTTPBody: AsyncSequence, Sendable {
    package typealias Element = [UInt8]
    package typealias Failure = HTTPBodyError

    /// The announced number of bytes, when there is one.
    package let length: Int?
    private let pull: @Sendable () async throws(HTTPBodyError) -> [UInt8]?

    /// A body whose chunks come from `pull`, which gives nil at the end.
    package init(
        length: Int? = nil,
        pull: @escaping @Sendable () async throws(HTTPBodyError) -> [UInt8]?
    ) {
        self.length = length
        self.pull = pull
    }

    package init(_ bytes: [UInt8]) {
        let rest = Lock<[UInt8]?>(bytes.isEmpty ? nil : bytes)
        self.init(length: bytes.count) { () throws(HTTPBodyError) -> [UInt8]? in
            rest.withLock { rest in
                defer { rest = nil }
                return rest
            }
        }
    }

    package init(_ text: String) {
        self.init(Array(text.utf8))
    }

    package static let empty = HTTPBody([])

    /// The whole body, if it is at most `limit` bytes.
    package func collect(upTo limit: Int) async throws(HTTPBodyError) -> [UInt8] {
        if let length, length > limit { throw .tooLarge(limit: limit) }
        var bytes: [UInt8] = []
        while let chunk = try await pull() {
            guard bytes.count + chunk.count <= limit else { throw .tooLarge(limit: limit) }
            if bytes.isEmpty { bytes = chunk } else { bytes += chunk }
        }
        return bytes
    }

    package struct AsyncIterator: AsyncIteratorProtocol {
        let pull: @Sendable () async throws(HTTPBodyError) -> [UInt8]?

        package mutating func next() async throws(HTTPBodyError) -> [UInt8]? { try await pull() }

        package mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(HTTPBodyError) -> [UInt8]? { try await pull() }
    }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(pull: pull) }
}

/// Why a body could not be read to its end.
package enum HTTPBodyError: Refusal, Hashable {
    /// More bytes than `limit` were announced or sent.
    case tooLarge(limit: Int)
    /// The other side went away, or was too slow, before the end.
    case incomplete
    /// The deadline passed before the end.
    case late
    /// The surrounding task was cancelled.
    case cancelled

    package var code: String {
        switch self {
        case .tooLarge: "request.too_large"
        case .incomplete, .late, .cancelled: "request.incomplete"
        }
    }

    package var kind: RefusalKind {
        switch self {
        case .tooLarge: .tooLarge
        case .incomplete, .late, .cancelled: .malformed
        }
    }

    package var detail: String {
        switch self {
        case .tooLarge(let limit): "The body is larger than \(limit) bytes."
        case .incomplete, .late, .cancelled: "The body ended before it was complete."
        }
    }
}
