import Foundation
import Glibc
import TestKit

/// A connection that blocks, for a client that costs as little as possible.
final class Wire {
    private let descriptor: Int32
    private var buffer = [UInt8](repeating: 0, count: 1 << 18)

    init(port: Int) {
        descriptor = connectedSocket(port: port)
        var on: Int32 = 1
        setsockopt(
            descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    deinit { close(descriptor) }

    /// The bytes of a request for embeddings.
    static func request(_ texts: [String], _ format: String) -> [UInt8] {
        // Texts without quotes or backslashes need no escaping.
        let list = texts.map { "\"\($0)\"" }.joined(separator: ",")
        let body =
            #"{"model":"all-MiniLM-L6-v2","encoding_format":"\#(format)","input":[\#(list)]}"#
        let head =
            "POST /v1/embeddings HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            + "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
        return Array((head + body).utf8)
    }

    /// Sends a request and waits for the whole answer; whether it is a good one.
    func ask(_ request: [UInt8]) -> Bool {
        var sent = 0
        while sent < request.count {
            let count = request.withUnsafeBytes { bytes in
                Glibc.send(
                    descriptor, bytes.baseAddress.unsafelyUnwrapped + sent, bytes.count - sent, 0)
            }
            guard count > 0 else { return false }
            sent += count
        }
        return isAnswered()
    }

    private func isAnswered() -> Bool {
        var head: [UInt8] = []
        var missing: Int?
        while missing != 0 {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return false }
            if let known = missing {
                missing = known - count
                continue
            }
            head += buffer[..<count]
            let end = head.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound
            guard let end else { continue }
            let text = String(decoding: head[..<end], as: UTF8.self).lowercased()
            guard text.hasPrefix("http/1.1 200"), let length = Wire.length(in: text) else {
                return false
            }
            missing = length - (head.count - end)
        }
        return true
    }

    private static func length(in head: String) -> Int? {
        let line = head.split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
        return line.flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) }
    }
}
