import Documents
import Extraction
import Foundation
import Testing

@Suite("Reading HTML, Markdown and plain text")
struct TextTests {
    @Test("A page gives its main content without navigation, scripts and what is hidden")
    func page() throws {
        let document = try extract(
            """
            <!doctype html><html lang="en-GB"><head><title>Questions | Salon</title></head><body>
            <nav><a href="/">Home</a></nav><script>var a = "bad";</script>
            <main><h1>Questions</h1><p>Hello <b>there</b>,<br>welcome.</p>
            <p style="display: none">bad</p><div hidden>bad</div>
            <ul><li>Tea</li><li>Coffee</li></ul></main><footer>bad</footer></body></html>
            """, "faq.html")
        #expect(document.title == "Questions | Salon")
        #expect(document.language == "en-GB")
        #expect(
            document.blocks.map(\.text) == ["Questions", "Hello there,\nwelcome.", "Tea", "Coffee"])
    }

    @Test("Questions of a FAQ stay with their answers, in details and in lists of terms")
    func faq() throws {
        let document = try extract(
            """
            <html><body><details><summary>Can I park?</summary><p>Yes.</p><p>Behind.</p></details>
            <details><summary>Do you take dogs?</summary>Small ones.</details>
            <dl><dt>Is there wifi?</dt><dd>Of course, ask at the desk.</dd></dl>
            <dl><dt>Monday</dt><dd>9 to 5</dd><dt>Tuesday</dt><dd>10 to 4</dd></dl></body></html>
            """, "faq.html")
        #expect(
            Chunker().passages(of: document).map(\.quote) == [
                "Can I park?\nYes.\nBehind.", "Do you take dogs?\nSmall ones.",
                "Is there wifi?\nOf course, ask at the desk.", "Monday — 9 to 5\nTuesday — 10 to 4",
            ])
    }

    @Test("Cells that span rows and columns fill the grid")
    func grid() throws {
        let document = try extract(
            """
            <html><body><table><tr><th>Service</th><th>Who</th><th>Price</th></tr>
            <tr><td rowspan=2>Cut</td><td>Ana</td><td>£64</td></tr><tr><td>Joel</td><td>£56</td></tr>
            <tr><td colspan=3>Colour</td></tr><tr><td>Toner</td><td>all</td><td>£35</td></tr>
            </table></body></html>
            """, "a.html")
        #expect(
            document.blocks.map(\.text) == [
                "Cut — Who: Ana — Price: £64", "Cut — Who: Joel — Price: £56", "Colour",
                "Toner — Who: all — Price: £35",
            ])
    }

    @Test("Markdown gives headings, items, tables and text")
    func markdown() throws {
        let document = try extract(
            """
            ---
            layout: page
            ---
            # Team
            Ana *paints*
            balayage.

            1. First
            2. Second
               - Inner

            | Service | Price |
            |---|---|
            | Toner | £35 |
            """, "team.md")
        #expect(document.title == "Team")
        #expect(
            document.blocks.map(\.text) == [
                "Team", "Ana paints balayage.", "1. First", "2. Second", "Inner",
                "Toner — Price: £35",
            ])
    }

    @Test("Plain text gives headings, items, columns and wrapped paragraphs")
    func plain() throws {
        let document = try extract(
            """
            OPENING HOURS

            Winter times
            ============
            We close early in winter, when hardly anybody comes after
            dark, and we open late.

            - Monday: closed
            - Tuesday: 9 to 5
              and by appointment

            Cut       £40
            Toner     £35
            """, "hours.txt")
        #expect(
            document.blocks.map(\.text) == [
                "OPENING HOURS", "Winter times",
                "We close early in winter, when hardly anybody comes after dark, and we open late.",
                "Monday: closed", "Tuesday: 9 to 5 and by appointment", "Cut — £40", "Toner — £35",
            ])
        #expect(document.blocks[1].kind == .heading(level: 1))
    }

    @Test("Letters survive in the character sets that people still use")
    func charsets() throws {
        let text =
            "Größe und Preis: für Gäste über fünfzig kostet das Färben 30 Euro. Schöne Grüße!"
        let latin = try #require(text.data(using: .isoLatin1))
        #expect(try Extractor.extract(latin, name: "a.txt").text == text)
        let wide = try #require(text.data(using: .utf16))
        #expect(try Extractor.extract(wide, name: "a.txt").text == text)
        let page = Data("<html><head><meta charset=windows-1252></head><body><p>Price \u{20}".utf8)
        let euro = page + Data([0x80, 0x33, 0x30]) + Data("</p></body></html>".utf8)
        #expect(try Extractor.extract(euro, name: "a.html").text == "Price €30")
    }

    @Test("Invalid UTF-8 costs the broken letter, not the document")
    func invalid() throws {
        var data = Data("Café, thé, crème, fête, déjà vu, naïve, garçon, Noël, ".utf8)
        data.append(0xC3)
        data.append(Data(" and the rest.".utf8))
        let text = try Extractor.extract(data, name: "a.txt").text
        #expect(text.hasPrefix("Café, thé") && text.hasSuffix("and the rest."))
        #expect(text.contains("\u{FFFD}"))
    }

    @Test("Empty files, programs and deep pages are refused")
    func refused() {
        #expect(throws: ExtractionRefusal.empty) { try Extractor.extract(Data(), name: "a.txt") }
        #expect(throws: ExtractionRefusal.noText) { try extract("  \n \n", "a.txt") }
        #expect(throws: ExtractionRefusal.executable) {
            try Extractor.extract(Data("MZ\u{90}\u{0}".utf8), name: "prices.pdf")
        }
    }

    private func extract(_ text: String, _ name: String) throws -> DocumentText {
        try Extractor.extract(Data(text.utf8), name: name)
    }
}
