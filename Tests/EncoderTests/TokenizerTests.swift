import Encoder
import Foundation
import Testing

struct TokenizerTests {
    private let tokenizer: Tokenizer

    init() throws { tokenizer = try ModelFixture.encoder.get().tokenizer }

    private func inner(_ text: String) -> ArraySlice<Int32> {
        tokenizer.tokens(of: text, limit: 4_096).dropFirst().dropLast()
    }

    @Test("Every scalar becomes the tokens of the reference")
    func scalars() throws {
        let expected = try ModelFixture.lines("scalars.txt")
        #expect(expected.count == 0x1100)
        // Planes 4 to 13 are not assigned; one page in sixteen speaks for them.
        for page in 0..<0x1100 where page < 0x400 || page >= 0xE00 || page % 16 == 0 {
            guard !(0xD8...0xDF).contains(page) else { continue }
            var hash = TokenHash()
            for low in 0..<256 {
                let scalar = try #require(Unicode.Scalar(UInt32(page << 8 | low)))
                hash.add(inner("a\(scalar)b"))
            }
            #expect(String(hash.value, radix: 16) == expected[page], "page \(page)")
        }
    }

    @Test("Random texts become the tokens of the reference", arguments: 0..<100)
    func fuzz(block: Int) throws {
        let expected = try ModelFixture.lines("fuzz.txt")
        var fuzz = TokenizerFuzz(seed: UInt64(block))
        var hash = TokenHash()
        for _ in 0..<1_000 { hash.add(inner(fuzz.text())) }
        #expect(String(hash.value, radix: 16) == expected[block])
    }

    @Test("The varied texts become the tokens of the reference, cut off at 256")
    func texts() throws {
        let expected = try JSONDecoder().decode(
            [[Int32]].self, from: ModelFixture.data("tokens.json"))
        for (text, tokens) in zip(try ModelFixture.texts(), expected) {
            #expect(tokenizer.tokens(of: text) == [101] + tokens + [102], "\(text.prefix(80))")
        }
    }

    @Test("Special tokens in a text stay text")
    func special() {
        for text in ["[MASK]", "[CLS] hello [SEP]", "[PAD][UNK]", "[unused1]"] {
            #expect(!inner(text).contains { $0 < 999 && $0 != 100 }, "\(text)")
        }
        #expect(Array(inner("[MASK]")) == [1031, 7308, 1033])
    }

    @Test(
        "A long text costs no more than reading it",
        arguments: [
            "a", "!", "\u{301}", "\u{302E}\u{1D165}", "中", " ", "aZ9é", "\0",
        ])
    func long(unit: String) {
        let text = String(repeating: unit, count: 200_000)
        let tokens = tokenizer.tokens(of: text)
        #expect(tokens.count >= 2)
        #expect(tokens.count <= TextEncoder.tokenLimit)
        #expect(tokens.first == 101)
        #expect(tokens.last == 102)
    }
}
