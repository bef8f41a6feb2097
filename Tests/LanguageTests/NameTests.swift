import Testing

@testable import Language

@Suite("Names, numbers and plain forms")
struct NameTests {
    private static let services = [
        ["Haircut", "cut", "trim"], ["Colour refresh", "root touch-up"], ["Full colour"],
        ["Balayage"], ["Deep tissue massage"], ["Teeth whitening", "whitening"],
    ]

    private func found(_ text: String) -> [[Int]] {
        NameMatcher(NameTests.services).mentions(in: text).map { $0.candidates.map(\.index) }
    }

    @Test(
        "Services are found whatever the spelling",
        arguments: [
            ("I'd like a haircut", [[0]]), ("hair cut pls", [[0]]), ("Haircuts for two", [[0]]),
            ("color refresh on Monday", [[1]]), ("colour refresh", [[1]]),
            ("can I get a balyage", [[3]]), ("full color please", [[2]]),
            ("whitening and a trim", [[5], [0]]), ("teeth whitning", [[5]]),
            ("massage", [[4]]), ("I need a root touch up", [[1]]), ("where do I park", []),
        ])
    func services(text: String, expected: [[Int]]) {
        #expect(found(text) == expected)
    }

    @Test("Two names that fit equally are both told")
    func ambiguous() {
        let mention = NameMatcher(NameTests.services).mentions(in: "a colour please").first
        #expect(mention?.isAmbiguous == true)
        #expect(Set(mention?.candidates.map(\.index) ?? []) == [1, 2])
    }

    @Test("A name that is also the start of another is taken when it stands alone")
    func nested() {
        let matcher = NameMatcher([["Colour"], ["Colour refresh"]])
        #expect(matcher.mentions(in: "colour").first?.candidates.map(\.index) == [0])
        #expect(matcher.mentions(in: "colour refresh").first?.candidates.map(\.index) == [1])
    }

    @Test("Staff names forgive a doubled letter")
    func staff() {
        let matcher = NameMatcher([["Ana Silva", "Ana"], ["Marco Rossi", "Marco"]])
        #expect(matcher.mentions(in: "is Anna in?").first?.candidates.map(\.index) == [0])
        #expect(matcher.mentions(in: "with marko pls").first?.candidates.map(\.index) == [1])
        #expect(matcher.mentions(in: "an apple and a map").isEmpty)
    }

    @Test(
        "People are heard when they say their name",
        arguments: [
            ("I'm Maya", "Maya"), ("Hi, my name is Tom Rivera and I need a cut", "Tom Rivera"),
            ("this is Priya", "Priya"), ("my name is maya", "maya"),
            ("It's Siobhan O'Brien here", "Siobhan O'Brien"),
            ("Tom here, running late", "Tom"), ("I am Jean-Luc Picard", "Jean-Luc Picard"),
            ("name: Ana de la Cruz", "Ana de la Cruz"), ("I’m José", "José"),
        ])
    func introduced(text: String, expected: String) {
        #expect(PersonalName.read(text)?.text == expected)
    }

    @Test(
        "Moods and days are no names",
        arguments: [
            "I'm late", "I'm Not happy", "this is ridiculous", "It's Monday", "I am interested",
            "I'm looking for Tom", "is Ana here", "",
        ])
    func notIntroduced(text: String) {
        #expect(PersonalName.read(text) == nil)
    }

    @Test(
        "Numbers are read in words",
        arguments: [
            ("12", 12), ("forty-five", 45), ("two hundred and ten", 210),
            ("one thousand two", 1002),
            ("zero", 0), ("nineteen", 19),
        ])
    func numbers(text: String, expected: Int) {
        #expect(Numbers.value(of: text) == expected)
    }

    @Test(
        "What is no number has no value", arguments: ["", "and", "twenty twenty", "ten five", "x"])
    func noNumbers(text: String) {
        #expect(Numbers.value(of: text) == nil)
    }
}
