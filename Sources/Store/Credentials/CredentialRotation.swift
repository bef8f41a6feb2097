import Base
package import Cryptography
import Domain
import Postgres

/// The exchange of all keys of `CredentialStore`.
///
/// Each workspace gets a new data key, wrapped by the current master key, and its credentials are
/// sealed anew: one transaction for each workspace, which takes microseconds. Killed in the middle it
/// is simply run again, since both master keys open what they wrapped until none needs the old one.
package struct CredentialRotation: Sendable {
    private let store: CredentialStore

    package init(_ store: CredentialStore) {
        self.store = store
    }

    package struct Outcome: Sendable, Equatable {
        package var workspaces = 0
        package var credentials = 0
    }

    /// Renews every workspace whose data key is not wrapped by the current master key, and calls
    /// `retire` with those keys that wrap none any more, while nobody can store anything.
    ///
    /// Nothing is renewed of a workspace that holds what cannot be opened: it throws.
    package func run(retire: @escaping @Sendable ([SymmetricKey]) throws -> Void) async throws
        -> Outcome
    {
        var outcome = Outcome()
        guard let ring = try store.keys.read() else { return outcome }
        // Whoever read the old key before it was replaced may store under it once more.
        while true {
            let old = try await store.database.beforeTenant { directory in
                try directory.workspaces(notUnderMasterKey: ring.current.fingerprint)
            }
            for workspace in old {
                guard let count = try await renew(workspace, ring.current) else { continue }
                outcome.workspaces += 1
                outcome.credentials += count
            }
            let isDone = try await store.database.beforeTenant { directory in
                try MasterKeyLock.take(directory.connection)
                let left = try directory.workspaces(notUnderMasterKey: ring.current.fingerprint)
                guard left.isEmpty else { return false }
                try retire(ring.earlier)
                return true
            }
            if isDone { return outcome }
        }
    }

    /// How many credentials were sealed anew; nil when somebody else has done it meanwhile.
    private func renew(_ workspace: WorkspaceID, _ master: SymmetricKey) async throws -> Int? {
        let store = store
        let now = store.world.now()
        return try await store.database.write(workspace, by: CredentialStore.origin) {
            transaction in
            let connection = transaction.connection
            try MasterKeyLock.share(connection)
            guard let old = try store.dataKey(connection, workspace, lock: true) else { return nil }
            let fresh = SymmetricKey.make(store.world)
            let wrapped = try store.wrap(fresh, with: master, workspace)
            let changed = try connection.execute(
                """
                update credential_key set master_key = \(master.fingerprint), wrapped = \(wrapped),
                    changed_at = \(now)
                where workspace_id = \(workspace) and master_key <> \(master.fingerprint)
                """)
            guard changed > 0 else { return nil }
            let rows = try connection.query(
                """
                select provider, name, sealed from credential
                where workspace_id = \(workspace) for update
                """)
            var count = 0
            for row in rows {
                let name = try CredentialName(
                    provider: try row.decode("provider"), name: try row.decode("name"))
                let secret = try store.open(try row.decode("sealed"), name, workspace, old)
                let sealed = try AuthenticatedEncryption.seal(
                    Array(secret.revealed().utf8), with: fresh,
                    context: SealedPlace.credential(name, workspace), store.world)
                try connection.execute(
                    """
                    update credential set sealed = \(sealed) where workspace_id = \(workspace)
                        and provider = \(name.provider) and name = \(name.name)
                    """)
                count += 1
            }
            return count
        }
    }
}

extension TenantLookup {
    /// For an exchange of the master key: whose data keys it does not wrap.
    func workspaces(notUnderMasterKey fingerprint: String) throws -> [WorkspaceID] {
        try connection.query(
            "select workspaces_not_under_master_key(\(fingerprint)) as id"
        ).map { try $0.decode("id") }
    }

    package struct MasterKeyUse: Sendable, Equatable {
        package let fingerprint: String
        package let workspaces: Int
        package let credentials: Int
    }

    /// Which master keys are needed, and for how much: only their names are known here.
    package func masterKeysInUse() throws -> [MasterKeyUse] {
        try connection.query("select * from master_keys_in_use()").map { row in
            MasterKeyUse(
                fingerprint: try row.decode("master_key"),
                workspaces: Int(try row.decode("workspaces", as: Int64.self)),
                credentials: Int(try row.decode("credentials", as: Int64.self)))
        }
    }
}
