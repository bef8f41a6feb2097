import Base
import Domain
import Foundation
import Postgres
import TestKit
import Testing

@testable import Store

/// One workspace with one live document, whose passages a test writes in bulk.
private struct Shelf {
    let owner: PostgresConnection
    let database: Database
    let workspace: WorkspaceID

    init() async throws {
        let options = try await TestDatabase.migrated()
        owner = try PostgresConnection(options.owner)
        database = Database(pool: PostgresPool(options.pool))
        for seed in WorkspaceSeeds.inOrder.prefix(while: { $0.table != "passage" }) {
            try owner.script(WorkspaceSeeds.sql(seed.sql, number: 1))
        }
        workspace = WorkspaceID(try #require(UUID(uuidString: WorkspaceSeeds.workspace(1))))
    }

    /// Adds `count` passages; `text` and `vector` are SQL over the running number `n`.
    func add(_ count: Int, text: String, vector: String = "'[1,0]'") throws {
        try owner.script(
            WorkspaceSeeds.sql(
                """
                insert into passage (workspace_id, passage_id, document_id, generation_id, ordinal,
                    text, start_offset, end_offset, embedded_text, model_id, embedding)
                select {w}, md5(\(text) || n)::uuid, {a}, {a}, n, \(text), 0, 1, \(text), 'm',
                    (\(vector))::vector
                from generate_series(1, \(count)) n
                """, number: 1))
    }

    func words(_ question: String, limit: Int = 20) async throws -> [String] {
        try await database.read(workspace) { reader in
            let ids = try PassageStore.matching(question, limit: limit, reader)
            let found = try PassageStore.find(ids: ids, reader)
            return ids.compactMap { id in found.first { $0.passage == id }?.text }
        }
    }
}

@Suite("Searching the tables", .timeLimit(.minutes(10)))
struct PassageSearchTests {
    @Test("Any shared word finds a passage, and more of them rank it higher")
    func sharedWords() async throws {
        let shelf = try await Shelf()
        try shelf.add(20, text: "'colour ' || n")
        try shelf.add(1, text: "'colour with a patch test'")
        let found = try await shelf.words("Do I need a patch test before a colour?", limit: 30)
        #expect(found.count == 21)
        #expect(found.first == "colour with a patch test")
        #expect(try await shelf.words("nothing of it") == [])
        #expect(try await shelf.words("") == [])
    }

    @Test("A word that stands nearly everywhere does not hide a telling one")
    func commonWords() async throws {
        let shelf = try await Shelf()
        try shelf.add(1_500, text: "'colour aftercare, sheet ' || n")
        try shelf.add(3, text: "'colour after keratin ' || n")
        let telling = try await shelf.words("colour and keratin")
        #expect(Set(telling) == Set((1...3).map { "colour after keratin \($0)" }))
        // Without a telling word, a passage must have them all.
        let common = try await shelf.words("colour aftercare")
        #expect(common.count == 20 && common.allSatisfy { $0.hasPrefix("colour aftercare") })
    }

    @Test("A search reads a small part of a large table")
    func bounded() async throws {
        let shelf = try await Shelf()
        try shelf.add(20_000, text: "'colour aftercare and more of it, sheet ' || n")
        try shelf.add(3, text: "'keratin ' || n")
        // Flushes what the index has put off, as autovacuum does in time.
        try shelf.owner.script("vacuum analyze passage")
        let table: Int = try shelf.owner.query(
            "select pg_relation_size('passage') / current_setting('block_size')::int"
        ).one().decode(at: 0)
        for question in ["keratin", "colour keratin", "colour aftercare sheet"] {
            let plan = try await shelf.database.read(shelf.workspace) { reader in
                // The first search of a session also reads the catalogues of PostgreSQL itself.
                _ = try PassageStore.matching(question, limit: 20, reader)
                return try reader.connection.query(
                    """
                    explain (analyze, buffers, format json)
                    select * from passages_matching(\(question), 20)
                    """
                ).one().decode(at: 0, as: SQLJSON.self).value(as: [Plan].self)
            }
            let blocks = try #require(plan.first?.plan.blocks)
            #expect(blocks < table, "\(question) touched \(blocks) blocks of \(table)")
        }
    }

    /// The part of PostgreSQL's JSON plan that says how much was read; names are PostgreSQL's.
    private struct Plan: Decodable {
        struct Node: Decodable {
            let hit: Int
            let read: Int
            var blocks: Int { hit + read }

            enum CodingKeys: String, CodingKey {
                case hit = "Shared Hit Blocks"
                case read = "Shared Read Blocks"
            }
        }
        let plan: Node

        enum CodingKeys: String, CodingKey { case plan = "Plan" }
    }

    @Test("The nearest are those that comparing with every vector finds")
    func nearest() async throws {
        let shelf = try await Shelf()
        try shelf.add(
            400, text: "'passage ' || n",
            vector: "'[' || sin(n) || ',' || cos(n * 0.7) || ',' || sin(n * n) || ']'")
        let query: [Float] = [0.3, -0.8, 0.5]
        let (found, all) = try await shelf.database.read(shelf.workspace) { reader in
            (
                try PassageStore.nearest(to: query, model: "m", limit: 12, reader),
                try PassageStore.indexEntriesByDocument(model: "m", reader).map(\.entry)
            )
        }
        let exact = all.map { ($0.key, cosine($0.embedding, query)) }
            .sorted { $0.1 > $1.1 }.prefix(12)
        #expect(found.map(\.key) == exact.map(\.0))
        for (one, other) in zip(found, exact) {
            #expect(abs(one.similarity - other.1) < 1e-5)
        }
        let foreign = try await shelf.database.read(shelf.workspace) { reader in
            try PassageStore.nearest(to: query, model: "another", limit: 12, reader)
        }
        #expect(foreign.isEmpty)
    }

    private func cosine(_ left: [Float], _ right: [Float]) -> Double {
        func dot(_ left: [Float], _ right: [Float]) -> Double {
            zip(left, right).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
        return dot(left, right) / (dot(left, left) * dot(right, right)).squareRoot()
    }
}
