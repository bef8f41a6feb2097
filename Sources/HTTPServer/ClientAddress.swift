import Glibc

/// What an address says about who is behind it.
package enum ClientAddress {
    /// Loopback, and networks of an organisation's own: often a proxy, behind which are many.
    package static func isPrivate(_ address: String) -> Bool {
        if let four = bytes(of: address, AF_INET, 4) {
            return four[0] == 127 || four[0] == 10 || (four[0] == 192 && four[1] == 168)
                || (four[0] == 172 && (16...31).contains(four[1]))
                || (four[0] == 169 && four[1] == 254)
                // Carriers put thousands of customers behind these (RFC 6598).
                || (four[0] == 100 && (64...127).contains(four[1]))
        }
        guard let six = bytes(of: address, AF_INET6, 16) else { return true }
        let isLoopback = six.dropLast().allSatisfy { $0 == 0 } && six[15] == 1
        return isLoopback || six[0] & 0xFE == 0xFC || (six[0] == 0xFE && six[1] & 0xC0 == 0x80)
    }

    /// One client: an IPv4 address, or the IPv6 network of 64 bits that one client is given.
    static func client(of address: String) -> String {
        guard let six = bytes(of: address, AF_INET6, 16) else { return address }
        return six.prefix(8).map { String($0, radix: 16) }.joined(separator: ":") + "/64"
    }

    private static func bytes(of address: String, _ family: Int32, _ count: Int) -> [UInt8]? {
        guard address.utf8.count <= 45 else { return nil }
        var bytes = [UInt8](repeating: 0, count: count)
        return inet_pton(family, address, &bytes) == 1 ? bytes : nil
    }
}
