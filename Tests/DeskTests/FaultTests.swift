import Base
import Domain
import Postgres
import Store
import TestKit
import Testing

@testable import Desk

extension Tag {
    /// Fails the n-th call, for every n.
    @Tag static var fault: Tag
}

/// Each story is told again and again, the next call of a port or a transaction failing each time,
/// until none is left to fail. Whoever asked tries again, as a browser and the worker do.
@Suite("Whatever fails once", .tags(.fault), .timeLimit(.minutes(10)))
struct FaultTests {
    @Test("A message becomes one approved reply and one appointment, delivered once")
    func conversation() async throws {
        var failing = 0
        while true {
            let plan = FaultPlan(failing: 0)
            let scene = try await Scene(faults: plan)
            let customer = try await scene.customer()
            plan.arm(failing)
            try await tell(scene, customer)
            let reached = failing == 0 || plan.wasReached
            plan.disarm()
            try await check(scene, "call \(failing)")
            guard reached else { break }
            failing += 1
        }
        #expect(failing > 30)
    }

    private func tell(_ scene: Scene, _ customer: Customer) async throws {
        for (number, words) in ["ask prices", "book 2026-11-24 15:00", "yes"].enumerated() {
            let message = try await again {
                try await scene.desk.inbox.receive(words, from: customer, key: "key \(number)")
            }
            try await scene.converge()
            let draft = try #require(
                try await again { try await scene.draft(message.conversation) })
            do {
                _ = try await again {
                    try await scene.desk.approvals.approve(
                        .init(draft: draft.id, version: draft.version), by: scene.owner)
                }
            } catch DraftRefusal.notOpen(.approved) {
                // The first try was stored and only its answer lost: the person sees it was sent.
            }
            // A person to whom the question was passed on has seen to it.
            if number == 0 {
                try await again {
                    try await scene.desk.inbox.setOwner(
                        .assistant, of: message.conversation, by: scene.owner)
                }
            }
            try await scene.converge()
        }
    }

    private func check(_ scene: Scene, _ story: Comment) async throws {
        #expect(try await scene.violations() == [], story)
        #expect(try await scene.texts("select status from booking") == ["confirmed"], story)
        let senders = try await scene.texts("select sender from message order by number")
        #expect(
            senders == Array(repeating: ["customer", "assistant"], count: 3).flatMap(\.self), story)
        #expect(
            try await scene.count("select count(*) from outbox where state <> 'done'") == 0, story)
    }

    @Test("An upload becomes searchable once, and a deleted one is gone")
    func upload() async throws {
        var failing = 0
        while true {
            let plan = FaultPlan(failing: 0)
            let scene = try await Scene(faults: plan)
            plan.arm(failing)
            let text = (0..<70).map {
                "Passage \($0) speaks of topic\($0) and of nothing else, "
                    + String(repeating: "at some length, ", count: 40)
            }.joined(separator: "\n\n")
            // An upload whose answer was lost is simply made again: two documents, both whole.
            let id = try await again {
                try await scene.fixture.upload("long.txt", Array(text.utf8), by: scene.owner)
            }
            try await scene.converge()
            let hits = try await again {
                try await scene.desk.knowledge.search("topic42", limit: 5, by: scene.owner)
            }
            let reached = failing == 0 || plan.wasReached
            plan.disarm()
            #expect(hits.first?.text.contains("topic42") == true, "call \(failing)")
            #expect(try await scene.violations() == [], "call \(failing)")
            let states = try await scene.texts("select distinct status from document")
            #expect(states == ["ready"], "call \(failing)")
            try await scene.desk.knowledge.delete(id, by: scene.owner)
            let left = try await scene.desk.knowledge.search("topic42", limit: 5, by: scene.owner)
            #expect(!left.contains { $0.document == id }, "call \(failing)")
            #expect(try await scene.converge() == 0)
            guard reached else { break }
            failing += 1
        }
        #expect(failing > 15)
    }

    /// Tries again when the world failed, as clients do.
    private func again<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch is InjectedFault {
            return try await body()
        }
    }
}
