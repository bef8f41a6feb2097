import Base

/// The message console: texts to phones while no provider for them is configured. Staff read them
/// there; nothing leaves and nothing comes in.
extension Channel {
    package static let console = Channel(named: "console")
}

extension ChannelCapabilities {
    package static let console = ChannelCapabilities(
        channel: .console, title: "Message console", medium: .text, addressKind: .phone,
        textLength: 1_600,
        segments: SegmentRule(single: 160, part: 153, wideSingle: 70, widePart: 67),
        threading: .byAddress(reopenWithin: .days(7)), receipts: .none,
        consent: .transactional)
}
