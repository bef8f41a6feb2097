import Glibc

/// Networks whose word about the client's address is taken.
struct ProxyList: Sendable {
    /// Hops of a forwarded header that are looked at.
    static let hopLimit = 20

    private let networks: [(bytes: [UInt8], bits: Int)]

    /// Entries that are neither an address nor a network are left out; `doctor` tells of them.
    init(_ entries: [String]) {
        networks = entries.compactMap { entry in
            let parts = entry.split(separator: "/", maxSplits: 1)
            guard let first = parts.first, let bytes = ProxyList.bytes(of: String(first))
            else { return nil }
            let isShort = !first.contains(":")
            guard parts.count == 2 else { return (bytes, 128) }
            guard let bits = Int(parts[1]), (0...(isShort ? 32 : 128)).contains(bits)
            else { return nil }
            return (bytes, isShort ? bits + 96 : bits)
        }
    }

    /// The nearest address that is not one of our proxies, going back from the peer.
    func client(of peer: String, forwarded: [String]) -> String {
        var client = peer
        for hop in forwarded.suffix(ProxyList.hopLimit).reversed() {
            guard isTrusted(client), ProxyList.bytes(of: hop) != nil else { break }
            client = hop
        }
        return client
    }

    func isTrusted(_ address: String) -> Bool {
        guard let bytes = ProxyList.bytes(of: address) else { return false }
        return networks.contains { network in
            let whole = network.bits / 8
            guard bytes[..<whole] == network.bytes[..<whole] else { return false }
            let rest = network.bits % 8
            guard rest > 0 else { return true }
            let mask = UInt8(truncatingIfNeeded: 0xFF << (8 - rest))
            return bytes[whole] & mask == network.bytes[whole] & mask
        }
    }

    /// Whether an address is this machine's own.
    static func isLoopback(_ address: String) -> Bool {
        guard let bytes = bytes(of: address) else { return false }
        if bytes == Array(repeating: 0, count: 15) + [1] { return true }
        return bytes.starts(with: mapped) && bytes[12] == 127
    }

    private static let mapped: [UInt8] = Array(repeating: 0, count: 10) + [0xFF, 0xFF]

    /// Sixteen bytes, IPv4 as mapped IPv6; nil for what is no numeric address.
    private static func bytes(of address: String) -> [UInt8]? {
        guard address.utf8.count <= 45 else { return nil }
        var short = [UInt8](repeating: 0, count: 4)
        if inet_pton(AF_INET, address, &short) == 1 { return mapped + short }
        var long = [UInt8](repeating: 0, count: 16)
        return inet_pton(AF_INET6, address, &long) == 1 ? long : nil
    }
}
