/// A way by which messages come and go, by its name as stored: `[a-z][a-z0-9_]*`.
///
/// A name and no case of an enum, so that a new channel is a file of its own and no change here. What
/// a channel can do is in its `ChannelCapabilities`; which ones there are, in the desk's registry.
package struct Channel: Sendable, Hashable, RawRepresentable, Codable, CustomStringConvertible {
    package let rawValue: String

    package static let lengthLimit = 32

    package init?(rawValue: String) {
        guard let first = rawValue.utf8.first, Channel.isLetter(first),
            rawValue.utf8.count <= Channel.lengthLimit,
            rawValue.utf8.allSatisfy({
                Channel.isLetter($0) || (0x30...0x39).contains($0) || $0 == 0x5F
            })
        else { return nil }
        self.rawValue = rawValue
    }

    /// For the channel's own file, where its name is written once.
    package init(named name: StaticString) {
        rawValue = name.description
    }

    package var description: String { rawValue }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) }
}
