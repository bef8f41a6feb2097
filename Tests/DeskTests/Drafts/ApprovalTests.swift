import Base
import Domain
import Postgres
import Store
import TestKit
import Testing

@testable import Desk

@Suite("People decide about drafts", .timeLimit(.minutes(10)))
struct ApprovalTests {
    private func waiting(_ scene: Scene) async throws -> (Customer, ConversationID, Draft) {
        let customer = try await scene.customer()
        let conversation = try await scene.say("book 2026-11-24 15:00", as: customer)
        let draft = try #require(try await scene.draft(conversation))
        return (customer, conversation, draft)
    }

    private func decision(_ draft: Draft, _ text: String? = nil) -> ApprovalDesk.Decision {
        .init(draft: draft.id, version: draft.version, text: text)
    }

    @Test("A draft is not sent when the customer has written again, and the refusal says so")
    func wroteAgain() async throws {
        let scene = try await Scene()
        let (customer, conversation, draft) = try await waiting(scene)
        _ = try await scene.desk.inbox.receive("no wait", from: customer, key: nil)
        await #expect(throws: DraftRefusal.customerWroteAgain) {
            try await scene.desk.approvals.approve(decision(draft), by: scene.owner)
        }
        #expect(try await scene.messages(conversation).map(\.sender) == [.customer, .customer])
        #expect(try await scene.count("select count(*) from booking") == 0)
        try await scene.fixture.drain()
        #expect(try await scene.draft(conversation)?.basis.lastInboundNumber == 2)
    }

    @Test("A text that was sent along unchanged is no edit; another one is")
    func unchanged() async throws {
        let scene = try await Scene()
        let (customer, conversation, draft) = try await waiting(scene)
        let message = try await scene.desk.approvals.approve(
            decision(draft, draft.text + "\n"), by: scene.owner)
        #expect(message.content == draft.text)
        let edited: SQL = """
            select count(*) from event
            where kind = 'draft.approved' and payload -> 'values' ->> 'edited' = 'true'
            """
        #expect(try await scene.count(edited) == 0)
        _ = try await scene.say("yes", as: customer)
        let next = try #require(try await scene.draft(conversation))
        _ = try await scene.desk.approvals.approve(decision(next, "Done!"), by: scene.owner)
        #expect(try await scene.count(edited) == 1)
    }

    @Test("A rejection can be taken back, and the draft approved after all")
    func reopened() async throws {
        let scene = try await Scene()
        let (_, conversation, draft) = try await waiting(scene)
        let approvals = scene.desk.approvals
        await #expect(throws: DraftRefusal.notOpen(.ready)) {
            try await approvals.reopen(decision(draft), by: scene.owner)
        }
        try await approvals.reject(decision(draft), reason: "by mistake", by: scene.owner)
        var rejected = draft
        rejected.version += 1
        await #expect(throws: DraftRefusal.versionChanged(current: rejected.version)) {
            try await approvals.reopen(decision(draft), by: scene.owner)
        }
        try await approvals.reopen(decision(rejected), by: scene.owner)
        let again = try #require(try await scene.draft(conversation))
        #expect(again.id == draft.id && again.status == .ready)
        _ = try await approvals.approve(decision(again), by: scene.owner)
        #expect(try await scene.messages(conversation).map(\.sender) == [.customer, .assistant])
    }

    @Test("What was rejected stays so once somebody answered or the customer wrote again")
    func reopenedTooLate() async throws {
        let scene = try await Scene()
        let (customer, conversation, draft) = try await waiting(scene)
        let approvals = scene.desk.approvals
        try await approvals.reject(decision(draft), reason: "no", by: scene.owner)
        var rejected = draft
        rejected.version += 1
        _ = try await scene.desk.inbox.reply("Hello!", in: conversation, by: scene.owner, key: nil)
        await #expect(throws: DraftRefusal.answeredMeanwhile) {
            try await approvals.reopen(decision(rejected), by: scene.owner)
        }
        _ = try await scene.desk.inbox.receive("and?", from: customer, key: nil)
        await #expect(throws: DraftRefusal.customerWroteAgain) {
            try await approvals.reopen(decision(rejected), by: scene.owner)
        }
    }

    @Test("Approved by several people at once, it is sent once")
    func twice() async throws {
        let scene = try await Scene()
        let (_, conversation, draft) = try await waiting(scene)
        let colleague = try await scene.fixture.add(.staff, by: scene.owner)
        let endings = await withTaskGroup { group in
            for index in 0..<8 {
                group.addTask {
                    do {
                        _ = try await scene.desk.approvals.approve(
                            decision(draft), by: index % 2 == 0 ? scene.owner : colleague)
                        return "sent"
                    } catch {
                        return (error as? DraftRefusal)?.code ?? "\(error)"
                    }
                }
            }
            return await group.reduce(into: [String]()) { $0.append($1) }
        }
        #expect(endings.sorted() == Array(repeating: "draft.not_open", count: 7) + ["sent"])
        #expect(try await scene.messages(conversation).map(\.sender) == [.customer, .assistant])
        #expect(try await scene.violations() == [])
    }

    @Test("What was edited is what is sent, and an older version cannot be approved")
    func edited() async throws {
        let scene = try await Scene()
        let (_, conversation, draft) = try await waiting(scene)
        try await scene.desk.approvals.edit(decision(draft, "Kept for you."), by: scene.owner)
        await #expect(throws: DraftRefusal.versionChanged(current: draft.version + 1)) {
            try await scene.desk.approvals.approve(decision(draft), by: scene.owner)
        }
        // A repeated turn leaves the edited draft alone.
        try await scene.turn(conversation)
        let edited = try #require(try await scene.draft(conversation))
        #expect(edited.id == draft.id && edited.status == .edited)
        let message = try await scene.desk.approvals.approve(decision(edited), by: scene.owner)
        #expect(message.content == "Kept for you.")
        let kept = try await scene.texts(
            "select proposed_text from draft where status = 'approved'")
        #expect(kept == [draft.text])
    }

    @Test("The text that comes with the approval is sent; an empty or endless one is refused")
    func text() async throws {
        let scene = try await Scene()
        let (_, conversation, draft) = try await waiting(scene)
        await #expect(throws: DraftRefusal.emptyText) {
            try await scene.desk.approvals.approve(decision(draft, " \n "), by: scene.owner)
        }
        await #expect(throws: DraftRefusal.textTooLong(limit: ApprovalDesk.textLimit)) {
            try await scene.desk.approvals.approve(
                decision(draft, String(repeating: "a", count: 4_001)), by: scene.owner)
        }
        let message = try await scene.approve(conversation, text: "  See you then!  ")
        #expect(message.content == "See you then!")
        // The effect is that of the draft, whatever the words.
        #expect(try await scene.texts("select status from booking") == ["hold"])
    }

    @Test("Rejecting needs a reason, and nothing is sent")
    func rejecting() async throws {
        let scene = try await Scene()
        let (_, conversation, draft) = try await waiting(scene)
        await #expect(throws: DraftRefusal.reasonMissing) {
            try await scene.desk.approvals.reject(decision(draft), reason: " ", by: scene.owner)
        }
        try await scene.desk.approvals.reject(
            decision(draft), reason: "wrong day", by: scene.owner)
        await #expect(throws: DraftRefusal.notOpen(.rejected)) {
            try await scene.desk.approvals.approve(decision(draft), by: scene.owner)
        }
        #expect(try await scene.messages(conversation).count == 1)
        #expect(try await scene.count("select count(*) from booking") == 0)
        let reasons = try await scene.texts("select reason from draft")
        #expect(reasons == ["wrong day"])
    }

    @Test("A reply by hand takes the draft's place")
    func superseded() async throws {
        let scene = try await Scene()
        let (_, conversation, draft) = try await waiting(scene)
        _ = try await scene.desk.inbox.reply(
            "I'll ring you.", in: conversation, by: scene.owner, key: nil)
        await #expect(throws: DraftRefusal.notOpen(.superseded)) {
            try await scene.desk.approvals.approve(decision(draft), by: scene.owner)
        }
        try await scene.fixture.drain()
        #expect(try await scene.draft(conversation) == nil)
        #expect(try await scene.messages(conversation).map(\.sender) == [.customer, .staff])
    }

    @Test("A turn that is under way when a person takes over stores no draft")
    func takeOver() async throws {
        let gate = Gate()
        let scene = try await Scene { ports in
            ports.answerer = AnswerPort { _ in
                await gate.pass()
                return .none
            }
        }
        let customer = try await scene.customer()
        let message = try await scene.desk.inbox.receive("ask hours", from: customer, key: nil)
        let conversation = message.conversation
        try await withThrowingTaskGroup { group in
            group.addTask { try await scene.turn(conversation) }
            await gate.arrived()
            try await scene.desk.inbox.setOwner(.staff, of: conversation, by: scene.owner)
            await gate.open()
            try await group.waitForAll()
        }
        #expect(try await scene.draft(conversation) == nil)
        #expect(try await scene.count("select count(*) from draft") == 0)
        // Given back, the assistant answers what is still unanswered.
        try await scene.desk.inbox.setOwner(.assistant, of: conversation, by: scene.owner)
        try await scene.fixture.drain()
        #expect(try await scene.draft(conversation) != nil)
    }

    @Test("A draft that quotes a deleted document is refused, and the next one does not quote it")
    func sourceGone() async throws {
        let scene = try await Scene { ports in
            ports.answerer = AnswerPort { facts in
                guard let hit = facts.passages.first else { return .none }
                return Answer(
                    text: hit.text,
                    citations: [
                        Citation(
                            passage: hit.passage, document: hit.document, title: hit.title,
                            page: hit.page, text: hit.text, score: hit.score)
                    ], confidence: 1)
            }
        }
        let document = try await scene.fixture.upload(
            "prices.txt", Array("A haircut costs forty pounds.".utf8), by: scene.owner)
        try await scene.fixture.drain()
        let customer = try await scene.customer()
        let conversation = try await scene.say("ask what a haircut costs", as: customer)
        let draft = try #require(try await scene.draft(conversation))
        #expect(draft.text.contains("forty pounds") && draft.citations.count == 1)
        try await scene.desk.knowledge.delete(document, by: scene.owner)
        await #expect(throws: DraftRefusal.sourceGone) {
            try await scene.desk.approvals.approve(decision(draft), by: scene.owner)
        }
        try await scene.fixture.drain()
        let next = try #require(try await scene.draft(conversation))
        #expect(!next.text.contains("forty") && next.citations.isEmpty)
    }

    @Test("An auditor decides nothing, and a draft of another workspace does not exist")
    func permissions() async throws {
        let scene = try await Scene()
        let (_, _, draft) = try await waiting(scene)
        let auditor = try await scene.fixture.add(.auditor, by: scene.owner)
        await #expect(throws: AccountRefusal.notAllowed(.approve)) {
            try await scene.desk.approvals.approve(decision(draft), by: auditor)
        }
        let other = try await scene.fixture.openWorkspace("second")
        await #expect(throws: DraftRefusal.unknownDraft) {
            try await scene.desk.approvals.approve(decision(draft), by: other)
        }
        await #expect(throws: DraftRefusal.unknownDraft) {
            try await scene.desk.approvals.reject(decision(draft), reason: "x", by: other)
        }
    }
}

/// Holds somebody up at a point of their work until the test lets them go.
actor Gate {
    private var isOpen = false
    private var hasArrived = false
    private var held: [CheckedContinuation<Void, Never>] = []
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func pass() async {
        hasArrived = true
        for waiter in waiting { waiter.resume() }
        waiting = []
        if isOpen { return }
        await withCheckedContinuation { held.append($0) }
    }

    func arrived() async {
        if hasArrived { return }
        await withCheckedContinuation { waiting.append($0) }
    }

    func open() {
        isOpen = true
        for waiter in held { waiter.resume() }
        held = []
    }
}
