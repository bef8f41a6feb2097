import Documents
import Extraction
import Foundation
import Testing

@Suite("Reading DOCX")
struct WordTests {
    @Test("Headings, lists, tables and footnotes become blocks")
    func blocks() throws {
        let styles = """
            <w:styles xmlns:w="w"><w:style w:styleId="Kop1"><w:name w:val="heading 1"/></w:style>
            <w:style w:styleId="Mine"><w:basedOn w:val="Kop1"/></w:style></w:styles>
            """
        let notes = """
            <w:footnotes xmlns:w="w"><w:footnote w:id="2"><w:p><w:r><w:t>Except in August.</w:t></w:r></w:p>
            </w:footnote></w:footnotes>
            """
        let body = """
            \(p("Policy", style: "Mine"))\
            <w:p><w:r><w:t>We close at </w:t></w:r><w:del><w:r><w:t>six</w:t></w:r></w:del>\
            <w:r><w:t>five.</w:t><w:footnoteReference w:id="2"/></w:r></w:p>\
            <w:p><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>Bring a card</w:t></w:r></w:p>\
            <w:tbl><w:tr><w:trPr><w:tblHeader/></w:trPr>\(tc("What"))\(tc("Cost"))</w:tr>\
            <w:tr>\(tc("Late visit"))\(tc("£20"))</w:tr></w:tbl>
            """
        let data = MadeZip.word(
            body, parts: ["word/styles.xml": styles, "word/footnotes.xml": notes])
        let document = try Extractor.extract(data, name: "policy.docx")
        #expect(document.title == "Policy")
        #expect(
            document.blocks.map(\.text) == [
                "Policy", "We close at five.", "Except in August.", "Bring a card",
                "Late visit — Cost: £20",
            ])
        #expect(document.blocks[0].kind == .heading(level: 1))
        #expect(document.blocks[3].kind == .listItem)
    }

    @Test("A cell merged downwards counts for every row it spans")
    func merged() throws {
        let body = """
            <w:tbl><w:tr>\(tc("Service"))\(tc("Who"))\(tc("Price"))</w:tr>\
            <w:tr>\(tc("Cut", merge: "restart"))\(tc("Ana"))\(tc("£64"))</w:tr>\
            <w:tr>\(tc("", merge: "continue"))\(tc("Joel"))\(tc("£56"))</w:tr></w:tbl>
            """
        let document = try Extractor.extract(MadeZip.word(body), name: "a.docx")
        #expect(
            document.blocks.map(\.text) == [
                "Cut — Who: Ana — Price: £64", "Cut — Who: Joel — Price: £56",
            ])
    }

    @Test("A zip bomb is refused before it is unpacked")
    func bomb() {
        var zip = MadeZip()
        zip.storeBomb("word/document.xml", size: 100 << 20)
        let data = zip.finished()
        #expect(data.count < 1 << 20)
        #expect(throws: ExtractionRefusal.expandsTooFar) {
            try Extractor.extract(data, name: "a.docx")
        }
    }

    @Test("A document that defines entities is refused")
    func entities() {
        var zip = MadeZip()
        let text = """
            <!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>
            <d><p><t>&b;&f;</t></p></d>
            """
        zip.store("word/document.xml", Data(text.utf8))
        #expect(throws: ExtractionRefusal.unsafeXML) {
            try Extractor.extract(zip.finished(), name: "a.docx")
        }
    }

    @Test("Broken XML, deep XML and an archive without a document are refused")
    func broken() {
        #expect(throws: ExtractionRefusal.damaged) {
            try Extractor.extract(MadeZip.word("<w:p><w:r>"), name: "a.docx")
        }
        let deep = String(repeating: "<a>", count: 250) + String(repeating: "</a>", count: 250)
        #expect(throws: ExtractionRefusal.tooComplex) {
            try Extractor.extract(MadeZip.word(deep), name: "a.docx")
        }
        var empty = MadeZip()
        empty.store("word/other.xml", Data("<a/>".utf8))
        #expect(throws: ExtractionRefusal.damaged) {
            try Extractor.extract(empty.finished(), name: "a.docx")
        }
    }

    private func p(_ text: String, style: String) -> String {
        "<w:p><w:pPr><w:pStyle w:val=\"\(style)\"/></w:pPr><w:r><w:t>\(text)</w:t></w:r></w:p>"
    }

    private func tc(_ text: String, merge: String? = nil) -> String {
        let property = merge.map { "<w:tcPr><w:vMerge w:val=\"\($0)\"/></w:tcPr>" } ?? ""
        return "<w:tc>\(property)<w:p><w:r><w:t>\(text)</w:t></w:r></w:p></w:tc>"
    }
}
