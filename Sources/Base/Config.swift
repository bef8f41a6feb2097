/// Everything that an operator can set, read once and then immutable.
package struct Config: Sendable {
    /// Numeric address to listen on.
    package var bind = "127.0.0.1"
    /// 0 takes any free port.
    package var port = 8080
    package var dataFolder = "data"
    /// An existing PostgreSQL; nil for the embedded one.
    package var databaseURL: Secret?
    /// An OpenAI-compatible endpoint for embeddings; nil for our own `frontdesk models`.
    package var embeddingsURL: String?
    package var embeddingsKey: Secret?
    /// Nil takes the only model that the endpoint lists.
    package var embeddingsModel: String?
    /// The header that carries the key, for endpoints that do not take `Authorization: Bearer`.
    package var embeddingsKeyHeader: String?
    /// What callers of `frontdesk models` must bring; nil asks for nothing.
    package var modelsKey: Secret?
    /// Wraps the keys of stored credentials, each 32 bytes in base64 or hexadecimal: the one in use
    /// first, earlier ones after it. Empty for a file in the data folder.
    package var masterKeys: [Secret] = []
    /// Where people reach this server from outside; nil for the address itself.
    package var publicURL: String?
    /// Addresses whose forwarded headers count.
    package var trustedProxies: [String] = []
    /// Networks that are given `/metrics` and the details of `/health`, beside this machine.
    package var monitoringNetworks: [String] = []
    /// Who may open a workspace by `/register`.
    package var registration = RegistrationPolicy.first
    package var limits = Limits()
    /// Seconds for which an approval on the page can be undone before the reply leaves.
    package var undoSeconds = 5
    package var logLevel = Logger.Level.notice
    /// Threads of the embedding model; nil for one fewer than there are cores, at least one.
    package var modelThreads: Int?

    package init() {}

    package var uploadLimitBytes: Int { limits.bytes(.uploadSize) }
    /// Stays free on the disk for the database; uploads are refused before it is touched.
    package var diskReserveBytes: Int { limits.bytes(.diskReserve) }
    /// What the documents of one workspace may have together.
    package var workspaceQuotaBytes: Int { limits.bytes(.workspaceDocuments) }
}

/// Who may open a workspace without being asked by somebody who is here.
package enum RegistrationPolicy: String, Sendable, CaseIterable {
    /// Anybody, at any time.
    case open
    /// Whoever comes first: closed as soon as there is a workspace.
    case first
    /// Nobody; `frontdesk owner create` makes workspaces.
    case closed
}

/// Every mistake in the settings, in plain words, found in one reading.
package struct ConfigMistakes: Error, Equatable, CustomStringConvertible {
    package let mistakes: [String]

    package var description: String { mistakes.joined(separator: "\n") }
}
