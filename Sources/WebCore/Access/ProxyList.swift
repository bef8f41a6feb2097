import Base

/// Networks whose word about the client's address is taken.
package struct ProxyList: Sendable {
    /// Hops of a forwarded header that are looked at.
    package static let hopLimit = 20

    private let networks: [NetworkRange]

    /// Entries that are neither an address nor a network are left out; the settings refuse them.
    package init(_ entries: [String]) {
        networks = entries.compactMap(NetworkRange.init)
    }

    /// The nearest address that is not one of our proxies, going back from the peer.
    package func client(of peer: String, forwarded: [String]) -> String {
        var client = peer
        for hop in forwarded.suffix(ProxyList.hopLimit).reversed() {
            guard isTrusted(client), NetworkAddress(hop) != nil else { break }
            client = hop
        }
        return client
    }

    package func isTrusted(_ address: String) -> Bool {
        guard let address = NetworkAddress(address) else { return false }
        return networks.contains { $0.contains(address) }
    }

    /// Whether an address is this machine's own.
    package static func isLoopback(_ address: String) -> Bool {
        NetworkAddress(address)?.isLoopback ?? false
    }
}
