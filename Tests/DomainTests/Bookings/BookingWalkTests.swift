import Base
import Domain
import Foundation
import Testing

/// Random conversations against the machine's promises: hunts for illegal bookings, for states
/// without an exit, for holds that are never given back, and for endless questions.
///
/// Walks are swarm-weighted: each switches some events off and makes others likely, so that long
/// runs of one kind happen. FRONTDESK_WALK_EVENTS sets how many events all walks have together.
@Suite("Random walks through the booking machine")
struct BookingWalkTests {
    static let events =
        ProcessInfo.processInfo.environment["FRONTDESK_WALK_EVENTS"].flatMap { Int($0) } ?? 100_000
    static let walks = 20

    @Test("A random conversation never breaks a promise", arguments: 1...UInt64(walks))
    func promises(seed: UInt64) throws {
        var walk = BookingWalk(seed: seed)
        for _ in 0..<(BookingWalkTests.events / BookingWalkTests.walks) {
            try walk.step()
        }
        #expect(walk.confirmed > 0 && walk.refused > 0)
    }

    /// A promise about what never comes up is no promise.
    @Test(
        "Walks hear every event in every state, in time and too late, and say all there is to say")
    func coverage() throws {
        var reached = BookingWalk.Reached()
        // What is rare takes some walks more; the seeds are the same every time.
        for seed in 101...160 as ClosedRange<UInt64> where !reached.isComplete {
            var walk = BookingWalk(seed: seed)
            for _ in 0..<2_500 { try walk.step() }
            reached.formUnion(walk.reached)
        }
        #expect(BookingWalk.Reached.allPairs.subtracting(reached.inTime) == [])
        #expect(reached.lateEvents == Set(BookingWalk.Reached.events))
        #expect(reached.lateStates == Set(BookingState.Name.allCases).subtracting([.idle]))
        #expect(reached.effects.symmetricDifference(BookingWalk.Reached.allEffects) == [])
        #expect(reached.questions == BookingWalk.Reached.allQuestions)
        #expect(reached.approvedLater > 1_000 && reached.lapsedMeanwhile > 10)
    }

    @Test("The same conversation ends the same way every time", arguments: [7, 77])
    func replay(seed: UInt64) throws {
        var first = BookingWalk(seed: seed)
        var second = BookingWalk(seed: seed)
        for _ in 0..<1_000 {
            try first.step()
            try second.step()
            try #require(first.salon.state == second.salon.state)
        }
        #expect(first.salon.rows == second.salon.rows)
    }
}
