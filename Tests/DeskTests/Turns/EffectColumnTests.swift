import Base
import Domain
import Postgres
import Store
import TestKit
import Testing

@testable import Desk

@Suite("A draft proposes what the columns can do", .timeLimit(.minutes(10)))
struct EffectColumnTests {
    /// A column that no other file knows: it leaves a note with every draft.
    private struct Notes {
        let world: World
        let done = Lock<[DraftID]>([])
        let refuses = Lock(false)

        var column: EffectColumn {
            EffectColumn(
                name: "notes", kinds: ["note"],
                propose: { turn, _ in
                    let count = "\(turn.snapshot.unanswered.count)"
                    return [
                        ProposedEffect(
                            column: "notes", kind: "note", summary: "notes it",
                            payload: ["messages": count])
                    ]
                },
                replay: { draft, context in
                    let count = "\(context.snapshot.unanswered.count)"
                    guard !refuses.withLock({ $0 }),
                        draft.effects.last?.payload == ["messages": count]
                    else { throw EffectRefused(refusal: .sourceGone) }
                    return { _ in done.withLock { $0.append(draft.id) } }
                })
        }

        func registered(_ scene: Scene) -> (TurnDesk, ApprovalDesk) {
            var (turns, approvals) = (scene.desk.turns, scene.desk.approvals)
            turns.composer.columns.append(column)
            approvals.columns.append(column)
            return (turns, approvals)
        }
    }

    private func drafted(
        _ words: String, _ scene: Scene, _ turns: TurnDesk
    ) async throws -> Draft {
        let customer = try await scene.customer()
        let message = try await scene.desk.inbox.receive(words, from: customer, key: nil)
        try await turns.answer(message.conversation, in: scene.workspace) { _ in }
        return try #require(try await scene.draft(message.conversation))
    }

    @Test("A new column previews, replays and does by registering one value")
    func registered() async throws {
        let scene = try await Scene()
        let notes = Notes(world: scene.fixture.world)
        let (turns, approvals) = notes.registered(scene)
        let draft = try await drafted("book 2026-11-24 15:00", scene, turns)
        #expect(draft.effects.map(\.column) == ["bookings", "notes"])
        _ = try await approvals.approve(
            .init(draft: draft.id, version: draft.version), by: scene.owner)
        #expect(notes.done.withLock { $0 } == [draft.id])
        #expect(try await scene.texts("select status from booking") == ["hold"])
    }

    @Test("What one column refuses, none does: the draft is superseded and says why")
    func refused() async throws {
        let scene = try await Scene()
        let notes = Notes(world: scene.fixture.world)
        let (turns, approvals) = notes.registered(scene)
        let draft = try await drafted("book 2026-11-24 15:00", scene, turns)
        notes.refuses.withLock { $0 = true }
        await #expect(throws: DraftRefusal.sourceGone) {
            try await approvals.approve(
                .init(draft: draft.id, version: draft.version), by: scene.owner)
        }
        #expect(notes.done.withLock { $0 }.isEmpty)
        #expect(try await scene.count("select count(*) from booking") == 0)
        #expect(
            try await scene.count("select count(*) from message where sender = 'assistant'") == 0)
        #expect(try await scene.texts("select status from draft") == ["superseded"])
    }

    @Test("An effect that no column can do is never passed over in silence")
    func unknown() async throws {
        let scene = try await Scene()
        let notes = Notes(world: scene.fixture.world)
        let (turns, _) = notes.registered(scene)
        let draft = try await drafted("book 2026-11-24 15:00", scene, turns)
        await #expect(throws: DraftRefusal.unreadable) {
            try await scene.desk.approvals.approve(
                .init(draft: draft.id, version: draft.version), by: scene.owner)
        }
        #expect(try await scene.count("select count(*) from booking") == 0)
    }

    @Test("A name that a customer gives is shown on the draft, and kept when it is approved")
    func named() async throws {
        let scene = try await Scene { ports in
            ports.understander = UnderstandingPort { text, context in
                var understood = Scene.understand(text, context)
                understood.contactName = "Ana Silva"
                return understood
            }
        }
        let customer = try await scene.customer()
        try PostgresConnection(scene.fixture.owner).execute("update contact set name = null")
        let conversation = try await scene.say("book 2026-11-24 15:00", as: customer)
        let draft = try #require(try await scene.draft(conversation))
        #expect(draft.effects.map(\.summary).contains("keeps the name Ana Silva"))
        #expect(try await scene.texts("select coalesce(name, '') from contact") == [""])
        try await scene.approve(conversation)
        #expect(try await scene.texts("select name from contact") == ["Ana Silva"])
        // Whoever has a name keeps it.
        try await scene.say("yes", as: customer)
        #expect(try await scene.draft(conversation)?.effects.map(\.column) == ["bookings"])
    }

    @Test("What the machine refuses is told to who approves", arguments: ["yes", "no"])
    func told(words: String) async throws {
        let scene = try await Scene()
        let customer = try await scene.customer()
        let conversation = try await scene.say(words, as: customer)
        let draft = try #require(try await scene.draft(conversation))
        #expect(draft.warnings.contains { $0.contains("cannot be carried out") })
        #expect(draft.effects.isEmpty)
        // With something to answer it is no refusal, and none is told.
        try await scene.say("book 2026-11-24 15:00", as: customer)
        let next = try #require(try await scene.draft(conversation))
        #expect(next.warnings.contains { $0.contains("cannot be carried out") })
        try await scene.approve(conversation)
        try await scene.say("yes", as: customer)
        #expect(try await scene.draft(conversation)?.warnings == [])
    }
}
