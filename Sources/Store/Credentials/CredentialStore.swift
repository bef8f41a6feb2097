package import Base
package import Cryptography
package import Domain
import Postgres

/// Secrets for outside services, sealed so that the database alone gives none away.
///
///     master key   in a file or the environment, never in the database or a backup
///       └ wraps    data key       one for each workspace          credential_key
///                    └ seals      credential, bound to its place   credential
///
/// A sealed value opens only in its own workspace under its own name, so that rows cannot be
/// exchanged. The master key is read when it is needed, again when a row names one that is not
/// known: another process may have exchanged it meanwhile.
package struct CredentialStore: Sendable {
    /// Longest secret; a service account with its private key has about 3 KB.
    package static let limitBytes = 16 << 10

    /// Where master keys come from. Reading is quick: it happens inside transactions.
    package struct KeyPort: Sendable {
        /// All keys that are there; nil when none was ever made.
        package var read: @Sendable () throws -> Keyring?
        /// Makes the first one, unless somebody has made it meanwhile.
        package var make: @Sendable () throws -> Keyring

        package init(
            read: @escaping @Sendable () throws -> Keyring?,
            make: @escaping @Sendable () throws -> Keyring
        ) {
            self.read = read
            self.make = make
        }
    }

    let database: Database
    let keys: KeyPort
    let world: World

    package init(database: Database, keys: KeyPort, world: World) {
        self.database = database
        self.keys = keys
        self.world = world
    }

    /// The secret; nil when there is none. Throws `CredentialFault` when it cannot be opened.
    package func find(_ name: CredentialName, in workspace: WorkspaceID) async throws -> Secret? {
        var attempt = 1
        while true {
            do { return try await read(name, workspace) } catch CredentialFault.keyMissing
                where attempt < CredentialStore.readings
            {
                // An exchange of keys may have ended between the rows that were seen and the keys.
                attempt += 1
            }
        }
    }

    private static let readings = 4
    /// Credentials are set by a command, on the machine itself.
    static let origin = EventOrigin.machine("credentials command")

    private func read(_ name: CredentialName, _ workspace: WorkspaceID) async throws -> Secret? {
        try await database.read(workspace) { reader in
            guard let dataKey = try dataKey(reader.connection, workspace) else { return nil }
            let row = try reader.connection.query(
                """
                select sealed from credential where workspace_id = \(workspace)
                    and provider = \(name.provider) and name = \(name.name)
                """
            ).oneOrNone()
            guard let row else { return nil }
            return try open(try row.decode("sealed"), name, workspace, dataKey)
        }
    }

    /// Stores a secret in place of an earlier one.
    package func set(
        _ secret: Secret, as name: CredentialName, in workspace: WorkspaceID
    ) async throws {
        let content = Array(secret.revealed().utf8)
        guard content.count <= CredentialStore.limitBytes else {
            throw CredentialRefusal.tooLong(limitBytes: CredentialStore.limitBytes)
        }
        let now = world.now()
        try await database.write(workspace, by: CredentialStore.origin) { transaction in
            let connection = transaction.connection
            // Together with others, but never while the master key is being exchanged.
            try MasterKeyLock.share(connection)
            let key =
                try dataKey(connection, workspace, lock: true) ?? makeDataKey(transaction, now)
            let sealed = try AuthenticatedEncryption.seal(
                content, with: key, context: SealedPlace.credential(name, workspace), world)
            try connection.execute(
                """
                insert into credential (workspace_id, provider, name, sealed, changed_at)
                values (\(workspace), \(name.provider), \(name.name), \(sealed), \(now))
                on conflict (workspace_id, provider, name)
                    do update set sealed = excluded.sealed, changed_at = excluded.changed_at
                """)
            try transaction.record(
                CredentialEvents.saved, of: "\(name.provider)/\(name.name)", at: now)
        }
    }

    /// Whether there was one.
    package func remove(_ name: CredentialName, in workspace: WorkspaceID) async throws -> Bool {
        let now = world.now()
        return try await database.write(workspace, by: CredentialStore.origin) { transaction in
            let count = try transaction.connection.execute(
                """
                delete from credential where workspace_id = \(workspace)
                    and provider = \(name.provider) and name = \(name.name)
                """)
            guard count > 0 else { return false }
            try transaction.record(
                CredentialEvents.removed, of: "\(name.provider)/\(name.name)", at: now)
            return true
        }
    }

    /// Removes everything that a workspace has here, also what cannot be opened any more.
    package func removeAll(in workspace: WorkspaceID) async throws -> Int {
        let now = world.now()
        return try await database.write(workspace, by: CredentialStore.origin) { transaction in
            let count = try transaction.connection.execute(
                "delete from credential where workspace_id = \(workspace)")
            try transaction.connection.execute(
                "delete from credential_key where workspace_id = \(workspace)")
            if count > 0 {
                try transaction.record(CredentialEvents.removed, of: workspace, at: now)
            }
            return count
        }
    }

    /// What is there, without the secrets.
    package func list(in workspace: WorkspaceID) async throws -> [CredentialEntry] {
        try await database.read(workspace) { reader in
            try reader.connection.query(
                """
                select provider, name, changed_at from credential
                where workspace_id = \(workspace) order by provider, name
                """
            ).map { row in
                CredentialEntry(
                    name: try CredentialName(
                        provider: try row.decode("provider"), name: try row.decode("name")),
                    changedAt: try row.decode("changed_at"))
            }
        }
    }

    // MARK: Keys

    /// The workspace's data key, unwrapped; nil when it has none yet.
    func dataKey(
        _ connection: PostgresConnection, _ workspace: WorkspaceID, lock: Bool = false
    ) throws -> SymmetricKey? {
        let row = try connection.query(
            """
            select master_key, wrapped from credential_key where workspace_id = \(workspace)
            \(raw: lock ? "for update" : "")
            """
        ).oneOrNone()
        guard let row else { return nil }
        let fingerprint: String = try row.decode("master_key")
        guard let master = try keys.read()?.key(fingerprint) else {
            throw CredentialFault.keyMissing(fingerprint: fingerprint)
        }
        do {
            let bytes = try AuthenticatedEncryption.open(
                try row.decode("wrapped"), with: master, context: SealedPlace.dataKey(workspace))
            guard let key = SymmetricKey(bytes) else { throw SealRefusal.notAuthentic }
            return key
        } catch is SealRefusal {
            throw CredentialFault.damaged("data key")
        }
    }

    private func makeDataKey(_ transaction: Transaction, _ now: Instant) throws -> SymmetricKey {
        let ring = try keys.read() ?? keys.make()
        let key = SymmetricKey.make(world)
        let wrapped = try wrap(key, with: ring.current, transaction.workspace)
        let isOurs =
            try transaction.connection.execute(
                """
                insert into credential_key (workspace_id, master_key, wrapped, changed_at)
                values (\(transaction.workspace), \(ring.current.fingerprint), \(wrapped), \(now))
                on conflict (workspace_id) do nothing
                """) > 0
        if isOurs { return key }
        // Somebody was a moment faster; that one is committed by now.
        guard let other = try dataKey(transaction.connection, transaction.workspace, lock: true)
        else { throw CredentialFault.damaged("data key") }
        return other
    }

    func wrap(
        _ key: SymmetricKey, with master: SymmetricKey, _ workspace: WorkspaceID
    ) throws -> [UInt8] {
        try AuthenticatedEncryption.seal(
            key.bytes, with: master, context: SealedPlace.dataKey(workspace), world)
    }

    func open(
        _ sealed: [UInt8], _ name: CredentialName, _ workspace: WorkspaceID, _ key: SymmetricKey
    ) throws -> Secret {
        do {
            let bytes = try AuthenticatedEncryption.open(
                sealed, with: key, context: SealedPlace.credential(name, workspace))
            return Secret(String(decoding: bytes, as: UTF8.self))
        } catch {
            throw CredentialFault.damaged(name.description)
        }
    }
}

/// What a sealed value is bound to. The parts hold no line ends, so that no two places are alike.
enum SealedPlace {
    static func dataKey(_ workspace: WorkspaceID) -> [UInt8] {
        Array("frontdesk data key 1\n\(workspace)".utf8)
    }

    static func credential(_ name: CredentialName, _ workspace: WorkspaceID) -> [UInt8] {
        Array("frontdesk credential 1\n\(workspace)\n\(name.provider)\n\(name.name)".utf8)
    }
}

/// Held together by all who store with the master key, and alone by whoever takes an old one away.
enum MasterKeyLock {
    private static let key: SQL = "hashtextextended('frontdesk master key', 5)"

    static func share(_ connection: PostgresConnection) throws {
        _ = try connection.query("select pg_advisory_xact_lock_shared(\(key))")
    }

    static func take(_ connection: PostgresConnection) throws {
        _ = try connection.query("select pg_advisory_xact_lock(\(key))")
    }
}
