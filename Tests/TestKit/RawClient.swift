import Glibc

/// A stream socket that is connected to a port of this machine, or on which every call fails.
///
/// - Parameter host: the last number of its own address, 127.0.0.`host`.
package func connectedSocket(port: Int, host: UInt8 = 1) -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    if host != 1 {
        var own = sockaddr_in()
        own.sin_family = sa_family_t(AF_INET)
        own.sin_addr.s_addr = (UInt32(0x7F00_0000) | UInt32(host)).bigEndian
        withUnsafePointer(to: &own) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            _ = connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
    return descriptor
}

/// A client that writes bytes as they are given and never blocks a thread.
package final class RawClient: Sendable {
    private let descriptor: Int32

    package init(port: Int, host: UInt8 = 1) {
        descriptor = connectedSocket(port: port, host: host)
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }

    deinit { close(descriptor) }

    /// Whether the server has closed, or shut, its side.
    package var isClosed: Bool {
        var entry = pollfd(fd: descriptor, events: Int16(0x2000), revents: 0)
        return poll(&entry, 1, 0) > 0
    }

    package func hangUp() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    /// Sends everything; false when the server has closed.
    @discardableResult
    package func send(_ bytes: [UInt8]) async -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                buffer.baseAddress.map {
                    Glibc.send(
                        descriptor, $0 + sent, buffer.count - sent, Int32(MSG_NOSIGNAL))
                } ?? 0
            }
            if count > 0 {
                sent += count
            } else if errno == EAGAIN {
                await pause()
            } else {
                return false
            }
        }
        return true
    }

    @discardableResult
    package func send(_ text: String) async -> Bool { await send(Array(text.utf8)) }

    /// Reads until `enough` says so, the server closes, or `patience` is over.
    package func receive(
        patience: Duration = Patience.limit, until enough: (String) -> Bool = { _ in false }
    ) async -> (text: String, closed: Bool) {
        var bytes: [UInt8] = []
        let deadline = ContinuousClock.now + patience
        while ContinuousClock.now < deadline {
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count > 0 {
                bytes += buffer[..<count]
                let text = String(decoding: bytes, as: UTF8.self)
                if enough(text) { return (text, false) }
            } else if count == 0 || errno != EAGAIN {
                return (String(decoding: bytes, as: UTF8.self), true)
            } else {
                await pause()
            }
        }
        return (String(decoding: bytes, as: UTF8.self), false)
    }

    private func pause() async {
        // A cancelled test ends by its own expectations.
        try? await Task.sleep(for: .milliseconds(2))
    }
}
