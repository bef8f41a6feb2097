import Domain
import Store

extension ConnectedChannel {
    /// Staff read texts to phones here while no service takes them.
    package static let console = ConnectedChannel(
        .console, .recorded { try ConsoleStore.insert($0, at: $1, $2) })
}

extension ChannelRegistry {
    /// The portal, what the installation is configured with, and the console while nothing of that
    /// reaches phones.
    package init(with configured: [ConnectedChannel]) {
        let reachesPhones = configured.contains { $0.capabilities.addressKind == .phone }
        self.init([.portal] + configured + (reachesPhones ? [] : [.console]))
    }

    /// Whether texts appear in the console, because nobody else would deliver them.
    package var usesConsole: Bool {
        reaching(.phone)?.name == ChannelCapabilities.console.channel
    }
}
