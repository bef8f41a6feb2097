package import Base
package import Domain
package import Store

/// A channel of this installation: what it can do, how messages leave, and where they come in.
package struct ConnectedChannel: Sendable {
    package let capabilities: ChannelCapabilities
    package let outlet: Outlet
    /// Where its service reports what customers wrote and what became of messages.
    package let endpoints: [InboundEndpoint]

    package init(
        _ capabilities: ChannelCapabilities, _ outlet: Outlet, endpoints: [InboundEndpoint] = []
    ) {
        self.capabilities = capabilities
        self.outlet = outlet
        self.endpoints = endpoints
    }

    package var name: Channel { capabilities.channel }

    /// How messages leave.
    package enum Outlet: Sendable {
        /// The customer reads what is stored: nothing leaves.
        case inPlace
        /// The desk keeps it itself, in the transaction of what caused it.
        case recorded(@Sendable (OutboundMessage, Instant, Transaction) throws -> Void)
        /// A service takes it, later and outside of any transaction.
        case port(MessagePort)
    }
}

/// The channels of this installation, by name. Composed once from values.
package struct ChannelRegistry: Sendable {
    /// In the order in which they are preferred for reaching somebody.
    package let all: [ConnectedChannel]
    private let byName: [Channel: ConnectedChannel]

    package init(_ channels: [ConnectedChannel]) {
        all = channels
        byName = Dictionary(channels.map { ($0.name, $0) }) { _, _ in
            preconditionFailure("two channels have one name")
        }
    }

    package subscript(name: Channel) -> ConnectedChannel? { byName[name] }

    /// The channel to use for somebody who is known by this kind of address.
    package func reaching(_ kind: AddressKind) -> ConnectedChannel? {
        all.first { $0.capabilities.addressKind == kind }
    }

    /// What to call a channel; its name where it is not set up any more.
    package func title(_ name: Channel) -> String {
        byName[name]?.capabilities.title ?? name.rawValue
    }

    package func medium(_ name: Channel) -> ChannelCapabilities.Medium {
        byName[name]?.capabilities.medium ?? .text
    }
}
