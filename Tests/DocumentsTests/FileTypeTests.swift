import Documents
import Testing

@Suite("Telling types of files by content")
struct FileTypeTests {
    @Test(
        "Documents are known whatever they are called",
        arguments: [
            ("%PDF-1.7\n…", "a.txt", FileType.pdf), ("junk\n%PDF-1.4", "scan", .pdf),
            ("PK\u{3}\u{4}...word/document.xml", "a.docx", .docx),
            ("<!DOCTYPE html><p>Hi", "page", .html), ("  <html><body>", "x.txt", .html),
            ("# Prices", "prices.md", .markdown), ("Prices", "prices.txt", .text),
            ("Prices: 10", "prices", .text),
        ])
    func known(content: String, name: String, type: FileType) throws {
        #expect(try FileType.sniff(content.utf8, name: name) == type)
    }

    @Test(
        "Anything else is refused for what it is",
        arguments: [
            ([], "a.pdf", ExtractionRefusal.empty),
            (Array("MZ\u{90}\u{0} %PDF-".utf8), "invoice.pdf", .executable),
            ([0x7F, 0x45, 0x4C, 0x46, 2, 1], "list.pdf", .executable),
            (Array("#!/bin/sh\nrm".utf8), "notes.txt", .executable),
            ([0x89, 0x50, 0x4E, 0x47, 13, 10], "a.png", .image),
            ([0xD0, 0xCF, 0x11, 0xE0, 0xA1], "a.doc", .oldWord),
            (Array("PK\u{3}\u{4}..xl/workbook.xml".utf8), "a.xlsx", .spreadsheet),
            (Array("PK\u{3}\u{4}..photos/1.jpg".utf8), "a.zip", .archive),
            (Array("PK\u{3}\u{4}..photos/1.jpg".utf8), "a.pdf", .misnamed),
            (Array("just words".utf8), "a.pdf", .misnamed),
            (Array("{\\rtf1 hello}".utf8), "a.rtf", .richText),
            ([1, 2, 3, 0, 0, 9], "a.bin", .binary), ([1, 2, 3, 0, 0, 9], "a.pdf", .damaged),
        ])
    func refused(content: [UInt8], name: String, refusal: ExtractionRefusal) {
        #expect(throws: refusal) { try FileType.sniff(content, name: name) }
    }

    @Test(
        "Every refusal has a code of its own and a sentence that ends",
        arguments: ExtractionRefusal.allCases)
    func sentences(refusal: ExtractionRefusal) {
        #expect(refusal.code.hasPrefix("document."))
        #expect(refusal.detail.hasSuffix(".") && refusal.detail.count > 30)
    }
}
