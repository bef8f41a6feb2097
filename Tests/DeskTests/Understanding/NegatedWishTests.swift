import Domain
import Testing

@testable import Desk

@Suite("What a customer says shall not happen is not asked for")
struct NegatedWishTests {
    static let keeping = [
        "please do not cancel", "Please don't cancel my appointment", "do not cancel it",
        "I am not cancelling, I'm only asking", "I don't want to cancel my cut",
        "I'm not trying to cancel anything", "no need to cancel it", "never cancel my booking",
        "we are not going to cancel", "I did not ask to cancel", "can you not cancel it please",
        "don’t cancel on me",
    ]

    @Test("A cancellation that is refused is no cancellation", arguments: keeping)
    func cancelling(text: String) throws {
        let house = try FrontOfHouse((FrontOfHouse.cut, "2026-12-02", "14:00"))
        #expect(house.plan(text, .bookingCancel) == ["status"])
    }

    @Test(
        "A move that is refused is no move",
        arguments: [
            "please don't move my appointment", "do not reschedule it", "no need to move it",
            "I don't want to move my cut", "I'm not rescheduling, just checking",
        ])
    func moving(text: String) throws {
        let house = try FrontOfHouse((FrontOfHouse.cut, "2026-12-02", "14:00"))
        #expect(house.plan(text, .bookingReschedule) == ["status"])
    }

    @Test(
        "Without an appointment a refused wish does nothing at all",
        arguments: [
            ("please do not cancel", .bookingCancel), ("don't book anything yet", .bookingRequest),
            ("I don't want to book, just looking", .bookingRequest),
            ("I'm not booking yet", .bookingRequest),
        ] as [(String, Intent)])
    func nothing(text: String, intent: Intent) throws {
        #expect(try FrontOfHouse().plan(text, intent) == [])
    }

    @Test(
        "A wish beside the refused one is still heard",
        arguments: [
            ("don't cancel it, move it to Friday", .bookingReschedule, "move - 2026-12-04"),
            (
                "I don't want to cancel, can I come on Friday instead", .bookingCancel,
                "move - 2026-12-04"
            ),
            ("don't move it, cancel it", .bookingCancel, "cancel -"),
            ("I do not want it any more, please cancel", .bookingCancel, "cancel -"),
            ("I'm not well, cancel my appointment", .bookingCancel, "cancel -"),
            ("I cannot come, please cancel", .bookingCancel, "cancel -"),
        ] as [(String, Intent, String)])
    func beside(text: String, intent: Intent, expected: String) throws {
        let house = try FrontOfHouse((FrontOfHouse.cut, "2026-12-02", "14:00"))
        #expect(house.plan(text, intent) == [expected])
    }
}
