import Documents
import Foundation
import Testing

@Suite("What the extract process says")
struct ExtractionResultTests {
    private let document = DocumentText(
        title: "Prices", language: "en",
        blocks: [
            Block(.heading(level: 2), "Colour", page: 1),
            Block(
                row: [
                    TableCell(header: "Service", value: "Toner"),
                    TableCell(header: "Price", value: "£35"),
                ], page: 2),
        ], warnings: ["Page 3 has no text."])

    @Test("Text and refusals come back as they were sent")
    func roundTrip() throws {
        for result in [ExtractionResult.text(document), .refused(.encrypted)] {
            #expect(ExtractionResult.read(output: try result.json()) == result)
        }
    }

    @Test("Offsets are recomputed, not believed")
    func offsets() throws {
        let line = String(decoding: try ExtractionResult.text(document).json(), as: UTF8.self)
        let forged = line.replacingOccurrences(of: "\"offset\":7", with: "\"offset\":-99999")
        #expect(forged != line)
        #expect(ExtractionResult.read(output: Data(forged.utf8)) == .text(document))
    }

    @Test("A process that was killed, was slow or wrote nonsense refuses the document")
    func broken() {
        #expect(ExtractionResult.read(output: Data(), timedOut: true) == .refused(.tooSlow))
        #expect(ExtractionResult.read(output: Data(), signal: 24) == .refused(.tooSlow))
        #expect(ExtractionResult.read(output: Data(), signal: 11) == .refused(.tooComplex))
        for text in ["", "{", "[]", "{\"document\":{\"blocks\":7}}"] {
            #expect(ExtractionResult.read(output: Data(text.utf8)) == .refused(.tooComplex))
        }
        let level =
            #"{"document":{"blocks":[{"kind":{"heading":{"level":99}},"text":"a","offset":0}],"warnings":[]}}"#
        #expect(ExtractionResult.read(output: Data(level.utf8)) == .refused(.tooComplex))
    }

    @Test("Text is normalised: ligatures, spaces, soft hyphens, controls")
    func normalised() {
        let raw = "of\u{FB01}ce\u{A0}\u{A0} hours\r\n\r\n co\u{AD}lour\u{0}\u{7} e\u{301}"
        #expect(TextNormaliser.normalise(raw) == "office hours\ncolour é")
    }
}
