import Base
import Domain
import Store
import TestKit
import Testing

@testable import Desk

@Suite("Conversations are open, waiting or closed", .timeLimit(.minutes(5)))
struct ConversationLifeTests {
    private func conversation(
        _ scene: Scene, _ id: ConversationID
    ) async throws -> Conversation {
        try await scene.desk.reading.read(scene.workspace) { reader in
            try #require(try ConversationStore.find(id, reader))
        }
    }

    @Test("It is open while the customer waits, and waits for the customer once all is answered")
    func openAndWaiting() async throws {
        let scene = try await Scene()
        let customer = try await scene.customer()
        let id = try await scene.say("book 2026-11-24 15:00", as: customer)
        #expect(try await conversation(scene, id).status == .open)
        try await scene.approve(id)
        #expect(try await conversation(scene, id).status == .waiting)
        _ = try await scene.say("ask more", as: customer)
        #expect(try await conversation(scene, id).status == .open)
        _ = try await scene.desk.inbox.reply("Here.", in: id, by: scene.owner, key: nil)
        #expect(try await conversation(scene, id).status == .waiting)
    }

    @Test(
        "A closed one takes no reply; a message soon after opens it again, a late one begins anew")
    func closing() async throws {
        let scene = try await Scene()
        let customer = try await scene.customer()
        let id = try await scene.say("ask price", as: customer)
        try await scene.desk.inbox.close(id, by: scene.owner)
        #expect(try await conversation(scene, id).status == .closed)
        #expect(try await scene.draft(id) == nil)
        await #expect(throws: ConversationRefusal.closed) {
            try await scene.desk.inbox.reply("Too late.", in: id, by: scene.owner, key: nil)
        }
        // No turn answers what was closed.
        try await scene.turn(id)
        #expect(try await scene.draft(id) == nil)

        scene.fixture.clock.advance(by: .days(6))
        #expect(try await scene.say("ask again", as: customer) == id)
        #expect(try await conversation(scene, id).status == .open)

        try await scene.desk.inbox.close(id, by: scene.owner)
        scene.fixture.clock.advance(by: .days(8))
        let next = try await scene.say("ask anew", as: customer)
        #expect(next != id)
        #expect(try await conversation(scene, id).status == .closed)
        let listed = try await scene.desk.reading.read(scene.workspace) { reader in
            try ConversationStore.page(
                .init(status: .closed), after: nil, limit: 10, reader
            ).items.map(\.conversation.id)
        }
        #expect(listed == [id])
    }

    @Test("Opening it again brings back what was unanswered")
    func reopening() async throws {
        let scene = try await Scene()
        let customer = try await scene.customer()
        let id = try await scene.say("ask price", as: customer)
        try await scene.desk.inbox.close(id, by: scene.owner)
        try await scene.desk.inbox.reopen(id, by: scene.owner)
        #expect(try await conversation(scene, id).status == .open)
        try await scene.fixture.drain()
        #expect(try await scene.draft(id) != nil)
        _ = try await scene.desk.inbox.reply("Here.", in: id, by: scene.owner, key: nil)
        try await scene.desk.inbox.close(id, by: scene.owner)
        try await scene.desk.inbox.reopen(id, by: scene.owner)
        #expect(try await conversation(scene, id).status == .waiting)
    }

    @Test("A repeated message is one, also when its conversation was closed in between")
    func repeated() async throws {
        let scene = try await Scene()
        let customer = try await scene.customer()
        let first = try await scene.desk.inbox.receive("Hello", from: customer, key: "k")
        try await scene.desk.inbox.close(first.conversation, by: scene.owner)
        scene.fixture.clock.advance(by: .days(30))
        let again = try await scene.desk.inbox.receive("Hello", from: customer, key: "k")
        #expect(again.id == first.id)
    }
}
