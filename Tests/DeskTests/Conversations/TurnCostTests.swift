import Base
import Domain
import Store
import TestKit
import Testing

@testable import Desk

/// Counts what a turn has asked others to do.
private final class Calls: Sendable {
    let understood = Lock<[String]>([])
    let answered = Lock<[String]>([])
    let during = Lock<(@Sendable () async throws -> Void)?>(nil)
}

@Suite("What the turns of one conversation cost")
struct TurnCostTests {
    private static func scene(_ calls: Calls) async throws -> Scene {
        try await Scene { ports in
            ports.understander = UnderstandingPort { text, facts in
                calls.understood.withLock { $0.append(text) }
                let during = calls.during.withLock { during in
                    defer { during = nil }
                    return during
                }
                try await during?()
                return Scene.understand(text, facts)
            }
            ports.answerer = AnswerPort { facts in
                calls.answered.withLock { $0.append(facts.question) }
                return .none
            }
        }
    }

    @Test("Twenty messages that each make a turn are each understood once")
    func once() async throws {
        let calls = Calls()
        let scene = try await TurnCostTests.scene(calls)
        let customer = try await scene.customer()
        var conversation: ConversationID?
        for number in 1...ConversationLimits.unansweredMessages {
            let time = "\(number / 4 + 10):\(["00", "15", "30", "45"][number % 4])"
            conversation = try await scene.say("book 2026-11-24 \(time)", as: customer)
        }
        #expect(
            calls.understood.withLock { $0.count } == ConversationLimits.unansweredMessages)
        let draft = try await scene.draft(try #require(conversation))
        #expect(draft?.commands.count == ConversationLimits.unansweredMessages)
    }

    @Test("What is remembered is not used when the facts have changed")
    func facts() async throws {
        let calls = Calls()
        let scene = try await TurnCostTests.scene(calls)
        let customer = try await scene.customer()
        try await scene.say("book 2026-11-24 15:00", as: customer)
        var service = scene.service
        service.durationMinutes = 90
        try await scene.desk.catalogue.save(service, by: scene.owner)
        try await scene.say("book 2026-11-25 15:00", as: customer)
        #expect(calls.understood.withLock { $0.count } == 3)
    }

    @Test("A turn ends early when the customer has written again, and the next one answers all")
    func overtaken() async throws {
        let calls = Calls()
        let scene = try await TurnCostTests.scene(calls)
        let customer = try await scene.customer()
        var conversation: ConversationID?
        for number in 1...5 {
            let text = "ask number \(number)"
            conversation = try await scene.desk.inbox.receive(text, from: customer, key: nil)
                .conversation
        }
        let id = try #require(conversation)
        let inbox = scene.desk.inbox
        calls.during.withLock { during in
            during = { _ = try await inbox.receive("ask one more", from: customer, key: nil) }
        }
        try await scene.turn(id)
        #expect(calls.understood.withLock { $0.count } == 1)
        #expect(try await scene.draft(id) == nil)
        try await scene.turn(id)
        #expect(calls.understood.withLock { $0.count } == 6)
        #expect(try await scene.draft(id)?.commands.count == 6)
    }

    @Test("A reply answers the newest questions, and says to staff how many it left out")
    func questions() async throws {
        let calls = Calls()
        let scene = try await TurnCostTests.scene(calls)
        let customer = try await scene.customer()
        var conversation: ConversationID?
        for number in 1...ConversationLimits.unansweredMessages {
            conversation = try await scene.desk.inbox.receive(
                "ask number \(number)", from: customer, key: nil
            ).conversation
        }
        let id = try #require(conversation)
        try await scene.turn(id)
        let asked = calls.answered.withLock { $0 }
        #expect(asked.count == TurnProgress.questionLimit)
        #expect(asked.last == "number \(ConversationLimits.unansweredMessages)")
        let draft = try await scene.draft(id)
        let left = ConversationLimits.unansweredMessages - TurnProgress.questionLimit
        #expect(draft?.warnings.contains { $0.contains("\(left) earlier questions") } == true)
    }

    @Test("A memory keeps two generations and no more")
    func generations() async throws {
        let calls = Calls()
        let memory = UnderstandingMemory(generationLimit: 4)
        let understander = memory.remembering(
            UnderstandingPort { text, facts in
                calls.understood.withLock { $0.append(text) }
                return Scene.understand(text, facts)
            })
        let scene = try await TurnCostTests.scene(calls)
        let catalogue = try await scene.desk.reading.read(scene.workspace) {
            try CatalogueStore.find($0)
        }
        let facts = UnderstandingContext(
            state: .idle, catalogue: catalogue, now: catalogue.zone.local(Scene.tuesday(9)),
            appointments: [], embedding: [], passages: [])
        for number in 0..<12 { _ = try await understander.understand("m\(number)", facts) }
        for number in [11, 8, 5, 0] { _ = try await understander.understand("m\(number)", facts) }
        let asked = calls.understood.withLock { $0.dropFirst(12) }
        #expect(Array(asked) == ["m0"])
    }
}
