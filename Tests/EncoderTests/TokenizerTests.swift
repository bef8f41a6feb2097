import Foundation
import Testing

@testable import Encoder

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
        for page in 0..<0x1100 where !(0xD8...0xDF).contains(page) {
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
        let texts = try ModelFixture.texts()
        #expect(texts.count == 300 && expected.count == 300)
        for (text, tokens) in zip(texts, expected) {
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

    @Test("Each token knows the part of the text that it came from, as the reference does")
    func places() throws {
        let text = "Café  déjà-vu, ÅNGSTRÖM!"
        let scalars = Array(text.unicodeScalars)
        let found = tokenizer.placedTokens(of: text)
        #expect(found.map(\.id) == tokenizer.tokens(of: text))
        let parts = found.map { token in
            String(String.UnicodeScalarView(scalars[token.range])).lowercased()
        }
        #expect(parts == ["", "café", "dé", "jà", "-", "vu", ",", "ång", "ström", "!", ""])
    }

    @Test("Random texts have the places of the reference", arguments: 0..<20)
    func fuzzPlaces(block: Int) throws {
        let line = try ModelFixture.lines("places.txt")[block].split(separator: " ")
        let leftOut = Set(line.dropFirst().compactMap { Int($0) })
        var fuzz = TokenizerFuzz(seed: UInt64(block))
        var hash = TokenHash()
        for number in 0..<1_000 {
            let text = fuzz.text()
            let tokens = tokenizer.placedTokens(of: text, limit: 4_096)
            #expect(tokens.map(\.id) == tokenizer.tokens(of: text, limit: 4_096))
            guard !leftOut.contains(number) else { continue }
            let numbers = tokens.dropFirst().dropLast().flatMap { token in
                [token.id, Int32(token.range.lowerBound), Int32(token.range.upperBound)]
            }
            hash.add(numbers[...])
        }
        #expect(String(hash.value, radix: 16) == String(line[0]))
    }

    static let hostile = [
        "a", "!", "\u{301}", "\u{302E}\u{1D165}", "\u{302E}", "中", " ", "aZ9é", "\0", "[MASK]",
        "\u{AC01}", "zq", "\u{FDFA}", "unaffable", "a\u{302E}\u{1D165}",
    ]

    @Test("A long text is cut off wherever it is", arguments: hostile)
    func long(unit: String) {
        let text = String(repeating: unit, count: 200_000)
        let tokens = tokenizer.tokens(of: text)
        #expect(tokens.count >= 2)
        #expect(tokens.count <= TextEncoder.tokenLimit)
        #expect(tokens.first == 101)
        #expect(tokens.last == 102)
    }

    @Test(
        "Work grows with the text and not faster, also where nothing cuts it off",
        arguments: hostile)
    func linear(unit: String) {
        func work(_ count: Int) -> Int {
            tokenizer.work(of: String(repeating: unit, count: count), limit: .max)
        }
        let one = work(2_000)
        let ten = work(20_000)
        #expect(ten <= one * 10 + one / 10 + 100)
        #expect(one <= unit.unicodeScalars.count * 2_000 * 64)
    }
}
