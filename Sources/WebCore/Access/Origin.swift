import Base
package import HTTP

/// Where a request comes from, as far as that can be told.
package struct Origin: Sendable, Hashable {
    /// The client's address; a proxy's, when that proxy is not trusted.
    package let address: String
    /// What a proxy near by that nobody named says the client's address is. Good for telling people
    /// apart, never for trusting them: whoever asks may have written it.
    package var claimed: String?
    /// Whether the address is the client's own, as far as we know: nothing says that a proxy which
    /// nobody named stands between.
    package var isDirect = true
    /// Whether this machine itself asks, and not somebody for whom a proxy on it speaks.
    package var isLocal = false

    package init(address: String) {
        self.address = address
    }

    /// Headers that a proxy adds.
    private static let forwarding = [
        "X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Forwarded-Host", "X-Forwarded-Proto", "Via",
    ]

    /// - Parameter isPublic: whether the site has an address for the world. Then a proxy stands before
    ///   it, and one that names nobody it speaks for would make everybody local.
    package init(_ request: HTTPRequest, _ proxies: ProxyList, isPublic: Bool) {
        let peer = request.remoteAddress
        let hops = request.headers.list("X-Forwarded-For")
        address = proxies.client(of: peer, forwarded: hops)
        let isForwarded = Origin.forwarding.contains { request.headers.contains($0) }
        isDirect = !isForwarded || address != peer
        if address == peer, Origin.isNear(peer),
            let last = hops.last ?? request.headers["X-Real-IP"],
            NetworkAddress(last) != nil
        {
            claimed = last
        }
        let isOwn = NetworkAddress(peer)?.isLoopback ?? false
        isLocal =
            isOwn && !isForwarded && !isPublic && Origin.namesThisMachine(request.headers["Host"])
    }

    /// Whether an address is of this machine or of a private network, where proxies stand; what a
    /// distant client says of itself is not looked at.
    private static func isNear(_ address: String) -> Bool {
        guard let address = NetworkAddress(address) else { return false }
        return address.isLoopback || privateNetworks.contains { $0.contains(address) }
    }

    private static let privateNetworks = [
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10",
    ].compactMap(NetworkRange.init)

    /// A proxy may pass on the name that it was asked for, and a browser be led here by a name.
    private static func namesThisMachine(_ host: String?) -> Bool {
        guard let host = host?.lowercased() else { return false }
        let name =
            host.hasPrefix("[")
            ? String(host.dropFirst().prefix { $0 != "]" }) : String(host.prefix { $0 != ":" })
        return name == "localhost" || (NetworkAddress(name)?.isLoopback ?? false)
    }

    /// Names the client for counting what it tries; nil where everybody would have the same name.
    ///
    /// Behind a proxy on this machine that nobody named, all have the address of the machine.
    package func network(bitsOfIPv4: Int = 32, bitsOfIPv6: Int = 64) -> String? {
        func name(_ text: String) -> String {
            NetworkAddress(text)?.network(bitsOfIPv4: bitsOfIPv4, bitsOfIPv6: bitsOfIPv6) ?? text
        }
        if let claimed { return "\(name(address)) for \(name(claimed))" }
        if NetworkAddress(address)?.isLoopback ?? false { return nil }
        return name(address)
    }

    /// The network whose requests for codes are counted together.
    package var networkOfCodes: String? { network(bitsOfIPv4: 24, bitsOfIPv6: 64) }
}
