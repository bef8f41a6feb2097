import Base
import Cryptography
import Domain
import Foundation
import Postgres
import TestKit
import Testing

@testable import Store

/// Two workspaces on a database of their own, and keys in memory.
private final class Vault: Sendable {
    private let ownerOptions: PostgresOptions
    let database: Database
    let store: CredentialStore
    let ring: Lock<Keyring?>
    let world = World.test(at: ManualClock(Instant(seconds: 1_790_000_000)))
    /// Which transaction fails, counted from now; nil for none.
    let failing = Lock<Int?>(nil)

    static let first = WorkspaceID(WorkspaceSeeds.workspace(1)).unsafelyUnwrapped
    static let second = WorkspaceID(WorkspaceSeeds.workspace(2)).unsafelyUnwrapped

    struct Killed: Error {}

    init() async throws {
        let options = try await TestDatabase.migrated()
        ownerOptions = options.owner
        let owner = try PostgresConnection(options.owner)
        for number in 1...2 {
            for seed in WorkspaceSeeds.inOrder where seed.table == "workspace" {
                try owner.script(WorkspaceSeeds.sql(seed.sql, number: number))
            }
        }
        let pool = PostgresPool(options.pool, limits: .init(connections: 4))
        let failing = failing
        database = Database(pool: pool) { moment in
            guard moment == .committing || moment == .beginning else { return }
            let isNow = failing.withLock { left in
                guard let count = left else { return false }
                left = count - 1
                return count == 0
            }
            if isNow { throw Killed() }
        }
        let ring = Lock<Keyring?>(nil)
        self.ring = ring
        let world = world
        store = CredentialStore(
            database: database,
            keys: .init(
                read: { ring.withLock { $0 } },
                make: {
                    ring.withLock { ring in
                        let made = ring ?? Keyring(current: .make(world))
                        ring = made
                        return made
                    }
                }),
            world: world)
    }

    /// A connection as the owner of the tables, for doing what the pool's role must not.
    func owner() throws -> PostgresConnection { try PostgresConnection(ownerOptions) }

    func exchange() {
        ring.withLock { ring in
            ring = Keyring(current: .make(world), earlier: ring?.keys ?? [])
        }
    }

    func rotate() async throws -> CredentialRotation.Outcome {
        try await CredentialRotation(store).run { old in
            self.ring.withLock { ring in
                guard let now = ring else { return }
                ring = Keyring(
                    current: now.current, earlier: now.earlier.filter { !old.contains($0) })
            }
        }
    }
}

@Suite("Stored credentials", .timeLimit(.minutes(5)))
struct CredentialStoreTests {
    private func name(_ provider: String, _ name: String = "default") throws -> CredentialName {
        try CredentialName(provider: provider, name: name)
    }

