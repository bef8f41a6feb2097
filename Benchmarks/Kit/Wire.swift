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
        var filled = 0
        while filled < buffer.count {
            let count = buffer.withUnsafeMutableBytes { bytes in
                recv(
                    descriptor, bytes.baseAddress.unsafelyUnwrapped + filled,
                    bytes.count - filled, 0)
            }
            guard count > 0 else { return false }
            filled += count
            guard let head = buffer.withUnsafeBytes({ Head($0.prefix(filled)) }) else { continue }
            guard head.isGood else { return false }
            return skip(head.byteCount + head.bodyByteCount - filled)
        }
        return false
    }

    /// Reads so many bytes and forgets them.
    private func skip(_ count: Int) -> Bool {
        var missing = count
        while missing > 0 {
            let count = recv(descriptor, &buffer, min(missing, buffer.count), 0)
            guard count > 0 else { return false }
            missing -= count
        }
        return missing == 0
    }
}

/// What a client must know of a response's head, read byte by byte: text would cost as much as
/// what is measured.
private struct Head {
    /// With the empty line.
    let byteCount: Int
    let bodyByteCount: Int
    let isGood: Bool

    private static let good = Array("HTTP/1.1 200".utf8)
    private static let length = Array("content-length:".utf8)

    /// Nil while the empty line has not come. A response that does not tell its length is not good.
    init?(_ bytes: UnsafeRawBufferPointer.SubSequence) {
        var line = bytes.startIndex
        var length: Int?
        for place in bytes.indices where bytes[place] == UInt8(ascii: "\n") {
            if place - line <= 1 {
                byteCount = place + 1
                bodyByteCount = length ?? 0
                isGood = length != nil && bytes.starts(with: Self.good)
                return
            }
            if let digits = Self.value(of: Self.length, in: bytes[line..<place]) {
                length = digits.reduce(0) { value, byte in
                    (48...57).contains(byte) ? value * 10 + Int(byte - 48) : value
                }
            }
            line = place + 1
        }
        return nil
    }

    /// What stands behind a name in lower case, if the line begins with it.
    private static func value(
        of name: [UInt8], in line: UnsafeRawBufferPointer.SubSequence
    ) -> UnsafeRawBufferPointer.SubSequence? {
        guard line.count > name.count else { return nil }
        for (byte, wanted) in zip(line, name) where byte | 0x20 != wanted | 0x20 { return nil }
        return line.dropFirst(name.count)
    }
}
