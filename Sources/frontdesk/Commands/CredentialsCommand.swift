import Base
import Cryptography
import Domain
import Processes
import Store

/// `frontdesk credentials`: the secrets that workspaces have for outside services.
enum CredentialsCommand {
    static func run(_ words: [String]) async throws {
        guard let verb = words.first else {
            throw UsageError("Say: frontdesk credentials list, set, remove, forget or rotate.")
        }
        let arguments = try Arguments(
            Array(words.dropFirst()), values: ["--slug", "--provider", "--name"])
        switch verb {
        case "list": try await list(arguments)
        case "set": try await set(arguments)
        case "remove": try await remove(arguments)
        case "forget": try await forget(arguments)
        case "rotate": try await rotate()
        default: throw UsageError("There is no \"credentials \(verb.prefix(40))\".")
        }
    }

    private static func with<Result: Sendable>(
        _ work: @escaping @Sendable (CredentialStore, MasterKeys, Database) async throws -> Result
    ) async throws -> Result {
        try await CommandEnvironment.with(for: "credentials") { parts, _, database in
            let keys = MasterKeys(parts.config, parts.data, parts.world)
            let store = CredentialStore(database: database, keys: keys.port, world: parts.world)
            return try await work(store, keys, database)
        }
    }

    private static func workspace(
        _ arguments: Arguments, _ database: Database
    ) async throws -> WorkspaceID {
        let slug = try arguments.required("--slug")
        guard let found = try await database.beforeTenant({ try $0.workspace(ofSlug: slug) }) else {
            throw OperatorError("There is no workspace \"\(slug.prefix(64))\".")
        }
        return found
    }

    private static func name(_ arguments: Arguments) throws -> CredentialName {
        try CredentialName(
            provider: try arguments.required("--provider"),
            name: arguments.values["--name"] ?? CredentialName.defaultName)
    }

    private static func list(_ arguments: Arguments) async throws {
        try await with { store, _, database in
            let entries = try await store.list(in: try await workspace(arguments, database))
            for entry in entries { Terminal.say("\(entry.name)  since \(entry.changedAt)") }
            if entries.isEmpty { Terminal.say("No credentials are stored.") }
        }
    }

    private static func set(_ arguments: Arguments) async throws {
        let name = try name(arguments)
        guard let secret = Terminal.passwordFromInput() else {
            throw UsageError("The secret comes from standard input: … set … < FILE")
        }
        try await with { store, keys, database in
            try await store.set(secret, as: name, in: try await workspace(arguments, database))
            Terminal.say("\(name) is stored.")
            if !keys.isGiven {
                Terminal.say(
                    "Keep a copy of \(keys.path) apart from backups: without it nobody can open what"
                        + " is stored.")
            }
        }
    }

    private static func remove(_ arguments: Arguments) async throws {
        let name = try name(arguments)
        try await with { store, _, database in
            let workspace = try await workspace(arguments, database)
            guard try await store.remove(name, in: workspace) else {
                throw OperatorError("There is no credential \(name) in this workspace.")
            }
            Terminal.say("\(name) is removed.")
        }
    }

    /// Also where nothing can be opened any more, because the key is lost.
    private static func forget(_ arguments: Arguments) async throws {
        try await with { store, _, database in
            let count = try await store.removeAll(in: try await workspace(arguments, database))
            Terminal.say("\(count) credentials are removed.")
        }
    }

    private static func rotate() async throws {
        try await with { store, keys, _ in
            let outcome = try await Self.rotate(store, keys)
            Terminal.say(
                "A new key is in use: \(outcome.credentials) credentials of \(outcome.workspaces)"
                    + " workspaces are sealed anew.")
            Terminal.say(
                keys.isGiven
                    ? "FRONTDESK_KEY_PREVIOUS is not needed any more."
                    : "Replace the copy that you keep of \(keys.path).")
        }
    }

    /// An exchange that was interrupted left keys behind in the file: it is finished first, so that
    /// saying this again after a crash does not make another key for nothing.
    static func rotate(
        _ store: CredentialStore, _ keys: MasterKeys
    ) async throws -> CredentialRotation.Outcome {
        // Two at once would each put a key in front, and one of them would be lost.
        guard let lock = try keys.lockIfFree() else {
            throw OperatorError("Another process exchanges the key now. Wait until it is done.")
        }
        defer { withExtendedLifetime(lock) {} }
        if !keys.isGiven, try keys.read()?.earlier.isEmpty ?? true { _ = try keys.exchange() }
        return try await CredentialRotation(store).run(retire: keys.retire)
    }
}
