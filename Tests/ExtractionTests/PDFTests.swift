import Documents
import Extraction
import Foundation
import Testing

@Suite("Reading PDF")
struct PDFTests {
    @Test("Two columns are read one after the other, below their heading")
    func columns() throws {
        let left = [
            "Wash your new colour for the first time", "after two whole days at the earliest and",
            "use a shampoo that is made for coloured",
            "hair, since any other takes the pigment out.",
        ]
        let right = [
            "Come back to us within seven days if you", "are not happy with the shade, and we will",
            "put it right free of charge on the day", "that suits you best in the same month.",
        ]
        let page =
            [MadePDF.Text(string: "Looking after your colour at home", x: 60, top: 80, size: 20)]
            + MadePDF.lines(left, x: 60, top: 130) + MadePDF.lines(right, x: 310, top: 133)
        let document = try Extractor.extract(MadePDF(pages: [page]).data(), name: "a.pdf")
        #expect(
            document.blocks.map(\.text) == [
                "Looking after your colour at home", left.joined(separator: " "),
                right.joined(separator: " "),
            ])
        #expect(document.blocks.map(\.headingLevel) == [1, nil, nil])
    }

    @Test("Rows of a price table carry the names of their columns, each table its own heading")
    func table() throws {
        var page = [MadePDF.Text(string: "Colour", x: 60, top: 60, size: 16)]
        page += row(["Service", "Time", "Price"], top: 90, isBold: true)
        page += row(["Balayage", "3 h", "£165 to £220"], top: 110)
        page += row(["Toner on its own", "30 min", "£35"], top: 130)
        page.append(MadePDF.Text(string: "Treatments", x: 60, top: 170, size: 16))
        page += row(["Service", "Time", "Price"], top: 200, isBold: true)
        page += row(["Scalp detox", "30 min", "£36"], top: 220)
        page += row(["Bond repair", "15 min", "£28"], top: 240)
        page.append(
            MadePDF.Text(
                string: "All prices include a consultation with your own stylist and a cup of tea.",
                x: 60, top: 280))
        let document = try Extractor.extract(MadePDF(pages: [page]).data(), name: "a.pdf")
        #expect(
            document.blocks.map(\.text) == [
                "Colour", "Balayage — Time: 3 h — Price: £165 to £220",
                "Toner on its own — Time: 30 min — Price: £35", "Treatments",
                "Scalp detox — Time: 30 min — Price: £36",
                "Bond repair — Time: 15 min — Price: £28",
                "All prices include a consultation with your own stylist and a cup of tea.",
            ])
    }

    @Test("Hyphens at line ends are joined, and kept where the word has one")
    func hyphens() throws {
        let page = MadePDF.lines(
            [
                "Please tell the stylist about any treat-", "ment of the last year at your check-",
                "in, because a check-in takes a minute.",
            ], x: 60, top: 100)
        let document = try Extractor.extract(MadePDF(pages: [page]).data(), name: "a.pdf")
        #expect(document.text.contains("any treatment of"))
        #expect(document.text.contains("your check-in, because"))
    }

    @Test("Heads and feet that every page repeats are left out, pages are counted from one")
    func repeated() throws {
        let pages = (1...3).map { number in
            [
                MadePDF.Text(string: "Marlow & Finch handbook", x: 60, top: 40),
                MadePDF.Text(string: "Chapter number \(number) begins here.", x: 60, top: 200),
                MadePDF.Text(string: "Page \(number) of 3", x: 280, top: 815),
            ]
        }
        let document = try Extractor.extract(MadePDF(pages: pages).data(), name: "a.pdf")
        #expect(document.blocks.map(\.text) == (1...3).map { "Chapter number \($0) begins here." })
        #expect(document.blocks.map(\.page) == [1, 2, 3])
    }

    @Test("A PDF with a password is refused as such")
    func encrypted() {
        let file = MadePDF(pages: [MadePDF.lines(["Secret"], x: 60, top: 100)], isEncrypted: true)
        #expect(throws: ExtractionRefusal.encrypted) {
            try Extractor.extract(file.data(), name: "a.pdf")
        }
    }

    @Test("A damaged PDF is refused, and one without text as well")
    func damaged() {
        #expect(throws: ExtractionRefusal.damaged) {
            try Extractor.extract(Data("%PDF-1.4\n1 0 obj\n<< /Type".utf8), name: "a.pdf")
        }
        #expect(throws: ExtractionRefusal.noText) {
            try Extractor.extract(MadePDF(pages: [[]]).data(), name: "a.pdf")
        }
    }

    @Test(
        "A PDF cut anywhere gives text or a refusal, never a crash",
        arguments: [0.1, 0.3, 0.5, 0.7, 0.9, 0.98])
    func cut(share: Double) {
        let whole = MadePDF(pages: [MadePDF.lines(["Some words here"], x: 60, top: 100)]).data()
        let part = whole.prefix(Int(Double(whole.count) * share))
        do throws(ExtractionRefusal) {
            let document = try Extractor.extract(Data(part), name: "a.pdf")
            #expect(document.text == "Some words here")
        } catch {
            #expect([.damaged, .noText].contains(error))
        }
    }

    private func row(_ cells: [String], top: Double, isBold: Bool = false) -> [MadePDF.Text] {
        zip(cells, [60.0, 250, 350]).map {
            MadePDF.Text(string: $0, x: $1, top: top, isBold: isBold)
        }
    }
}
