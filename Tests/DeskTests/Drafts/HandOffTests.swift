import Base
import Domain
import Postgres
import Store
import TestKit
import Testing

@testable import Desk

@Suite("A reply that promises a person hands the conversation over", .timeLimit(.minutes(10)))
struct HandOffTests {
    /// A scene in which the grammar knows what asks for a person, too.
    private func scene() async throws -> Scene {
        try await Scene { ports in
            ports.understander = UnderstandingPort { text, facts in
                switch text {
                case "I want to talk to someone":
                    Understanding(intent: .talkToHuman, confidence: 1, commands: [])
                case "this was awful":
                    Understanding(
                        intent: .complaint, confidence: 1,
                        commands: [.handOff(reason: Command.complaintReason)])
                case "running late":
                    Understanding(
                        intent: .inquiry, confidence: 1,
                        commands: [.handOff(reason: Command.lateReason)])
                // A question comes first, so the message is about the question.
                case "where are you, and may I talk to someone":
                    Understanding(
                        intent: .faqAddress, confidence: 1,
                        commands: [.handOff(reason: Command.personReason)])
                default: Scene.understand(text, facts)
                }
            }
        }
    }

    private func needing(_ scene: Scene) async throws -> [ConversationStore.Listed] {
        try await scene.desk.reading.read(scene.workspace) {
            try ConversationStore.page(.init(needingPerson: true), after: nil, limit: 10, $0).items
        }
    }

    @Test(
        "What was promised is shown on the draft, and done when it is approved",
        arguments: [
            ("I want to talk to someone", PersonNeed.asked), ("this was awful", .complaint),
            ("running late", .late), ("ask whether dogs may come", .question),
            ("where are you, and may I talk to someone", .asked),
        ])
    func promised(words: String, need: PersonNeed) async throws {
        let scene = try await scene()
        let customer = try await scene.customer()
        let conversation = try await scene.say(words, as: customer)
        let draft = try #require(try await scene.draft(conversation))
        #expect(draft.effects.map(\.kind) == ["hand_off"])
        #expect(draft.text.contains("colleagues"))
        #expect(try await needing(scene).isEmpty)
        try await scene.approve(conversation)
        let listed = try #require(try await needing(scene).first)
        #expect(listed.conversation.need == need)
        #expect(listed.conversation.owner == (need.takesOver ? .staff : .assistant))
        #expect(listed.conversation.needSince == scene.fixture.clock.now)
    }

    @Test("While a question that was passed on waits for a person, the assistant goes on booking")
    func passedOn() async throws {
        let scene = try await scene()
        let customer = try await scene.customer()
        let conversation = try await scene.say("ask whether dogs may come", as: customer)
        try await scene.approve(conversation)
        try await scene.say("book 2026-11-24 15:00", as: customer)
        try await scene.approve(conversation)
        try await scene.say("yes", as: customer)
        try await scene.approve(conversation)
        #expect(try await scene.texts("select status from booking") == ["confirmed"])
        #expect(try await needing(scene).map(\.conversation.need) == [.question])
        // Seeing to the question answers nothing that was written since.
        _ = try await scene.desk.inbox.receive("ask hours", from: customer, key: nil)
        try await scene.desk.inbox.finish(conversation, by: scene.owner)
        #expect(try await needing(scene).isEmpty)
        try await scene.fixture.drain()
        #expect(try await scene.draft(conversation) != nil)
    }

