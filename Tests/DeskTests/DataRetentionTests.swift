import Base
import Domain
import Foundation
import Postgres
import Store
import TestKit
import Testing

@testable import Desk

@Suite("What was kept long enough is removed", .timeLimit(.minutes(10)))
struct DataRetentionTests {
    private func retention(_ scene: Scene) -> DataRetention {
        DataRetention(world: scene.fixture.world, database: scene.database, logger: .silent)
    }

    private func counts(_ scene: Scene) async throws -> [Int] {
        [
            try await scene.count("select count(*) from console_message"),
            try await scene.count("select count(*) from portal_session"),
            try await scene.count("select count(*) from draft"),
            try await scene.count("select count(*) from message"),
        ]
    }

    @Test("Texts, ended sign-ins and superseded drafts go after their periods, and nothing else")
    func periods() async throws {
        let scene = try await Scene()
        let customer = try await scene.customer()
        // A reply that was sent, then a draft that a second message superseded.
        try await scene.exchange("ask one", with: customer)
        try await scene.say("ask two", as: customer)
        try await scene.say("ask three", as: customer)
        try await scene.addText("old", at: scene.fixture.clock.now)
        // One ends in a year, the other has ended.
        try await scene.addSignIn(of: customer, until: scene.fixture.clock.now + .days(365))
        try await scene.addSignIn(of: customer, until: scene.fixture.clock.now)
        let drafts = "select count(*) from draft where status = 'superseded'"
        #expect(try await scene.count(SQL(stringLiteral: drafts)) == 1)
        let before = try await counts(scene)

        let periods = RetentionPeriods()
        let margin = Duration.hours(1)
        scene.fixture.clock.advance(by: periods.consoleMessages - margin)
        #expect(try await retention(scene).removeExpired() == 0)
        #expect(try await counts(scene) == before)

        scene.fixture.clock.advance(by: margin * 2)
        try await scene.addText("new", at: scene.fixture.clock.now)
        #expect(try await retention(scene).removeExpired() == 1)
        #expect(try await scene.texts("select text from console_message") == ["new"])

        scene.fixture.clock.advance(by: periods.supersededDrafts)
        #expect(try await retention(scene).removeExpired() == 3)
        #expect(try await scene.count(SQL(stringLiteral: drafts)) == 0)
        #expect(try await counts(scene) == [0, before[1] - 1, before[2] - 1, before[3]])
        #expect(try await scene.violations() == [])
        #expect(try await retention(scene).removeExpired() == 0)
    }

    @Test("More than a batch goes in one round, and nothing while another server is at it")
    func batches() async throws {
        let scene = try await Scene()
        let count = DataRetention.batch * 2 + 7
        try await scene.addTexts(count, at: scene.fixture.clock.now)
        scene.fixture.clock.advance(by: RetentionPeriods().consoleMessages + .days(1))

        let retention = retention(scene)
        let other = try PostgresConnection(scene.fixture.options)
        try other.script("begin")
        _ = try other.query(
            "select pg_advisory_xact_lock(hashtextextended('data retention', 6))")
        #expect(try await retention.removeExpired() == 0)
        try other.script("rollback")
        #expect(try await retention.removeExpired() == count)
    }
}

extension Scene {
    fileprivate func addText(_ text: String, at now: Instant) async throws {
        let id: MessageID = fixture.world.id()
        try await database.write(workspace) { transaction in
            _ = try transaction.connection.execute(
                """
                insert into console_message (workspace_id, message_id, recipient, channel, text,
                    idempotency_key, created_at)
                values (\(transaction.workspace), \(id), '+442079460000', 'sms', \(text),
                    \(id.description), \(now))
                """)
        }
    }

    fileprivate func addTexts(_ count: Int, at now: Instant) async throws {
        try await database.write(workspace) { transaction in
            _ = try transaction.connection.execute(
                """
                insert into console_message (workspace_id, message_id, recipient, channel, text,
                    idempotency_key, created_at)
                select \(transaction.workspace), gen_random_uuid(), '+442079460000', 'sms', 'text',
                    'key ' || number, \(now) from generate_series(1, \(count)) number
                """)
        }
    }

    fileprivate func addSignIn(of customer: Customer, until end: Instant) async throws {
        let id: PortalSessionID = fixture.world.id()
        let now = fixture.world.now()
        try await database.write(workspace) { transaction in
            _ = try transaction.connection.execute(
                """
                insert into portal_session (workspace_id, session_id, phone, contact_id, code_hash,
                    code_tries_left, code_expires_at, created_at, verified_at, token_hash,
                    token_expires_at, is_texted)
                values (\(transaction.workspace), \(id), '+442079460001',
                    \(customer.contact.id), \([1] as [UInt8]), 1, \(now), \(now), \(now),
                    \(Array(id.description.utf8)), \(end), false)
                """)
        }
    }
}
