package import Base
package import Domain
package import Store

/// Delivers texts to phones: through the provider, or into the message console when there is none.
package struct TextSender: Sendable {
    private let world: World
    private let database: Database
    /// Nil while no provider is configured.
    private let port: MessagePort?

    package init(world: World, database: Database, port: MessagePort?) {
        self.world = world
        self.database = database
        self.port = port
    }

    /// Sends once: the text's key is the provider's idempotency key, and the console's unique key.
    package func send(_ text: OutgoingText, for workspace: WorkspaceID) async throws {
        if let port {
            _ = try await port.send(text)
            return
        }
        let now = world.now()
        let id: MessageID = world.id()
        try await database.write(workspace) { transaction in
            try ConsoleStore.insert(text, id: id, at: now, transaction)
        }
    }
}
