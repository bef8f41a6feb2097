package import Base

/// What a channel can carry, and under which conditions. One value for each channel, in its file.
package struct ChannelCapabilities: Sendable, Hashable {
    package var channel: Channel
    /// For people: "Web chat".
    package var title: String
    package var medium: Medium
    /// The kind of address by which this channel knows people.
    package var addressKind: AddressKind
    /// Unicode scalars that one message can have.
    package var textLength: Int
    /// How a long text is cut and charged; nil where it is not.
    package var segments: SegmentRule?
    package var media: Media
    /// Whether a message outside the window must be one of approved templates.
    package var templates: Bool
    /// How long after the customer's last message free text may be sent; nil is always.
    package var window: Duration?
    package var threading: Threading
    package var receipts: Receipts
    package var consent: Consent

    package init(
        channel: Channel, title: String, medium: Medium, addressKind: AddressKind,
        textLength: Int, segments: SegmentRule? = nil, media: Media = .none,
        templates: Bool = false, window: Duration? = nil, threading: Threading,
        receipts: Receipts, consent: Consent
    ) {
        self.channel = channel
        self.title = title
        self.medium = medium
        self.addressKind = addressKind
        self.textLength = textLength
        self.segments = segments
        self.media = media
        self.templates = templates
        self.window = window
        self.threading = threading
        self.receipts = receipts
        self.consent = consent
    }

    /// What it is like for people who see it in a list.
    package enum Medium: String, Sendable, CaseIterable {
        case chat, text, mail, voice
    }

    /// Sizes of the parts of a text, in the units of each alphabet.
    package struct SegmentRule: Sendable, Hashable {
        package var single: Int
        package var part: Int
        package var wideSingle: Int
        package var widePart: Int

        package init(single: Int, part: Int, wideSingle: Int, widePart: Int) {
            self.single = single
            self.part = part
            self.wideSingle = wideSingle
            self.widePart = widePart
        }
    }

    /// Files that a message can carry.
    package struct Media: Sendable, Hashable {
        package var count: Int
        package var bytes: Int
        /// Content types, or their first half as in `image/`; empty with a count takes every type.
        package var types: [String]

        package init(count: Int, bytes: Int, types: [String]) {
            self.count = count
            self.bytes = bytes
            self.types = types
        }

        package static let none = Media(count: 0, bytes: 0, types: [])

        package func takes(_ type: String) -> Bool {
            count > 0 && (types.isEmpty || types.contains { type.hasPrefix($0) })
        }
    }

    /// How a message finds its conversation.
    package enum Threading: Sendable, Hashable {
        /// One conversation at a time with an address; a message within so long after the closing
        /// belongs to the closed one and opens it again.
        case byAddress(reopenWithin: Duration)
        /// The channel names the thread, as e-mail does; a message without one that is known
        /// begins a conversation.
        case byThread
    }

    /// What the channel tells about what was sent.
    package enum Receipts: Sendable, Hashable, CaseIterable {
        /// Nothing after it was accepted.
        case none
        case delivered
        case read
        /// What is accepted is there to be read.
        case immediate
    }

    /// What somebody must have agreed to before they are written to here.
    package enum Consent: Sendable, Hashable, CaseIterable {
        /// They came to us; we answer where they wrote.
        case inherent
        /// Answers and notices about their own appointments.
        case transactional
        /// They must have said yes to this channel.
        case explicit
    }
}

extension ChannelCapabilities {
    /// Throws when a text cannot leave on this channel now.
    ///
    /// - Parameter lastInboundAt: when the customer last wrote in this conversation; nil when never.
    package func check(
        _ text: String, lastInboundAt: Instant?, at now: Instant
    ) throws(DeliveryRefusal) {
        guard text.unicodeScalars.count <= textLength else {
            throw .textTooLong(limit: textLength)
        }
        guard let window else { return }
        guard let lastInboundAt, now < lastInboundAt + window else { throw .windowClosed }
    }
}
