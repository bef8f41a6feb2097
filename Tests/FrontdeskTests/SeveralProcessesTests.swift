import Base
import Foundation
import HTTP
import Postgres
import Processes
import TestKit
import Testing

/// Who may work on one database beside whom, each as a process of its own.
@Suite("Several processes on one database", .timeLimit(.minutes(5)))
struct SeveralProcessesTests {
    private static let owner = [
        "owner", "create", "--email", "o@shop.example", "--name", "Olga", "--business", "Shop",
    ]
    private static let password = "a long enough password"

    private func given(_ stub: StubEmbeddings, _ database: PostgresOptions) throws -> Installation {
        try Installation([
            "EMBEDDINGS_URL": stub.address, "DATABASE_URL": database.url.revealed(),
        ])
    }

    @Test("Beside a server no second server and no worker starts, and each says who is there")
    func refused() async throws {
        try await StubEmbeddings.run { stub in
            let database = try await TestDatabase.fresh(vector: true)
            let place = try given(stub, database)
            let made = try await place.run(Self.owner, input: Self.password + "\n")
            #expect(made.code == 0, "\(made)")
            let server = try await place.start()
            let number = server.child.processID
            for words in [["serve"], ["work"]] {
                let same = try await place.run(words)
                #expect(same.code == 69 && same.text.contains("uses this folder"), "\(same)")
            }
            // Another folder, as on another machine.
            let elsewhere = try given(stub, database)
            for words in [["serve"], ["work"], ["migrate"]] {
                let other = try await elsewhere.run(words)
                #expect(other.code == 69, "\(other)")
                #expect(
                    other.text.contains("frontdesk serve (process \(number) on"), "\(other)")
                #expect(other.text.contains("Stop it first"), "\(other)")
            }
            #expect(try await server.get("/health").status == .ok)

            // Killed without a word: the claim ends with the process.
            server.child.send(.kill)
            _ = await server.child.wait()
            let worker = try await Child.start(place.program(["work"]))
            #expect(await eventually { await holder(database)?.contains("work") == true })
            let beside = try await elsewhere.run(["serve"])
            #expect(beside.code == 69 && beside.text.contains("frontdesk work"), "\(beside)")
            #expect(await worker.stop(grace: Patience.limit) == .exited(code: 0))
            let again = try await place.start()
            #expect(await again.child.stop(grace: Patience.limit) == .exited(code: 0))
        }
    }

    @Test("A folder that is not the database's own is refused, until it is made that")
    func foreignFolder() async throws {
        try await StubEmbeddings.run { stub in
            let database = try await TestDatabase.fresh(vector: true)
            let place = try given(stub, database)
            let made = try await place.run(Self.owner, input: Self.password + "\n")
            #expect(made.code == 0, "\(made)")
            let other = try given(stub, database)
            for words in [["serve"], ["work"], ["backup", "\(other.folder.path)/b"], Self.owner] {
                let result = try await other.run(words)
                #expect(result.code == 69, "\(words): \(result)")
                #expect(result.text.contains(place.data), "\(words): \(result)")
                #expect(result.text.contains("--take-over"), "\(words): \(result)")
            }
            let taken = try await other.run(["migrate", "--take-over"])
            #expect(taken.code == 0, "\(taken)")
            let server = try await other.start()
            #expect(await server.child.stop(grace: Patience.limit) == .exited(code: 0))
            let former = try await place.run(["serve"])
            #expect(former.code == 69 && former.text.contains(other.data), "\(former)")

            // A database of before there were ids: its documents tell.
            let owner = try PostgresConnection(database)
            try owner.execute("delete from installation")
            try owner.execute(
                """
                insert into document (workspace_id, document_id, title, file_name, file_type,
                    file_size, sha256, status, passages_done, passages_total, version, created_at,
                    updated_at)
                select workspace_id, workspace_id, 't', 'f', 'text', 1, repeat('ab', 32), 'failed', 0,
                    0, 1, created_at, created_at from workspace
                """)
            let third = try given(stub, database)
            let strange = try await third.run(["serve"])
            #expect(strange.code == 69 && strange.text.contains("1 documents"), "\(strange)")
        }
    }

    @Test("Owner, load and backup work beside a server, and what they bring is found there")
    func guests() async throws {
        try await StubEmbeddings.run { stub in
            let database = try await TestDatabase.fresh(vector: true)
            let place = try given(stub, database)
            let server = try await place.start()
            let made = try await place.run(Self.owner, input: Self.password + "\n")
            #expect(made.code == 0, "\(made)")
            _ = try await server.token("o@shop.example", Self.password)
            let folder = "\(place.folder.path)/business"
            try FileManager.default.createDirectory(
                atPath: "\(folder)/documents", withIntermediateDirectories: true)
            try FileManager.default.copyItem(
                atPath: Corpora.folder("salon") + "/business.json",
                toPath: "\(folder)/business.json")
            try Data("Parking is free behind the house.".utf8)
                .write(to: URL(fileURLWithPath: "\(folder)/documents/parking.txt"))
            let loaded = try await place.run(
                ["load", folder, "--email", "o@salon.example"], input: Self.password + "\n")
            #expect(loaded.code == 0, "\(loaded)")
            let token = try await server.token("o@salon.example", Self.password)
            let query = #"{"query":"Where is parking free?","k":1}"#
            #expect(
                await eventually {
                    let found = try? await server.post(
                        "/api/v1/knowledge-base/search/", query, token: token)
                    return found?.text.contains("behind the house") == true
                })
            let saved = try await place.run(["backup", "\(place.folder.path)/all.backup"])
            #expect(saved.code == 0, "\(saved)")
            let busy = try await place.run(["restore", "\(place.folder.path)/all.backup"])
            #expect(busy.code == 69 && busy.text.contains("Stop the server"), "\(busy)")

            // A program that knows more than the server that runs changes nothing under it.
            let owner = try PostgresConnection(database)
            try owner.execute(
                "delete from schema_migration where version = (select max(version) from schema_migration)"
            )
            let older = try await place.run(Self.owner, input: Self.password + "\n")
            #expect(older.code == 69 && older.text.contains("older version"), "\(older)")
            #expect(await server.child.stop(grace: Patience.limit) == .exited(code: 0))
        }
    }

    /// By what name the one that works on the database introduced itself.
    private func holder(_ database: PostgresOptions) async -> String? {
        let claim = DatabaseClaim(database, as: "a test", parts: [])
        // While nobody answers, nobody is known.
        let holder = (try? await claim.holder(of: 1)) ?? nil
        await claim.release()
        return holder?.words
    }
}