    @Test(
        "What must be taken over stands on the list before a question, and a newer message is seen")
    func moreUrgent() async throws {
        let scene = try await scene()
        let customer = try await scene.customer()
        let conversation = try await scene.say("ask whether dogs may come", as: customer)
        try await scene.approve(conversation)
        try await scene.say("this was awful", as: customer)
        try await scene.approve(conversation)
        #expect(try await needing(scene).map(\.conversation.need) == [.complaint])
        let seen = try #require(try await needing(scene).first).conversation.lastInboundNumber
        _ = try await scene.desk.inbox.receive("and another thing", from: customer, key: nil)
        await #expect(throws: EditRefusal.self) {
            try await scene.desk.inbox.finish(conversation, seen: seen, by: scene.owner)
        }
        let now = try #require(try await needing(scene).first).conversation.lastInboundNumber
        try await scene.desk.inbox.finish(conversation, seen: now, by: scene.owner)
        #expect(try await needing(scene).isEmpty)
    }

    @Test("A rejection cannot be taken back once a person has taken over")
    func reopenedAfterTakeOver() async throws {
        let scene = try await scene()
        let customer = try await scene.customer()
        let conversation = try await scene.say("ask hours", as: customer)
        let draft = try #require(try await scene.draft(conversation))
        let approvals = scene.desk.approvals
        try await approvals.reject(
            .init(draft: draft.id, version: draft.version), reason: "x", by: scene.owner)
        try await scene.desk.inbox.setOwner(.staff, of: conversation, by: scene.owner)
        await #expect(throws: DraftRefusal.answeredMeanwhile) {
            try await approvals.reopen(
                .init(draft: draft.id, version: draft.version + 1), by: scene.owner)
        }
    }

    @Test("A complaint that is followed by thanks is still one")
    func notTheLast() async throws {
        let scene = try await scene()
        let customer = try await scene.customer()
        try await scene.say("this was awful", as: customer)
        let conversation = try await scene.say("ask hours", as: customer)
        let draft = try #require(try await scene.draft(conversation))
        #expect(draft.text.contains("sorry to hear"))
        try await scene.approve(conversation)
        #expect(try await needing(scene).map(\.conversation.need) == [.complaint])
    }

    @Test("The same question asked too often brings a person")
    func repeated() async throws {
        let scene = try await scene()
        let customer = try await scene.customer()
        let conversation = try await scene.say("book", as: customer)
        for _ in 0..<6 {
            guard let draft = try await scene.draft(conversation) else { break }
            let promises = draft.text.contains("will take over from here")
            #expect(promises == draft.effects.contains(where: HandOffEffect.isProposed))
            try await scene.approve(conversation)
            if promises { break }
            try await scene.say("book", as: customer)
        }
        #expect(try await needing(scene).map(\.conversation.need) == [.repeated])
    }

    @Test("It stays on the list until a person answers, and the assistant keeps quiet until then")
    func stays() async throws {
        let scene = try await scene()
        let customer = try await scene.customer()
        let conversation = try await scene.say("I want to talk to someone", as: customer)
        try await scene.approve(conversation)
        let since = scene.fixture.clock.now
        scene.fixture.clock.advance(by: .minutes(3))
        try await scene.say("book 2026-11-24 15:00", as: customer)
        try await scene.fixture.drain()
        #expect(try await scene.draft(conversation) == nil)
        let listed = try await needing(scene)
        #expect(listed.map(\.conversation.need) == [.asked])
        #expect(listed.map(\.conversation.needSince) == [since])
        _ = try await scene.desk.inbox.reply(
            "Here I am.", in: conversation, by: scene.owner, key: nil)
        #expect(try await needing(scene).isEmpty)
        // The person stays the owner, and whoever writes next is seen again.
        try await scene.say("thank you", as: customer)
        #expect(try await scene.draft(conversation) == nil)
        #expect(try await needing(scene).map(\.conversation.need) == [.wroteAgain])
        try await scene.desk.inbox.setOwner(.assistant, of: conversation, by: scene.owner)
        try await scene.fixture.drain()
        #expect(try await needing(scene).isEmpty)
        #expect(try await scene.draft(conversation) != nil)
    }

    @Test("Marking it done takes it off the list and leaves it with people")
    func done() async throws {
        let scene = try await scene()
        let customer = try await scene.customer()
        let conversation = try await scene.say("this was awful", as: customer)
        try await scene.approve(conversation)
        try await scene.say("are you there", as: customer)
        let auditor = try await scene.fixture.add(.auditor, by: scene.owner)
        await #expect(throws: AccountRefusal.notAllowed(.converse)) {
            try await scene.desk.inbox.finish(conversation, by: auditor)
        }
        try await scene.desk.inbox.finish(conversation, by: scene.owner)
        try await scene.desk.inbox.finish(conversation, by: scene.owner)
        #expect(try await needing(scene).isEmpty)
        // Nothing that was seen to is answered later.
        try await scene.desk.inbox.setOwner(.assistant, of: conversation, by: scene.owner)
        try await scene.fixture.drain()
        #expect(try await scene.draft(conversation) == nil)
        try await scene.say("book 2026-11-24 15:00", as: customer)
        #expect(try await scene.draft(conversation) != nil)
    }

    @Test("A reply by hand takes the conversation over")
    func byHand() async throws {
        let scene = try await scene()
        let customer = try await scene.customer()
        let conversation = try await scene.say("book 2026-11-24 15:00", as: customer)
        _ = try await scene.desk.inbox.reply(
            "I'll see to it.", in: conversation, by: scene.owner, key: nil)
        try await scene.say("thanks", as: customer)
        try await scene.fixture.drain()
        #expect(try await scene.texts("select owner from conversation") == ["staff"])
        #expect(try await scene.draft(conversation) == nil)
        #expect(try await needing(scene).map(\.conversation.need) == [.wroteAgain])
    }

    @Test("Whoever waits after a rejection or a take-over is on the list")
    func rejected() async throws {
        let scene = try await scene()
        let customer = try await scene.customer()
        let conversation = try await scene.say("book 2026-11-24 15:00", as: customer)
        let draft = try #require(try await scene.draft(conversation))
        try await scene.desk.approvals.reject(
            .init(draft: draft.id, version: draft.version), reason: "no", by: scene.owner)
        #expect(try await needing(scene).map(\.conversation.need) == [.rejected])
        try await scene.desk.approvals.reopen(
            .init(draft: draft.id, version: draft.version + 1), by: scene.owner)
        #expect(try await needing(scene).isEmpty)
        try await scene.desk.inbox.setOwner(.staff, of: conversation, by: scene.owner)
        #expect(try await needing(scene).map(\.conversation.need) == [.takenOver])
        let other = try await scene.customer(2)
        let second = try await scene.say("book 2026-11-25 15:00", as: other)
        let theirs = try #require(try await scene.draft(second))
        try await scene.desk.approvals.reject(
            .init(draft: theirs.id, version: theirs.version), reason: "no", by: scene.owner)
        // Written again, the assistant tries again, and it waits among the drafts.
        try await scene.say("book 2026-11-26 15:00", as: other)
        #expect(try await scene.draft(second) != nil)
        #expect(try await needing(scene).map(\.conversation.id) == [conversation])
    }
}
