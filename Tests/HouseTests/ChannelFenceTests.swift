import Testing

/// A channel is known by its own files alone, so that a new one is a file and no change elsewhere.
@Suite("Channels")
struct ChannelFenceTests {
    /// What says which channel is meant: its name and its values.
    private static let words = [".web", "Channel.web", ".console.channel", "Channel(named:"]

    private static func isOwn(_ path: String) -> Bool { path.contains("/Channels/") }

    @Test("No file outside a channel's own says which channel it is about")
    func fence() {
        for file in Tree.sources where !ChannelFenceTests.isOwn(file.path) {
            for (number, text) in file.code {
                for word in ChannelFenceTests.words where text.contains(word) {
                    let isLonger = text.firstRange(of: word).map { range in
                        range.upperBound < text.endIndex
                            && (text[range.upperBound].isLetter || text[range.upperBound].isNumber)
                    }
                    #expect(
                        isLonger == true,
                        "\(file.path):\(number): \(word): ask the message, the customer or the registry"
                    )
                }
            }
        }
    }

    @Test("Each channel's own files are found by its name on every floor")
    func own() {
        let names = Tree.sources.filter { ChannelFenceTests.isOwn($0.path) }
            .map { String($0.path.split(separator: "/").last ?? "") }
        #expect(Set(names) == ["PortalChannel.swift", "ConsoleChannel.swift"])
        #expect(names.count == 4, "capabilities below, the outlet above: \(names)")
    }
}
