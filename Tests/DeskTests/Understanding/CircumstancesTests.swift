import Domain
import Testing

@testable import Desk

@Suite("Days and times that tell why and not when")
struct CircumstancesTests {
    @Test(
        "A time that a sentence only tells gives way to the one that is wished",
        arguments: [
            ("lunch is at 12. can we make it 9:30 on Tuesday", "start 2026-11-24 09:30"),
            ("I finish work at 5. could I come at 5:30 on Friday", "start 2026-11-27 17:30"),
            (
                "moving out in January next year, could somebody come Tuesday at 2",
                "start 2026-11-24 14:00"
            ),
            ("I was in last Tuesday. can I come on Friday at 3", "start 2026-11-27 15:00"),
            ("about 22/5 Dolphin St, can I come Tuesday", "start 2026-11-24"),
            ("of course you're shut Mondays, Tuesday at four then", "start 2026-11-24 16:00"),
        ])
    func told(text: String, expected: String) throws {
        #expect(try FrontOfHouse().plan(text, .bookingRequest) == [expected])
    }

    @Test(
        "What a text keeps is taken out of what it gives up",
        arguments: [
            ("cancel that one but leave the blow dry", "cancel that one"),
            ("cancel Thursday's. still keen for Saturday", "cancel Thursday's"),
            ("cancel it", nil), ("keep it", nil),
        ])
    func kept(text: String, expected: String?) {
        #expect(RetentionClauses.removed(from: text) == expected)
    }
}
