import Base
import Testing

@testable import Pages

/// The builder must never let text become markup.
struct HTMLTests {
    @Test("Text is escaped wherever it stands", arguments: 0..<200)
    func escaping(seed: UInt64) {
        var generator = SeededRandom(seed: seed)
        let signs = Array("<>&\"'/=abc \n\u{0}\u{7}é😀`")
        let length = Int.random(in: 0...40, using: &generator)
        let text = String((0..<length).map { _ in signs.randomElement(using: &generator) ?? "x" })
        let page = div(.class(text), .href(text)) { text }.description
        let inside = page.dropFirst("<div class=\"".count).dropLast("</div>".count)
        // Of our own signs there are: the end of the class, href with its quotes, and one bracket.
        #expect(inside.count { $0 == "<" } == 0)
        #expect(inside.count { $0 == ">" } == 1)
        #expect(inside.count { $0 == "\"" } == 3)
        #expect(!page.unicodeScalars.contains("\u{0}"))
    }

    @Test("Only addresses that may be followed become links")
    func addresses() {
        let refused = [
            "javascript:alert(1)", "JAVASCRIPT:x", "//elsewhere.example", "data:text/html,x",
            "java\tscript:x", " /path", "\\\\elsewhere", "vbscript:x", "/\\elsewhere",
        ]
        for address in refused { #expect(HTMLAttribute.safeAddress(address) == "#") }
        let kept = ["/approvals?show=all", "#p-1", "?page=2", "https://a.example/", "tel:+441"]
        for address in kept { #expect(HTMLAttribute.safeAddress(address) == address) }
        #expect(AccountPages.ownPath("https://elsewhere.example") == "/approvals")
        #expect(AccountPages.ownPath("//elsewhere.example") == "/approvals")
        #expect(AccountPages.ownPath("/calendar?day=2026-11-24") == "/calendar?day=2026-11-24")
    }
}
