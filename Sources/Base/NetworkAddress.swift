import Glibc

/// A numeric IP address; IPv4 is kept as mapped IPv6, so that both compare in one form.
package struct NetworkAddress: Sendable, Hashable {
    /// Sixteen bytes.
    package let bytes: [UInt8]

    private static let mapped: [UInt8] = Array(repeating: 0, count: 10) + [0xFF, 0xFF]

    /// Nil for what is no numeric address.
    package init?(_ text: String) {
        guard text.utf8.count <= 45 else { return nil }
        var short = [UInt8](repeating: 0, count: 4)
        var long = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &short) == 1 {
            bytes = NetworkAddress.mapped + short
        } else if inet_pton(AF_INET6, text, &long) == 1 {
            bytes = long
        } else {
            return nil
        }
    }

    package var isIPv4: Bool { bytes.starts(with: NetworkAddress.mapped) }

    /// Whether this is the machine's own.
    package var isLoopback: Bool {
        isIPv4 ? bytes[12] == 127 : bytes == Array(repeating: 0, count: 15) + [1]
    }

    /// Names the network around the address, for counting what comes from it.
    ///
    /// Whoever has an IPv6 address has the 64 bits behind its prefix too, and changes them at will.
    package func network(bitsOfIPv4: Int = 32, bitsOfIPv6: Int = 64) -> String {
        let bits = isIPv4 ? 96 + bitsOfIPv4 : bitsOfIPv6
        var kept = bytes
        for index in kept.indices {
            let own = min(8, max(0, bits - index * 8))
            kept[index] &= UInt8(truncatingIfNeeded: 0xFF00 >> own)
        }
        let digits = kept.map { byte in
            let text = String(byte, radix: 16)
            return byte < 16 ? "0" + text : text
        }
        return digits.joined() + "/\(bits)"
    }
}

/// A network such as `10.0.0.0/8`, or one address.
package struct NetworkRange: Sendable, Hashable {
    private let bytes: [UInt8]
    private let bits: Int

    /// Nil for what is neither an address nor a network.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 2, let first = parts.first, let address = NetworkAddress(first)
        else { return nil }
        let isShort = !first.contains(":")
        bytes = address.bytes
        guard parts.count == 2 else {
            bits = 128
            return
        }
        guard let given = Int(parts[1]), (0...(isShort ? 32 : 128)).contains(given)
        else { return nil }
        bits = isShort ? given + 96 : given
    }

    package func contains(_ address: NetworkAddress) -> Bool {
        let whole = bits / 8
        guard address.bytes[..<whole] == bytes[..<whole] else { return false }
        let rest = bits % 8
        guard rest > 0 else { return true }
        let mask = UInt8(truncatingIfNeeded: 0xFF << (8 - rest))
        return address.bytes[whole] & mask == bytes[whole] & mask
    }
}