    @Test("A secret comes back in its workspace and under its name only, and the last one counts")
    func keeping() async throws {
        let vault = try await Vault()
        let (twilio, other) = (try name("twilio"), try name("twilio", "second"))
        #expect(try await vault.store.find(twilio, in: Vault.first) == nil)
        for secret in ["first", "", "pässwörd 🔑", String(repeating: "k", count: 16 << 10)] {
            try await vault.store.set(Secret(secret), as: twilio, in: Vault.first)
            #expect(try await vault.store.find(twilio, in: Vault.first)?.revealed() == secret)
        }
        #expect(try await vault.store.find(other, in: Vault.first) == nil)
        #expect(try await vault.store.find(twilio, in: Vault.second) == nil)
        try await vault.store.set(Secret("theirs"), as: twilio, in: Vault.second)
        try await vault.store.set(Secret("other"), as: other, in: Vault.first)
        #expect(try await vault.store.list(in: Vault.first).map(\.name) == [twilio, other])
        #expect(try await vault.store.remove(twilio, in: Vault.first))
        #expect(try await !vault.store.remove(twilio, in: Vault.first))
        #expect(try await vault.store.find(twilio, in: Vault.first) == nil)
        #expect(try await vault.store.find(twilio, in: Vault.second)?.revealed() == "theirs")
        await #expect(throws: CredentialRefusal.tooLong(limitBytes: 16 << 10)) {
            let long = Secret(String(repeating: "k", count: (16 << 10) + 1))
            try await vault.store.set(long, as: twilio, in: Vault.first)
        }
    }

    @Test("Names are lower-case words")
    func names() {
        for text in [
            "", "Twilio", "1sms", "a b", "a\nb", "é", "a/b", String(repeating: "a", count: 41),
        ] {
            #expect(throws: CredentialRefusal.self) { try name(text) }
            #expect(throws: CredentialRefusal.self) { try name("twilio", text) }
        }
    }

    @Test("The tables hold no secret, and without the master key they open nothing")
    func databaseAlone() async throws {
        let vault = try await Vault()
        let twilio = try name("twilio")
        try await vault.store.set(Secret("a very secret token"), as: twilio, in: Vault.first)
        let content: String = try vault.owner().query(
            """
            select string_agg(encode(wrapped, 'escape') || encode(sealed, 'escape')
                || k::text || c::text, ' ') from credential_key k, credential c
            """
        ).one().decode(at: 0)
        #expect(!content.contains("secret"))
        let kept = vault.ring.withLock { $0 }
        let fingerprint = try #require(kept).current.fingerprint
        for ring in [nil, Keyring(current: .make(vault.world))] {
            vault.ring.withLock { $0 = ring }
            await #expect(throws: CredentialFault.keyMissing(fingerprint: fingerprint)) {
                try await vault.store.find(twilio, in: Vault.first)
            }
            // Nor is anything stored beside what cannot be opened.
            await #expect(throws: CredentialFault.keyMissing(fingerprint: fingerprint)) {
                try await vault.store.set(Secret("new"), as: twilio, in: Vault.first)
            }
        }
        let inUse = try await vault.database.beforeTenant { try $0.masterKeysInUse() }
        #expect(inUse == [.init(fingerprint: fingerprint, workspaces: 1, credentials: 1)])
        #expect(try await vault.store.removeAll(in: Vault.first) == 1)
        try await vault.store.set(Secret("new"), as: twilio, in: Vault.first)
        #expect(try await vault.store.find(twilio, in: Vault.first)?.revealed() == "new")
    }

    @Test("A row that was changed or put into another place does not open")
    func exchangedRows() async throws {
        let vault = try await Vault()
        let (one, two) = (try name("twilio"), try name("stripe"))
        for workspace in [Vault.first, Vault.second] {
            for item in [one, two] {
                try await vault.store.set(Secret("\(workspace) \(item)"), as: item, in: workspace)
            }
        }
        let damages = [
            // Another name, another workspace, another data key, a bit.
            """
            update credential c set sealed = o.sealed from credential o
            where o.workspace_id = c.workspace_id and o.provider <> c.provider
            """,
            """
            update credential c set sealed = o.sealed from credential o
            where o.workspace_id <> c.workspace_id and o.provider = c.provider
            """,
            """
            update credential_key c set wrapped = o.wrapped from credential_key o
            where o.workspace_id <> c.workspace_id
            """,
            "update credential set sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1)",
            "update credential_key set wrapped = substring(wrapped from 1 for 20)",
        ]
        let owner = try vault.owner()
        for damage in damages {
            try owner.script("begin; create temp table kept_keys as table credential_key;")
            try owner.script("create temp table kept as table credential;")
            try owner.script("commit; \(damage);")
            for workspace in [Vault.first, Vault.second] {
                for item in [one, two] {
                    await #expect(throws: CredentialFault.self, "\(damage)") {
                        try await vault.store.find(item, in: workspace)
                    }
                }
            }
            try owner.script(
                """
                update credential c set sealed = k.sealed from kept k
                    where (k.workspace_id, k.provider, k.name) = (c.workspace_id, c.provider, c.name);
                update credential_key c set wrapped = k.wrapped from kept_keys k
                    where k.workspace_id = c.workspace_id;
                drop table kept, kept_keys;
                """)
            #expect(
                try await vault.store.find(two, in: Vault.second)?.revealed()
                    == "\(Vault.second) \(two)")
        }
    }

    @Test("An exchange of the key renews everything, and killed at any moment it is finished later")
    func rotation() async throws {
        let vault = try await Vault()
        let names = [try name("twilio"), try name("stripe", "live")]
        for workspace in [Vault.first, Vault.second] {
            for item in names {
                try await vault.store.set(Secret("\(workspace) \(item)"), as: item, in: workspace)
            }
        }
        func all() async throws {
            for workspace in [Vault.first, Vault.second] {
                for item in names {
                    #expect(
                        try await vault.store.find(item, in: workspace)?.revealed()
                            == "\(workspace) \(item)")
                }
            }
        }
        // Fails at its first, second, third … step, until there are no more.
        for step in 0..<50 {
            let before = try await sealed(vault)
            vault.exchange()
            vault.failing.withLock { $0 = step }
            let outcome = try? await vault.rotate()
            vault.failing.withLock { $0 = nil }
            try await all()
            if outcome == nil {
                // Stored in the middle: readable before and after.
                try await vault.store.set(
                    Secret("\(Vault.second) \(names[0])"), as: names[0], in: Vault.second)
                _ = try await vault.rotate()
                try await all()
            }
            let ring = try #require(vault.ring.withLock { $0 })
            #expect(ring.earlier.isEmpty, "step \(step)")
            let inUse = try await vault.database.beforeTenant { try $0.masterKeysInUse() }
            #expect(inUse.map(\.fingerprint) == [ring.current.fingerprint])
            #expect(inUse.map(\.credentials) == [4])
            #expect(
                try await sealed(vault).isDisjoint(with: before), "something was kept as it was")
            if let outcome {
                #expect(outcome == .init(workspaces: 2, credentials: 4))
                #expect(step >= 5)
                return
            }
        }
        Issue.record("it never came to an end")
    }

    private func sealed(_ vault: Vault) async throws -> Set<String> {
        Set(
            try vault.owner().query(
                """
                select encode(sealed, 'hex') from credential
                union select encode(wrapped, 'hex') from credential_key
                """
            ).map { try $0.decode(at: 0) })
    }

    @Test("While keys are exchanged again and again, secrets are stored and found")
    func underLoad() async throws {
        let vault = try await Vault()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for workspace in [Vault.first, Vault.second] {
                group.addTask {
                    let item = try CredentialName(provider: "twilio")
                    for number in 0..<40 {
                        try await vault.store.set(Secret("\(number)"), as: item, in: workspace)
                        #expect(
                            try await vault.store.find(item, in: workspace)?.revealed()
                                == "\(number)")
                    }
                }
            }
            group.addTask {
                for _ in 0..<20 {
                    vault.exchange()
                    _ = try await vault.rotate()
                }
            }
            try await group.waitForAll()
        }
        let inUse = try await vault.database.beforeTenant { try $0.masterKeysInUse() }
        let known = Set(vault.ring.withLock { $0?.keys ?? [] }.map(\.fingerprint))
        #expect(inUse.allSatisfy { known.contains($0.fingerprint) })
    }
}
