import Base
import Foundation
package import HTTP

extension Fetch {
    /// Answers from a closure: whole bodies in and out.
    package static func answering(
        _ answer: @escaping @Sendable (FetchRequest) async throws(FetchError) -> FetchResponse
    ) -> Fetch {
        Fetch { request throws(FetchError) in
            let response = try await answer(request)
            return FetchStream(
                status: response.status, headers: response.headers, body: HTTPBody(response.body))
        }
    }

    /// Fails on every call, for what must not reach out.
    package static let unexpected = Fetch { request throws(FetchError) in
        throw .connection("no answer was prepared for \(request.method) \(request.url)")
    }
}

extension HTTPResponse {
    /// The whole body in memory.
    package func collectBody(upTo limit: Int) async throws -> [UInt8] {
        switch body {
        case .bytes(let bytes):
            return bytes
        case .stream(let stream):
            let collected = Lock<[UInt8]>([])
            try await stream.produce(
                HTTPWriter { chunk throws(HTTPBodyError) in
                    let count = collected.withLock { bytes in
                        bytes += chunk
                        return bytes.count
                    }
                    if count > limit { throw .tooLarge(limit: limit) }
                })
            return collected.withLock { $0 }
        case .file(let path, let offset, let length):
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { handle.closeFile() }
            try handle.seek(toOffset: UInt64(offset))
            return Array(try handle.read(upToCount: min(length, limit)) ?? Data())
        }
    }
}
