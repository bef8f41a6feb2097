import Base
import Domain
import Postgres
import Store
import TestKit
import Testing

@testable import Desk

/// How a try to take a time ended.
private enum Ending: Equatable {
    case taken
    case refused(alternatives: Int)
    case other(String)
}

@Suite("Many want one time", .timeLimit(.minutes(10)))
struct ContentionTests {
    @Test("200 approvals at once for one slot: one is sent, 199 are refused with other times")
    func approvals() async throws {
        let scene = try await Scene()
        var drafts: [Draft] = []
        for number in 1...200 {
            let customer = try await scene.customer(number)
            let conversation = try await scene.say("book 2026-11-24 15:00", as: customer)
            drafts.append(try #require(try await scene.draft(conversation)))
        }
        #expect(
            Set(drafts.map { $0.effects.map(\.summary) }) == [
                ["holds Haircut, Tue 24 Nov 15:00 with Person 0"]
            ]
        )
        let before = try await scene.count("select count(*) from outbox where lane = 'turn'")
        let endings = await withTaskGroup { group in
            for draft in drafts {
                group.addTask { await approve(draft, scene) }
            }
            return await group.reduce(into: [Ending]()) { $0.append($1) }
        }
        #expect(endings.count { $0 == .taken } == 1)
        let refusals = endings.filter {
            if case .refused(let more) = $0 { more >= 3 } else { false }
        }
        #expect(refusals.count == 199, "\(endings.filter { $0 != .taken }.prefix(3))")
        #expect(try await scene.count("select count(*) from booking") == 1)
        #expect(
            try await scene.count("select count(*) from message where sender = 'assistant'") == 1)
        let after = try await scene.count("select count(*) from outbox where lane = 'turn'")
        #expect(after - before == 199)
        #expect(try await scene.violations() == [])
        // A loser's next draft offers times that are free.
        let loser = try #require(drafts.last { $0.id != drafts[0].id })
        try await scene.turn(loser.conversation)
        let next = try await scene.draft(loser.conversation)
        #expect(next?.text.contains("15:00") == false || next?.text.contains("isn't free") == true)
        #expect(next?.basis.expectedState == .collecting)
    }

    private func approve(_ draft: Draft, _ scene: Scene) async -> Ending {
        do {
            _ = try await scene.desk.approvals.approve(
                .init(draft: draft.id, version: draft.version), by: scene.owner)
            return .taken
        } catch DraftRefusal.slotTaken(let alternatives) {
            return .refused(alternatives: alternatives.count)
        } catch {
            return .other("\(error)")
        }
    }

    @Test("Approvals, bookings by staff and moves that want one time at once: one gets it")
    func mixed() async throws {
        let scene = try await Scene()
        var drafts: [Draft] = []
        var booked: [BookingID] = []
        for number in 1...10 {
            let customer = try await scene.customer(number)
            let conversation = try await scene.say("book 2026-11-24 15:00", as: customer)
            drafts.append(try #require(try await scene.draft(conversation)))
        }
        for number in 0..<10 {
            let start = Scene.tuesday(8 + number % 5) + .days(1 + number / 5)
            booked.append(try await book(scene, start, number).id)
        }
        let endings = await withTaskGroup { group in
            for draft in drafts { group.addTask { await approve(draft, scene) } }
            for id in booked {
                group.addTask {
                    await ending {
                        _ = try await scene.desk.bookings.move(
                            id, to: Scene.tuesday(15), staff: nil, by: scene.owner)
                    }
                }
            }
            for number in 20..<40 {
                group.addTask {
                    await ending { _ = try await book(scene, Scene.tuesday(15), number) }
                }
            }
            return await group.reduce(into: [Ending]()) { $0.append($1) }
        }
        #expect(endings.count { $0 == .taken } == 1, "\(endings)")
        let refused = endings.filter { if case .refused(let more) = $0 { more > 0 } else { false } }
        #expect(refused.count == endings.count - 1, "\(endings)")
        #expect(try await scene.violations() == [])
    }

    private func book(_ scene: Scene, _ start: Instant, _ number: Int) async throws -> Booking {
        try await scene.desk.bookings.book(
            .init(
                service: scene.service.id, staff: nil, start: start,
                phone: try #require(PhoneNumber("+4420794\(70_000 + number)")), name: nil),
            by: scene.owner)
    }

    private func ending(_ body: () async throws -> Void) async -> Ending {
        do {
            try await body()
            return .taken
        } catch BookingRefusal.slotTaken(let alternatives) {
            return .refused(alternatives: alternatives.count)
        } catch {
            return .other("\(error)")
        }
    }

    /// Bookings, moves, cancellations, holds, confirmations and the clock, in any order and at
    /// once; whatever comes of them, nobody is ever booked twice.
    @Test("A storm of changes never books anybody twice", arguments: [11, 12] as [UInt64])
    func storm(seed: UInt64) async throws {
        let scene = try await Scene(people: 2)
        var generator = SeededRandom(seed: seed)
        var customers: [Customer] = []
        for number in 1...6 { customers.append(try await scene.customer(number)) }
        let endings = Lock((done: [Int: Int](), faults: [String]()))
        for _ in 0..<12 {
            let steps = (0..<8).map { _ in Step.random(using: &generator) }
            await withDiscardingTaskGroup { group in
                for (index, step) in steps.enumerated() {
                    let customer = customers[(step.number + index) % customers.count]
                    group.addTask {
                        // What is refused is refused; a fault is one however busy it is.
                        do {
                            try await carryOut(step, customer, scene)
                            endings.withLock { $0.done[step.kind, default: 0] += 1 }
                        } catch is any Refusal {
                        } catch {
                            endings.withLock { $0.faults.append("\(step.kind): \(error)") }
                        }
                    }
                }
            }
            #expect(try await scene.violations() == [])
            scene.fixture.clock.advance(by: .minutes(Int.random(in: 0...9, using: &generator)))
        }
        // How many are left depends on who came first; that the storm did something does not.
        let (done, faults) = endings.withLock { ($0.done, $0.faults) }
        #expect(faults == [])
        #expect(Set(done.keys) == Set(0..<6))
        #expect(done.values.reduce(0, +) >= 30, "\(done)")
        #expect(try await scene.count("select count(*) from booking") > 3)
    }

    private struct Step {
        var kind: Int
        var number: Int
        var start: Instant
        var local: String

        static func random(using generator: inout SeededRandom) -> Step {
            let hour = Int.random(in: 9...12, using: &generator)
            let minute = [0, 30].randomElement(using: &generator) ?? 0
            return Step(
                kind: Int.random(in: 0..<6, using: &generator),
                number: Int.random(in: 0..<100, using: &generator),
                start: Scene.tuesday(hour, minute),
                local: "2026-11-24 \(LocalTime(hour: hour, minute: minute) ?? .noon)")
        }
    }

    private func carryOut(_ step: Step, _ customer: Customer, _ scene: Scene) async throws {
        let existing = try await scene.desk.reading.read(scene.workspace) { reader in
            try BookingStore.list(
                from: Scene.tuesday(0), to: Scene.tuesday(23), limit: 50, reader)
        }
        let chosen = existing.isEmpty ? nil : existing[step.number % existing.count].booking.id
        switch step.kind {
        case 0: _ = try await book(scene, step.start, step.number)
        case 1:
            guard let chosen else { return }
            try await scene.desk.bookings.cancel(chosen, by: scene.owner)
        case 2:
            guard let chosen else { return }
            _ = try await scene.desk.bookings.move(
                chosen, to: step.start, staff: nil, by: scene.owner)
        case 3: try await scene.exchange("yes", with: customer)
        case 4: try await scene.exchange("move \(step.local)", with: customer)
        default: try await scene.exchange("book \(step.local)", with: customer)
        }
    }
}
