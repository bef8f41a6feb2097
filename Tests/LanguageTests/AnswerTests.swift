import Base
import Testing

@testable import Language

@Suite("Answers")
struct AnswerTests {
    @Test(
        "Yes in its many forms",
        arguments: [
            "yes please", "yep", "go ahead", "sounds good", "Yes, that works for me", "ok 👍", "👍",
            "sure, lock it in", "perfect, book it", "no problem", "why not", "that works", "y",
            "Oh yes please do", "no worries, that's fine", "I'm happy with that", "2pm is fine",
        ])
    func yes(text: String) {
        #expect(Answers.consent(text) == .yes)
    }

    @Test(
        "No in its many forms",
        arguments: [
            "no thanks", "not really", "nope, too late", "nah", "that doesn't work for me", "👎",
            "I can't make that", "No, that's too early", "sorry, not possible", "don't book it",
            "I've changed my mind",
        ])
    func no(text: String) {
        #expect(Answers.consent(text) == .no)
    }

    @Test(
        "Half a yes is no yes",
        arguments: [
            "maybe", "not sure", "let me check with my wife", "yes but later", "idk", "🤷",
            "yes, actually can you move it", "Hmm", "yes if not too late",
        ])
    func unsure(text: String) {
        #expect(Answers.consent(text) == .unsure)
    }

    @Test(
        "What is no answer gives none",
        arguments: [
            "", "What time do you open?", "Is 3 ok?", "haircut", "do you have parking",
            "ok can you change it to Friday", "I need a good haircut on Monday",
        ])
    func neither(text: String) {
        #expect(Answers.consent(text) == nil)
    }

    private static let offers = [
        Offer(label: "Mon 11:00 with Ana", day: day("2026-11-23"), time: clock("11:00")),
        Offer(label: "Mon 15:00 with Marco", day: day("2026-11-23"), time: clock("15:00")),
        Offer(label: "Tue 16:30 with Ana", day: day("2026-11-24"), time: clock("16:30")),
    ]

    @Test(
        "One of the offers is chosen by place, time, day or name",
        arguments: [
            ("the first one", Choice.one(0)), ("2nd", .one(1)), ("the last one", .one(2)),
            ("3 works", .one(1)), ("the 4:30", .one(2)), ("option b", .one(1)), ("2", .one(1)),
            ("number 3 please", .one(2)), ("Tuesday", .one(2)), ("Monday", .several([0, 1])),
            ("either", .any), ("whichever", .any), ("none of those", .none), ("neither", .none),
            ("the latest", .one(2)), ("the earliest one", .one(0)), ("the one with Marco", .one(1)),
            ("with Ana", .several([0, 2])), ("any time is fine", .any), ("9am", .none),
            ("not Monday", .one(2)), ("the later one", .several([1, 2])), ("nope", .none),
            ("don't like any of those", .none),
        ])
    func choices(text: String, expected: Choice) {
        let choice = Answers.choice(text, among: AnswerTests.offers, reference: friday)
        #expect(choice == expected)
    }

    @Test("Of two offers the later one is plain")
    func later() {
        let two = Array(AnswerTests.offers.prefix(2))
        #expect(Answers.choice("the later one", among: two, reference: friday) == .one(1))
        #expect(Answers.choice("earlier pls", among: two, reference: friday) == .one(0))
        #expect(Answers.choice("do you have parking", among: two, reference: friday) == nil)
        #expect(Answers.choice("first", among: [], reference: friday) == nil)
    }
}
