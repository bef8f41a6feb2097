import Base
import Domain
import TestKit
import Testing

@testable import Desk

@Suite("Reading the longest messages")
struct LongMessageTests {
    private static func long(_ piece: String) -> String {
        String(
            String(repeating: piece, count: 1 + ConversationLimits.messageLength / piece.count)
                .prefix(ConversationLimits.messageLength))
    }

    @Test(
        "A message has no more parts than are looked at, and no word of it is lost",
        arguments: [
            " and do you have parking", ", and can i come on Tuesday", "Is it? ", "; also ", "a ",
        ])
    func parts(piece: String) {
        let message = LongMessageTests.long(piece)
        let parts = MessageSegmenter.of(message)
        #expect(parts.count <= MessageSegmenter.limit)
        #expect(parts.joined().contains("parking") == message.contains("parking"))
    }

    @Test("Phrases are found as whole words, and stems at the start of a word", arguments: 1...4)
    func phrases(seed: UInt64) {
        var chance = SeededRandom(seed: seed)
        let words = ["can", "i", "come", "cancel", "cancelling", "on", "one", "two", "é", "can i"]
        for _ in 0..<200 {
            let text = (0..<Int.random(in: 0...9, using: &chance)).map { _ in
                words.randomElement(using: &chance) ?? ""
            }.joined(separator: " ")
            let phrases = (0..<3).map { _ in
                (words.randomElement(using: &chance) ?? "")
                    + (Bool.random(using: &chance) ? "*" : "")
            }
            let spaced = " \(text) "
            let wanted = phrases.contains { phrase in
                phrase.hasSuffix("*")
                    ? spaced.contains(" \(phrase.dropLast())") : spaced.contains(" \(phrase) ")
            }
            let found = PhraseText(text).has(phrases.joined(separator: "|"))
            #expect(found == wanted, "\(text): \(phrases)")
            let starts = phrases.filter { !$0.hasSuffix("*") }
            #expect(
                PhraseText(text).begins(starts.joined(separator: "|"))
                    == starts.contains { spaced.hasPrefix(" \($0) ") })
        }
        #expect(!PhraseText("").has("can|i*") && !PhraseText("").begins("can"))
    }

    @Test("The words before a place are the last ones before it, however far into the message")
    func before() {
        let text = LongMessageTests.long("not with Ana but rather ")
        let scalars = Array(text.unicodeScalars)
        let place = 3_989
        let whole = PhraseText(String(String.UnicodeScalarView(scalars[..<40]))).all
        #expect(PhraseText(before: 40, in: scalars).all == whole)
        let last = PhraseText(before: place, in: scalars).all
        #expect(last.count < 80)
        let said = String(String.UnicodeScalarView(scalars[3_700..<place]))
        #expect(last.suffix(6) == PhraseText(said).all.suffix(6))
    }

    @Test(
        "A written reference is found whatever its case and dash, and no word is taken for one",
        arguments: [
            ("it is AB-C2DE please", "AB-C2DE"), ("ab c2de", "AB-C2DE"), ("(abc2de)", "AB-C2DE"),
            ("AB-CDEF", "AB-CDEF"), ("confirm", nil), ("about", nil), ("xAB-C2DE", nil),
            ("AB-C2DEF", nil), ("IB-C2DE", nil), ("my number AB-C0DE", nil), ("", nil),
            ("no absent AB-C2DE", "AB-C2DE"), ("café AB-C2DE.", "AB-C2DE"),
        ] as [(String, String?)])
    func reference(text: String, reference: String?) {
        #expect(WrittenReference.first(in: text) == reference)
    }
}
