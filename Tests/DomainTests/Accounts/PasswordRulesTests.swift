import Base
import Testing

@testable import Domain

@Suite("Passwords")
struct PasswordRulesTests {
    @Test("Each flaw has a sentence of its own")
    func sentences() {
        #expect(Set(PasswordFlaw.allCases.map(\.message)).count == PasswordFlaw.allCases.count)
    }

    @Test("The list is in lower case, and every word of it is refused as it is or lengthened")
    func list() {
        #expect(CommonPasswords.words.count > 2_000)
        for word in CommonPasswords.words {
            #expect(word == word.lowercased())
            var long = word
            while long.unicodeScalars.count < PasswordRules.length.lowerBound { long += "123456" }
            #expect(PasswordRules.flaw(in: Secret(long)) != nil, "\(long)")
        }
    }

    @Test(
        "Runs along the keyboard are refused, and sentences that begin like one are not",
        arguments: [
            ("qwertyuiopasdfgh", false), ("abcdefghijklmno", false), ("poiuytrewqlkjhgf", false),
            ("abcdefghij and a boat", true), ("a long enough password", true),
            ("blue giraffe on a river", true),
        ])
    func runs(text: String, isGood: Bool) {
        #expect((PasswordRules.flaw(in: Secret(text)) == nil) == isGood)
    }

    @Test("Any text at all is judged, however odd")
    func odd() {
        for text in ["", "\u{301}", "👩‍👩‍👧‍👦", String(repeating: "👩‍👩‍👧‍👦", count: 40), "\u{0}"] {
            for times in [1, 7, 40] {
                _ = PasswordRules.flaw(in: Secret(String(repeating: text, count: times)))
            }
        }
        #expect(PasswordRules.flaw(in: Secret("")) == .short)
    }
}
