import Base
import Domain
import Postgres
import Store
import TestKit
import Testing

@testable import Desk

@Suite("An approval can be undone before its reply leaves", .timeLimit(.minutes(10)))
struct UndoTests {
    private func waiting(
        _ scene: Scene, _ words: String = "book 2026-11-24 15:00"
    ) async throws -> (Customer, ConversationID, Draft) {
        let customer = try await scene.customer()
        let conversation = try await scene.say(words, as: customer)
        return (customer, conversation, try #require(try await scene.draft(conversation)))
    }

    /// Approves with time to undo; gives the draft as it waits to be sent.
    private func approve(
        _ scene: Scene, _ draft: Draft, text: String? = nil, seconds: Int = 5
    ) async throws -> Draft {
        let sendsAt = try await scene.desk.approvals.approve(
            .init(draft: draft.id, version: draft.version, text: text), undoSeconds: seconds,
            by: scene.owner)
        let now = scene.fixture.clock.now
        #expect(sendsAt == now + .seconds(seconds))
        let stored = try await scene.desk.reading.read(scene.workspace) {
            try DraftStore.find(draft.id, $0)
        }
        return try #require(stored)
    }

    private func senders(_ scene: Scene, _ id: ConversationID) async throws -> [SenderType] {
        try await scene.messages(id).map(\.sender)
    }

    private func passTime(_ scene: Scene, _ seconds: Int = 5) async throws {
        scene.fixture.clock.advance(by: .seconds(seconds))
        try await scene.fixture.drain()
    }

    @Test("Nothing leaves and nothing is booked before the time is over, and then it is, once")
    func sendsLater() async throws {
        let scene = try await Scene()
        let (_, conversation, draft) = try await waiting(scene)
        let colleague = try await scene.fixture.add(.staff, by: scene.owner)
        _ = try await scene.desk.approvals.approve(
            .init(draft: draft.id, version: draft.version), undoSeconds: 5, by: colleague)
        try await passTime(scene, 4)
        #expect(try await senders(scene, conversation) == [.customer])
        #expect(try await scene.count("select count(*) from booking") == 0)
        // The conversation is answered for now: no second draft is made beside it.
        try await scene.turn(conversation)
        #expect(try await scene.count("select count(*) from draft") == 1)
        try await passTime(scene, 1)
        try await passTime(scene, 60)
        #expect(try await senders(scene, conversation) == [.customer, .assistant])
        #expect(try await scene.texts("select status from booking") == ["hold"])
        let account = colleague.account.description
        #expect(
            try await scene.texts(
                "select account_id::text from message where account_id is not null") == [account])
        #expect(try await scene.texts("select decided_by::text from draft") == [account])
        #expect(
            try await scene.count(
                "select count(*) from event where kind = 'draft.approved'") == 1)
        #expect(try await scene.violations() == [])
    }

    @Test("Undone, the draft waits again with its text, and nothing is ever sent")
    func undone() async throws {
        let scene = try await Scene()
        let (_, conversation, draft) = try await waiting(scene)
        let approved = try await approve(scene, draft, text: "Kept for you.")
        await #expect(throws: DraftRefusal.versionChanged(current: approved.version)) {
            try await scene.desk.approvals.undo(
                .init(draft: draft.id, version: draft.version), by: scene.owner)
        }
        let again = try await scene.desk.approvals.undo(
            .init(draft: draft.id, version: approved.version), by: scene.owner)
        #expect(again.status == .edited && again.text == "Kept for you.")
        #expect(again.version == approved.version + 1 && again.sendsAt == nil)
        try await passTime(scene, 60)
        #expect(try await senders(scene, conversation) == [.customer])
        // Approved once more, it is sent in the words that it then has.
        _ = try await approve(scene, again)
        try await passTime(scene)
        #expect(try await scene.messages(conversation).last?.content == "Kept for you.")
        #expect(try await scene.violations() == [])
    }

    @Test("What was sent can no longer be undone, and the refusal says so")
    func tooLate() async throws {
        let scene = try await Scene()
        let (_, _, draft) = try await waiting(scene)
        let approved = try await approve(scene, draft)
        try await passTime(scene)
        await #expect(throws: DraftRefusal.notOpen(.approved)) {
            try await scene.desk.approvals.undo(
                .init(draft: draft.id, version: approved.version), by: scene.owner)
        }
    }

    @Test("What stands in its way is said at once and not after the time")
    func checkedAtOnce() async throws {
        let scene = try await Scene()
        let (_, conversation, draft) = try await waiting(scene)
        let other = try await scene.customer(2)
        try await scene.exchange("book 2026-11-24 15:00", with: other)
        await #expect(throws: DraftRefusal.self) {
            try await scene.desk.approvals.approve(
                .init(draft: draft.id, version: draft.version), undoSeconds: 5, by: scene.owner)
        }
        #expect(try await scene.draft(conversation) == nil)
        try await scene.fixture.drain()
        #expect(try await scene.draft(conversation)?.basis.expectedState == .collecting)
    }

    @Test("A customer who writes in the meantime keeps the reply from leaving, and staff are told")
    func wroteAgain() async throws {
        let scene = try await Scene()
        let (customer, conversation, draft) = try await waiting(scene)
        _ = try await approve(scene, draft)
        _ = try await scene.desk.inbox.receive("no", from: customer, key: nil)
        try await passTime(scene, 60)
        #expect(try await senders(scene, conversation) == [.customer, .customer])
        let next = try #require(try await scene.draft(conversation))
        #expect(
            next.warnings.first
                == "The approved reply was not sent because the customer wrote again.")
        try await scene.approve(conversation)
        // It is said once, and not of every later draft.
        try await scene.say("ask hours", as: customer)
        let later = try #require(try await scene.draft(conversation))
        #expect(!later.warnings.contains { $0.contains("not sent") })
        #expect(try await scene.violations() == [])
    }

    @Test("A time that goes in the meantime keeps the reply from leaving, and staff are told")
    func slotGone() async throws {
        let scene = try await Scene()
        let (_, conversation, draft) = try await waiting(scene)
        _ = try await approve(scene, draft)
        let other = try await scene.customer(2)
        try await scene.exchange("book 2026-11-24 15:00", with: other)
        try await passTime(scene)
        #expect(try await senders(scene, conversation) == [.customer])
        let next = try #require(try await scene.draft(conversation))
        #expect(next.warnings.first?.hasPrefix("The approved reply was not sent because") == true)
        #expect(try await scene.violations() == [])
    }

    @Test("A reply by hand in the meantime takes its place")
    func byHand() async throws {
        let scene = try await Scene()
        let (_, conversation, draft) = try await waiting(scene)
        _ = try await approve(scene, draft)
        _ = try await scene.desk.inbox.reply(
            "I'll ring you.", in: conversation, by: scene.owner, key: nil)
        try await passTime(scene, 60)
        #expect(try await senders(scene, conversation) == [.customer, .staff])
        #expect(try await scene.count("select count(*) from booking") == 0)
    }

    @Test("Whoever runs its job, however often, the reply is sent once")
    func once() async throws {
        let scene = try await Scene()
        let (_, conversation, draft) = try await waiting(scene)
        let approved = try await approve(scene, draft)
        scene.fixture.clock.advance(by: .seconds(5))
        // As after a crash in the middle: the job is begun again while the first may still run.
        try await withThrowingTaskGroup { group in
            for _ in 0..<6 {
                group.addTask {
                    try await scene.desk.approvals.send(
                        draft.id, version: approved.version, in: scene.workspace
                    ) { _ in }
                }
            }
            try await group.waitForAll()
        }
        try await scene.fixture.drain()
        #expect(try await senders(scene, conversation) == [.customer, .assistant])
        #expect(try await scene.violations() == [])
    }

    @Test("A job that fails at its last step leaves nothing behind and is done again")
    func crash() async throws {
        struct Crash: Error {}
        let scene = try await Scene()
        let (_, conversation, draft) = try await waiting(scene)
        let approved = try await approve(scene, draft)
        scene.fixture.clock.advance(by: .seconds(5))
        await #expect(throws: Crash.self) {
            try await scene.desk.approvals.send(
                draft.id, version: approved.version, in: scene.workspace
            ) { _ in throw Crash() }
        }
        #expect(try await senders(scene, conversation) == [.customer])
        try await scene.fixture.drain()
        #expect(try await senders(scene, conversation) == [.customer, .assistant])
    }

    @Test("An approved draft that cannot be read is given up, and the next one says so")
    func givenUp() async throws {
        let scene = try await Scene()
        let (_, conversation, draft) = try await waiting(scene)
        _ = try await approve(scene, draft)
        try PostgresConnection(scene.fixture.owner).execute(
            "update draft set basis = basis - 'command_times' - 'commandTimes'")
        scene.fixture.clock.advance(by: .seconds(5))
        #expect(try await scene.converge() == 0)
        #expect(try await senders(scene, conversation) == [.customer])
        let next = try #require(try await scene.draft(conversation))
        #expect(
            next.warnings.first
                == "The approved reply was not sent because it could not be read any more.")
    }

    @Test("Undoing and sending at the same moment end in one of the two", arguments: 1...6)
    func race(round: Int) async throws {
        let scene = try await Scene()
        let (_, conversation, draft) = try await waiting(scene)
        let approved = try await approve(scene, draft)
        scene.fixture.clock.advance(by: .seconds(5))
        async let undo = {
            do {
                return try await scene.desk.approvals.undo(
                    .init(draft: draft.id, version: approved.version), by: scene.owner
                ).status == .ready
            } catch {
                return false
            }
        }()
        async let sending: Void = scene.desk.approvals.send(
            draft.id, version: approved.version, in: scene.workspace
        ) { _ in }
        let wasUndone = await undo
        try await sending
        let sent = try await senders(scene, conversation).count == 2
        #expect(sent != wasUndone)
        #expect(try await scene.draft(conversation) != nil || sent)
    }

    @Test("Longer than a minute nothing is held back, and an auditor undoes nothing")
    func limits() async throws {
        let scene = try await Scene()
        let (_, _, draft) = try await waiting(scene)
        for seconds in [-1, 61] {
            await #expect(throws: DraftRefusal.undoTooLong(limit: 60)) {
                try await scene.desk.approvals.approve(
                    .init(draft: draft.id, version: draft.version), undoSeconds: seconds,
                    by: scene.owner)
            }
        }
        let approved = try await approve(scene, draft)
        let auditor = try await scene.fixture.add(.auditor, by: scene.owner)
        await #expect(throws: AccountRefusal.notAllowed(.approve)) {
            try await scene.desk.approvals.undo(
                .init(draft: draft.id, version: approved.version), by: auditor)
        }
    }
}
