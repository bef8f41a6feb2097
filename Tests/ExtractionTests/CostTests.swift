import Documents
import Foundation
import Testing

@testable import Extraction

/// What hostile documents may cost, counted in what is looked at and written, not in seconds.
@Suite("What reading a document costs")
struct CostTests {
    private func extract(_ text: String, _ name: String) throws -> DocumentText {
        try Extractor.extract(Data(text.utf8), name: name)
    }

    // MARK: Attributes

    private static func attributes(_ count: Int) -> String {
        (0..<count).map { " a\($0)=\"\"" }.joined()
    }

    @Test("A million attributes in one element are refused before they are compared")
    func manyAttributes() {
        let many = CostTests.attributes(1_000_000)
        #expect(throws: ExtractionRefusal.tooComplex) {
            try extract("<html><body><p\(many)>Hello there</p></body></html>", "a.html")
        }
        #expect(throws: ExtractionRefusal.tooComplex) {
            try Extractor.extract(
                MadeZip.word("<w:p\(many)><w:r><w:t>Hello</w:t></w:r></w:p>"), name: "a.docx")
        }
        #expect(throws: ExtractionRefusal.tooComplex) {
            try extract("# Prices\n\n<p\(many)>Hello there</p>\n", "a.md")
        }
    }

    @Test(
        "However they are written, attributes are counted",
        arguments: [" a", " a=b", " a='>'", "/a=\"x>y\"", " a =  b", "\ta=b\n", " a=\"\"b=''"])
    func writtenAnyhow(attribute: String) {
        let many = String(repeating: attribute, count: ExtractionLimits.maxAttributes + 1)
        #expect(throws: ExtractionRefusal.tooComplex) {
            try MarkupScan.check(Array("<p\(many)>".utf8), isHTML: true)
        }
    }

    @Test("Elements with many attributes are bounded together, and ordinary ones are not")
    func together() throws {
        let wide = "<p\(CostTests.attributes(900))>x</p>"
        #expect(throws: ExtractionRefusal.tooComplex) {
            try MarkupScan.check(
                Array(String(repeating: wide, count: 200).utf8), isHTML: true)
        }
        let usual = "<td class=\"a\" id=b style='c' colspan=2>x</td>"
        try MarkupScan.check(Array(String(repeating: usual, count: 50_000).utf8), isHTML: true)
    }

    @Test("Scripts, comments and CDATA hold no attributes")
    func noMarkup() throws {
        let words = String(repeating: "a <b c ", count: 3_000)
        for text in ["<script>\(words)</script>", "<STYLE>\(words)</STYLE>", "<!--\(words)-->"] {
            try MarkupScan.check(Array(text.utf8), isHTML: true)
        }
        try MarkupScan.check(Array("<a><![CDATA[\(words)]]></a>".utf8), isHTML: false)
        let document = try extract(
            "<html><body><script>\(words)</script><p>Open daily.</p></body></html>", "a.html")
        #expect(document.blocks.map(\.text) == ["Open daily."])
    }

    // MARK: Nesting

    @Test("A page is looked at a bounded number of times for each of its nodes")
    func visits() throws {
        for depth in [4, 40, 120] {
            let inner = String(
                repeating: "<p>Hello <a href=x>there</a></p>", count: 40)
            let page =
                "<html><body>" + String(repeating: "<div><section>", count: depth) + inner
                + String(repeating: "</section></div>", count: depth) + "</body></html>"
            let work = HTMLWork()
            let document = try HTMLReader.read(page, work: work)
            #expect(document.blocks.count == 40)
            #expect(work.visits < 4 * (depth * 2 + 40 * 4) + 100, "depth \(depth)")
        }
    }

    @Test("Lists of terms inside one another are each written once")
    func termsInTerms() throws {
        var page = "innermost"
        for level in 0..<18 { page = "<dl><dt>Term \(level)?</dt><dd>Meaning \(page)</dd></dl>" }
        let document = try extract("<html><body>\(page)</body></html>", "a.html")
        #expect(document.blocks.count < 100)
        #expect(document.blocks.contains { $0.text.contains("innermost") })
    }

    @Test("Tables inside tables, deep and many, are read or refused, and never looked at for ever")
    func tablesInTables() throws {
        let deep =
            String(repeating: "<table><tr><td>a ", count: 60)
            + String(repeating: "<p>x</p>", count: 20_000)
            + String(repeating: "</td></tr></table>", count: 60)
        let work = HTMLWork()
        _ = try? HTMLReader.read("<html><body>\(deep)</body></html>", work: work)
        let most = ExtractionLimits.maxVisits + 41 * 50_000
        #expect(work.visits > 20_000 && work.visits <= most)
    }

    // MARK: What is written again and again

    @Test("Wide and tall spans of a long heading cell are refused")
    func spans() {
        let long = String(repeating: "word ", count: 40_000)
        let row = "<tr><th colspan=1000000 rowspan=1000000>\(long)</th></tr>"
        let table = "<table>\(String(repeating: row, count: 10))</table>"
        #expect(throws: ExtractionRefusal.tooComplex) {
            try extract("<html><body>\(table)</body></html>", "a.html")
        }
    }

    @Test("Short cells that span a million rows and columns are counted too")
    func manySpans() {
        let row = "<tr><td colspan=1000000 rowspan=1000000>a</td><td>b</td></tr>"
        let table = "<table>\(String(repeating: row, count: 12_000))</table>"
        #expect(throws: ExtractionRefusal.tooComplex) {
            try extract("<html><body>\(table)</body></html>", "a.html")
        }
    }

    @Test("A span of a million columns is as wide as a table may be")
    func wideSpan() throws {
        let document = try extract(
            "<html><body><table><tr><td colspan=1000000>Cut</td></tr>"
                + "<tr><td>Wash</td><td>£10</td></tr></table></body></html>", "a.html")
        #expect(document.blocks.map(\.text).contains("Wash — £10"))
    }

    @Test("A long note that is referred to again and again is refused")
    func notes() {
        let long = String(repeating: "word ", count: 40_000)
        let notes =
            "<w:footnotes xmlns:w=\"w\"><w:footnote w:id=\"2\"><w:p><w:r><w:t>\(long)</w:t></w:r>"
            + "</w:p></w:footnote></w:footnotes>"
        let paragraph = "<w:p><w:r><w:t>See</w:t><w:footnoteReference w:id=\"2\"/></w:r></w:p>"
        #expect(throws: ExtractionRefusal.expandsTooFar) {
            try Extractor.extract(
                MadeZip.word(
                    String(repeating: paragraph, count: 1_000),
                    parts: ["word/footnotes.xml": notes]), name: "a.docx")
        }
    }

    @Test("A long cell that is merged down a long table is refused")
    func merged() {
        let long = String(repeating: "word ", count: 40_000)
        func cell(_ merge: String, _ text: String) -> String {
            "<w:tc><w:tcPr><w:vMerge\(merge)/></w:tcPr><w:p><w:r><w:t>\(text)</w:t></w:r></w:p></w:tc>"
        }
        let first = "<w:tr>\(cell(" w:val=\"restart\"", long))</w:tr>"
        let more = "<w:tr>\(cell("", ""))</w:tr>"
        #expect(throws: ExtractionRefusal.expandsTooFar) {
            try Extractor.extract(
                MadeZip.word(
                    "<w:tbl>\(first)\(String(repeating: more, count: 1_000))</w:tbl>"),
                name: "a.docx")
        }
    }

    @Test("The name of a column that is a page long is cut, since every row repeats it")
    func columnName() throws {
        let long = String(repeating: "word ", count: 2_000)
        let rows = (0..<50).map { "| Cut \($0) | £\($0) |" }.joined(separator: "\n")
        let document = try extract("| Service | \(long) |\n|---|---|\n\(rows)\n", "a.md")
        let longest = document.blocks.map(\.text.count).max() ?? 0
        #expect(document.blocks.count == 50 && longest < ExtractionLimits.maxColumnName + 40)
    }

    @Test("Styles that are based on one another without end are followed only so far")
    func styles() throws {
        let styles = (0..<5_000).map { number in
            "<w:style w:styleId=\"s\(number)\"><w:basedOn w:val=\"s\(number + 1)\"/></w:style>"
        }
        let last = "<w:style w:styleId=\"s5000\"><w:name w:val=\"heading 1\"/></w:style>"
        let found = try WordStyles(
            Data("<w:styles xmlns:w=\"w\">\(styles.joined())\(last)</w:styles>".utf8))
        #expect(found.headingLevel("s0") == nil)
        #expect(found.headingLevel("s4990") == 1)
    }

    // MARK: Plain text and Markdown

    @Test("Tabs, runs of spaces and leading dots part the cells of a line, and nothing else does")
    func cells() throws {
        let document = try extract(
            "Cut ...... £40\nWash \t £10\nBlow dry   £25\nLong hair, e.g. yours ... and more £5\n",
            "prices.txt")
        #expect(document.blocks.count == 1)
        let table = try extract("Cut ...... £40\nWash \t £10\nBlow dry   £25\n", "prices.txt")
        #expect(table.blocks.map(\.text) == ["Cut — £40", "Wash — £10", "Blow dry — £25"])
    }

    @Test("Long runs of one sign end: spaces of every kind, dots, lines of one item")
    func runs() throws {
        for sign in ["\u{A0}", "\u{3000}", "\u{2003}", ".", " ."] {
            let run = String(repeating: sign, count: 100_000)
            let document = try extract("Hello \(run)x there\n", "a.txt")
            #expect(document.blocks.count == 1)
        }
        let item = "- First\n" + String(repeating: "  goes on\n", count: 20_000)
        let document = try extract(item, "a.txt")
        #expect(document.blocks.count == 1 && document.blocks[0].kind == .listItem)
    }

    @Test("A line of Markdown that begins with thousands of marks is refused")
    func marks() {
        for mark in [">", "> ", "- ", "* ", "1. "] {
            let line = String(repeating: mark, count: 5_000) + "x"
            #expect(throws: ExtractionRefusal.tooComplex, "\(mark)") {
                try extract("\(line)\n", "a.md")
            }
        }
    }

    // MARK: PDF

    @Test("A newspaper is read; page after page of twenty thousand words is refused")
    func crowdedPages() throws {
        var newspaper = PDFCrowding()
        for _ in 0..<ExtractionLimits.maxPages { try newspaper.add(words: 4_000) }
        for _ in 0..<60 { try newspaper.add(words: 7_000) }
        var hostile = PDFCrowding()
        for _ in 0..<3 { try hostile.add(words: 20_000) }
        #expect(throws: ExtractionRefusal.tooComplex) { try hostile.add(words: 20_000) }
        var alone = PDFCrowding()
        #expect(throws: ExtractionRefusal.tooComplex) {
            try alone.add(words: ExtractionLimits.maxGlyphsPerPage)
        }
    }

    // MARK: Processor time

    @Test("A small document has seconds of processor time, a large one more, and none without end")
    func seconds() {
        #expect(ExtractionLimits.cpuSeconds(bytes: 0) == 5)
        #expect(ExtractionLimits.cpuSeconds(bytes: 4 << 20) == 17)
        #expect(ExtractionLimits.cpuSeconds(bytes: 200 << 20) == ExtractionLimits.cpuSeconds)
    }
}
