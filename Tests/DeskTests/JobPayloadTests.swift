import Base
import Domain
import Foundation
import Jobs
import Postgres
import Store
import TestKit
import Testing

@testable import Desk

/// What jobs store is frozen: a file for each version that was ever written, never edited.
@Suite("What jobs have stored", .timeLimit(.minutes(10)))
struct JobPayloadTests {
    private static let id = "01a2b3c4-0000-7000-8000-00000000000a"
    private static let hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

    private static func golden(_ kind: String, _ version: Int) throws -> String {
        let path = Clone.file("Tests/DeskTests/Golden/\(kind).v\(version).json")
        return try String(contentsOfFile: path, encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Reads every version of a kind, and looks whether the present one is still written alike.
    private func check<Payload>(
        _ kind: JobKind<Payload>, _ isRight: (Payload) throws -> Bool
    ) throws {
        for version in 1...kind.version {
            let text = try JobPayloadTests.golden(kind.name, version)
            let payload = try kind.read(SQLJSON(text: text))
            #expect(try isRight(payload), "\(kind.name) \(version)")
            let world = World.live
            let written = try kind.job(payload, id: world.id(), workspace: world.uuid())
            #expect(written.payload.text == (try JobPayloadTests.golden(kind.name, kind.version)))
        }
    }

    @Test("Every version that a release wrote is read, and the present one is written as ever")
    func versions() throws {
        let id = JobPayloadTests.id
        try check(TurnJobs.turn) { $0.conversation.description == id }
        try check(BookingJobs.tellCustomer) { $0.booking.description == id }
        try check(DraftJobs.sendReply) { $0.draft.description == id && $0.version == 3 }
        try check(KnowledgeJobs.ingest) { $0.document.description == id }
        try check(KnowledgeJobs.removeBlob) { $0.sha256 == JobPayloadTests.hash }
        try check(ConversationJobs.deliver) { $0.delivery.description == id }
        try check(ConversationJobs.sendText) {
            $0.to == "+447700900123" && $0.text == "047113 is your code."
                && $0.idempotencyKey == "code-1"
        }
    }

    @Test("There is a file for every kind that the desk does, and none for anything else")
    func kinds() async throws {
        let kinds = Set(try await DeskFixture().desk.jobs.map(\.kind))
        let files = try FileManager.default.contentsOfDirectory(
            atPath: Clone.file("Tests/DeskTests/Golden"))
        let named = Set(
            files.filter { $0.hasSuffix(".json") }.compactMap {
                $0.split(separator: ".").first.map(String.init)
            })
        #expect(kinds.isSubset(of: named), "\(kinds.subtracting(named))")
        #expect(kinds.count == 7)
    }

    @Test("Jobs that wait in the database of an earlier release are done after the upgrade")
    func upgraded() async throws {
        let scene = try await Scene()
        let document = try await scene.fixture.upload(
            "a.txt", Array("Parking is free.".utf8), by: scene.owner)
        let connection = try PostgresConnection(scene.fixture.owner)
        try connection.execute(
            """
            update outbox set payload = \(SQLJSON(text: #"{"ingest":{"_0":"\#(document)"}}"#))
            """)
        try connection.execute(
            """
            insert into outbox (id, workspace_id, lane, kind, payload, serial_key, state, run_after,
                attempts, created_at)
            values (\(scene.fixture.world.uuid()), \(scene.owner.workspace.uuid), 'send', 'send_text',
                \(SQLJSON(text: try JobPayloadTests.golden("send_text", 1))), '+447700900123',
                'queued', \(scene.fixture.clock.now), 0, \(scene.fixture.clock.now))
            """)
        #expect(try await scene.fixture.drain() == 0)
        #expect(
            try await scene.texts("select text from console_message") == ["047113 is your code."])
        let hits = try await scene.desk.knowledge.search("parking", limit: 5, by: scene.owner)
        #expect(hits.map(\.text) == ["Parking is free."])
    }

    @Test("The same text is sent once, also when its finished job was cleared away long ago")
    func once() async throws {
        let scene = try await Scene()
        let fixture = scene.fixture
        let text = SendTextJob(
            to: "+447700900123", channel: "sms", text: "See you at ten.",
            idempotencyKey: "reminder-1")
        func send() async throws -> Bool {
            try await fixture.database.write(scene.owner.workspace) { transaction in
                try ConversationJobs.sendText.enqueue(
                    text, fixture.world, key: text.idempotencyKey, transaction)
            }
        }
        #expect(try await send())
        try await fixture.drain()
        // Everything that the first sending has left behind is gone.
        fixture.clock.advance(by: .hours(1))
        #expect(try await scene.desk.outboxPruning.prune() == 1)
        try PostgresConnection(fixture.owner).script("delete from console_message")
        #expect(try await !send())
        try await fixture.drain()
        #expect(try await scene.texts("select text from console_message").isEmpty)
    }

    @Test("A text that fails again and again holds back no other to its number")
    func failing() async throws {
        let texts = RecordingChannel()
        texts.answerNext(.away)
        let scene = try await Scene { $0.channels = [texts.connected] }
        let phone = try #require(PhoneNumber("+447700900123"))
        func send(_ words: String) async throws {
            let world = scene.fixture.world
            let delivery = scene.desk.delivery
            try await scene.database.write(scene.workspace) { transaction in
                try delivery.deliver(
                    OutboundMessage(
                        id: world.id(), channel: RecordingChannel.name, to: Address(phone),
                        text: words),
                    at: world.now(), transaction)
            }
        }
        try await send("bad")
        try await scene.fixture.drain()
        try await send("good")
        try await scene.fixture.drain()
        #expect(texts.sent.map(\.text) == ["good"])
        #expect(
            Set(try await scene.texts("select status from delivery")) == ["queued", "accepted"])
    }
}
