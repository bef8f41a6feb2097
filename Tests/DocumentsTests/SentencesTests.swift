import Documents
import Testing

@Suite("Splitting sentences")
struct SentencesTests {
    @Test(
        "Ends of sentences are told from other dots",
        arguments: [
            ("We open at 9. We close at 5.", ["We open at 9.", "We close at 5."]),
            ("Dr. Reyes sees you. Bring a card!", ["Dr. Reyes sees you.", "Bring a card!"]),
            ("It costs £3.50 per visit. Tip? No.", ["It costs £3.50 per visit.", "Tip?", "No."]),
            ("Come at 8.30 a.m. on Monday.", ["Come at 8.30 a.m. on Monday."]),
            (
                "E.g. Mr. J. Smith (approx. 5 min. away).",
                ["E.g. Mr. J. Smith (approx. 5 min. away)."]
            ),
            ("She said “stop.” Then we stopped.", ["She said “stop.”", "Then we stopped."]),
            ("1. Arrive early. 2. Sit down.", ["1. Arrive early.", "2. Sit down."]),
            ("営業時間は9時です。土曜は休みです。", ["営業時間は9時です。", "土曜は休みです。"]),
            ("One line\nAnother line", ["One line", "Another line"]),
            ("Wait... what?! Yes", ["Wait... what?!", "Yes"]),
            ("", []), ("   \n ", []),
        ] as [(String, [String])])
    func split(text: String, sentences: [String]) {
        #expect(Sentences.split(text) == sentences)
    }

    @Test("A line of marks is looked at once, however long it is", arguments: [".", "!", "?", "…"])
    func marks(mark: String) {
        let row = String(repeating: mark, count: 200_000)
        #expect(Sentences.split("Hello\(row)there. Yes") == ["Hello\(row)there.", "Yes"])
        #expect(Sentences.split("Hello\(row) there") == ["Hello\(row) there"])
        #expect(Sentences.split("Hello\(row) There") == ["Hello\(row)", "There"])
    }
}
