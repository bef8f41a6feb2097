import CMicroHTTPD
import Glibc

/// A bound and listening TCP socket; closed by its owner.
struct ListeningSocket {
    let descriptor: Int32
    let port: Int

    init(address: String, port: Int) throws(ServerError) {
        var storage = sockaddr_storage()
        let length = try ListeningSocket.fill(&storage, address, port)
        let family = Int32(storage.ss_family)
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(family, type | Int32(SOCK_NONBLOCK.rawValue), 0)
        func failed() -> ServerError {
            let code = errno
            if descriptor >= 0 { close(descriptor) }
            return .cannotListen(address: address, port: port, code: code)
        }
        guard descriptor >= 0 else { throw failed() }
        var on: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        let bound = withUnsafePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length)
            }
        }
        guard bound == 0, listen(descriptor, SOMAXCONN) == 0 else { throw failed() }
        var actual = sockaddr_storage()
        var actualLength = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let named = withUnsafeMutablePointer(to: &actual) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(descriptor, $0, &actualLength)
            }
        }
        guard named == 0 else { throw failed() }
        self.descriptor = descriptor
        // The port lies at the same place in both address families.
        self.port = withUnsafeBytes(of: &actual) { Int($0[2]) << 8 | Int($0[3]) }
    }

    private static func fill(
        _ storage: inout sockaddr_storage, _ address: String, _ port: Int
    ) throws(ServerError) -> socklen_t {
        guard let number = UInt16(exactly: port) else { throw .badAddress("port \(port)") }
        var four = sockaddr_in()
        var six = sockaddr_in6()
        if inet_pton(AF_INET, address, &four.sin_addr) == 1 {
            four.sin_family = sa_family_t(AF_INET)
            four.sin_port = number.bigEndian
            withUnsafeMutableBytes(of: &storage) { target in
                withUnsafeBytes(of: &four) { target.copyMemory(from: $0) }
            }
            return socklen_t(MemoryLayout<sockaddr_in>.size)
        }
        guard inet_pton(AF_INET6, address, &six.sin6_addr) == 1 else { throw .badAddress(address) }
        six.sin6_family = sa_family_t(AF_INET6)
        six.sin6_port = number.bigEndian
        withUnsafeMutableBytes(of: &storage) { target in
            withUnsafeBytes(of: &six) { target.copyMemory(from: $0) }
        }
        return socklen_t(MemoryLayout<sockaddr_in6>.size)
    }
}

/// The numeric text of a peer's address; IPv4 inside IPv6 is written as IPv4.
func numericAddress(_ address: UnsafePointer<sockaddr>?) -> String {
    guard let address else { return "" }
    var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    let raw = UnsafeRawPointer(address)
    switch Int32(address.pointee.sa_family) {
    case AF_INET:
        var four = raw.load(as: sockaddr_in.self).sin_addr
        inet_ntop(AF_INET, &four, &buffer, socklen_t(buffer.count))
    case AF_INET6:
        var six = raw.load(as: sockaddr_in6.self).sin6_addr
        inet_ntop(AF_INET6, &six, &buffer, socklen_t(buffer.count))
    default:
        return ""
    }
    let text = String(
        decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return text.hasPrefix("::ffff:") && text.contains(".") ? String(text.dropFirst(7)) : text
}
