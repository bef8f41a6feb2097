import Base
import Domain
import Postgres
import Store
import TestKit
import Testing

@testable import Desk

@Suite("A conversation replays from the log", .timeLimit(.minutes(10)))
struct ConversationReplayTests {
    /// What is stored of a conversation, and what the log makes of it, as bytes.
    private func both(_ scene: Scene, _ id: ConversationID) async throws -> ([UInt8], [UInt8]) {
        let (stored, replayed) = try await scene.desk.reading.read(scene.workspace) { reader in
            (
                try ConversationStore.stored(id, reader),
                try ConversationStore.replayed(id, reader)
            )
        }
        return (
            Array(try JSONCoding.encode(try #require(stored))),
            Array(try JSONCoding.encode(replayed))
        )
    }

    @Test("After every step the log alone gives the bytes that are stored")
    func everyStep() async throws {
        let scene = try await Scene()
        let (desk, owner) = (scene.desk, scene.owner)
        let customer = try await scene.customer()
        let id = try await scene.say("book 2026-11-24 15:00", as: customer)
        func check(_ step: String) async throws {
            scene.fixture.clock.advance(by: .seconds(7))
            let (stored, replayed) = try await both(scene, id)
            #expect(stored == replayed, "\(step): \(String(decoding: replayed, as: UTF8.self))")
        }
        try await check("drafted")
        try await scene.approve(id)
        try await check("approved")
        try await scene.say("yes", as: customer)
        var draft = try #require(try await scene.draft(id))
        try await desk.approvals.edit(
            .init(draft: draft.id, version: draft.version, text: "It is yours."), by: owner)
        draft = try #require(try await scene.draft(id))
        _ = try await desk.approvals.approve(
            .init(draft: draft.id, version: draft.version), undoSeconds: 5, by: owner)
        try await check("approved for later")
        scene.fixture.clock.advance(by: .seconds(6))
        try await scene.fixture.drain()
        try await check("sent later")
        try await scene.say("cancel", as: customer)
        draft = try #require(try await scene.draft(id))
        try await desk.approvals.reject(
            .init(draft: draft.id, version: draft.version), reason: "wrong", by: owner)
        try await check("rejected")
        _ = try await desk.inbox.reply("I will look.", in: id, by: owner, key: nil)
        try await check("answered by hand")
        try await scene.say("ask anything", as: customer)
        try await check("wrote to a person")
        try await desk.inbox.finish(id, by: owner)
        try await check("seen to")
        try await desk.inbox.setOwner(.assistant, of: id, by: owner)
        try await scene.say("ask anything else", as: customer)
        try await check("given back")
        let comparison = try await desk.reading.read(scene.workspace) {
            try ConversationStore.compareWithLog($0)
        }
        #expect(comparison.compared == 1 && comparison.differing.isEmpty)
    }

    @Test("A word that was changed behind the log's back shows")
    func tampered() async throws {
        let scene = try await Scene()
        let id = try await scene.say("book 2026-11-24 15:00", as: try await scene.customer())
        try await scene.approve(id)
        try PostgresConnection(scene.fixture.owner).execute(
            "update message set content = content || '!' where number = 2")
        let comparison = try await scene.desk.reading.read(scene.workspace) {
            try ConversationStore.compareWithLog($0)
        }
        #expect(comparison.differing == [id])
    }

    @Test("Each event of a conversation says who caused it, and what led to it")
    func origins() async throws {
        let scene = try await Scene()
        let customer = try await scene.customer()
        let id = try await scene.say("book 2026-11-24 15:00", as: customer)
        try await scene.approve(id)
        let events = try await scene.desk.reading.read(scene.workspace) { reader in
            try EventStore.page(.init(), before: nil, limit: 200, reader).items
        }
        func first(_ kind: EventKind) -> Event? { events.first { $0.isOf(kind) } }
        #expect(
            try #require(first(ConversationEvents.messageReceived)).actor
                == .customer(customer.contact.id))
        let made = try #require(first(DraftEvents.made))
        let message = try await scene.messages(id).first
        #expect(made.actor == .assistant && made.causation == message.map { .message($0.id) })
        let held = try #require(first(BookingEvents.held))
        #expect(held.actor == .person(scene.owner.account))
        #expect(held.causation == DraftID(made.subject).map { .draft($0) })
        #expect(try #require(first(DraftEvents.approved)).actor == .person(scene.owner.account))
        #expect(
            try #require(first(BookingEvents.serviceSaved)).actor == .person(scene.owner.account))
    }
}
