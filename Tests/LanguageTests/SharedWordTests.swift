import Testing

@testable import Language

@Suite("Words that a question and a text share")
struct SharedWordTests {
    @Test(
        "Two forms of a word have one stem",
        arguments: [
            ("parking", "parked"), ("highlights", "highlight"), ("colour", "color"),
            ("policies", "policy"), ("classes", "class"), ("booked", "booking"),
        ])
    func stems(_ pair: (String, String)) {
        #expect(WordStem.of(pair.0) == WordStem.of(pair.1))
    }

    @Test("Different words keep different stems")
    func different() {
        #expect(WordStem.of("class") != WordStem.of("clay"))
        #expect(WordStem.of("bus") != WordStem.of("bush"))
    }

    @Test("A question keeps the words that tell something, each once")
    func telling() {
        #expect(LexicalOverlap("Hi! Do you have a pool, please? A pool!").stems == ["pool"])
        #expect(LexicalOverlap("how are you").stems == [])
        #expect(LexicalOverlap("").stems == [])
    }

    @Test("The word itself counts most, its kin and a misspelling less, a stranger nothing")
    func strength() {
        func strength(_ word: String, _ text: String) -> Double {
            LexicalOverlap(word).strengths(in: WordStem.all(in: text))[0]
        }
        #expect(strength("repair", "We repair bicycles") == 1)
        let kin = strength("cheap", "There is a discount on Mondays")
        let typo = strength("bicylce", "A bicycle for the day")
        #expect((0.5..<1).contains(kin))
        #expect((0.5..<1).contains(typo))
        #expect(strength("helmet", "A bicycle for the day") == 0)
        #expect(strength("cat", "A car for the day") == 0)
    }

    @Test("A long text of one repeated word is read up to the limit")
    func bounded() {
        let text = String(repeating: "word ", count: 100_000)
        #expect(WordStem.words(of: text, limit: 50).count == 50)
        #expect(LexicalOverlap(text).stems == ["word"])
    }
}
