import Base
import Documents
import Testing

@Suite("Cutting documents into passages")
struct ChunkerTests {
    @Test("One row of a price list is one passage with its column names and headings")
    func rows() {
        let document = DocumentText(
            title: "Prices",
            blocks: [
                Block(.heading(level: 1), "Prices"), Block(.heading(level: 2), "Colour"),
                row(("Service", "Balayage"), ("Price", "£120"), ("Duration", "2 h")),
                row(("Service", "Toner"), ("Price", "£35"), ("Duration", "30 min")),
            ])
        let passages = Chunker().passages(of: document)
        #expect(
            passages.map(\.quote) == [
                "Balayage — Price: £120 — Duration: 2 h", "Toner — Price: £35 — Duration: 30 min",
            ])
        #expect(passages[0].headings == ["Prices", "Colour"])
        #expect(passages[0].text == "Prices › Colour\nBalayage — Price: £120 — Duration: 2 h")
    }

    @Test("A week of opening hours stays in one passage")
    func week() {
        let days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Sat", "Sun"]
        let document = DocumentText(
            title: nil, blocks: days.map { row(("Day", $0), ("Open", "9 to 5")) })
        #expect(Chunker().passages(of: document).count == 1)
    }

    @Test("A question stays with its answer and apart from the next question")
    func questions() {
        let document = DocumentText(
            title: "FAQ",
            blocks: [
                Block(.question, "Can I park?"), Block(.paragraph, "Yes, behind the house."),
                Block(.paragraph, "It is free."), Block(.paragraph, "Do you take cards?"),
                Block(.paragraph, "All of them."),
            ])
        #expect(
            Chunker().passages(of: document).map(\.quote) == [
                "Can I park?\nYes, behind the house.\nIt is free.",
                "Do you take cards?\nAll of them.",
            ])
    }

    @Test("A heading without text below is a passage, so that nothing is lost")
    func bareHeading() {
        let document = DocumentText(
            title: nil,
            blocks: [
                Block(.heading(level: 1), "We are closed in August"),
                Block(.heading(level: 1), "Hours"), Block(.paragraph, "Nine to five."),
            ])
        #expect(
            Chunker().passages(of: document).map(\.quote) == [
                "We are closed in August", "Nine to five.",
            ])
    }

    @Test("A long paragraph is cut between sentences only")
    func sentences() {
        let sentence =
            "We ask every guest to give us two full days of notice before moving a visit."
        let text = Array(repeating: sentence, count: 40).joined(separator: " ")
        let document = DocumentText(title: nil, blocks: [Block(.paragraph, text)])
        let passages = Chunker().passages(of: document)
        #expect(passages.count > 3)
        #expect(
            passages.allSatisfy { $0.quote.hasPrefix("We ask") && $0.quote.hasSuffix("visit.") })
    }

    @Test("Pages are those on which the quotes begin")
    func pages() {
        let document = DocumentText(
            title: nil,
            blocks: [
                Block(.heading(level: 1), "One", page: 1), Block(.paragraph, "First.", page: 1),
                Block(.heading(level: 1), "Two", page: 4), Block(.paragraph, "Second.", page: 5),
            ])
        #expect(Chunker().passages(of: document).map(\.page) == [1, 5])
    }

    @Test(
        "Any document: offsets give the quotes, no text is lost, no passage is too long",
        arguments: Array(1...60) as [UInt64])
    func properties(seed: UInt64) {
        let document = RandomDocument(seed: seed).document()
        let passages = Chunker().passages(of: document)
        let scalars = Array(document.text.unicodeScalars)
        var covered = [Bool](repeating: false, count: scalars.count)
        for (index, passage) in passages.enumerated() {
            #expect(passage.ordinal == index)
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars[passage.start..<passage.end])
            #expect(String(view) == passage.quote)
            #expect(passage.text.hasSuffix(passage.quote))
            let words = passage.quote.split(whereSeparator: \.isWhitespace).count
            #expect(ChunkLimits.tokens(scalars: passage.end - passage.start, words: words) <= 200)
            for place in passage.start..<passage.end { covered[place] = true }
        }
        for block in document.blocks {
            if block.headingLevel != nil,
                passages.contains(where: { $0.headings.contains(block.text) })
            {
                continue
            }
            let end = block.offset + block.text.unicodeScalars.count
            let lost = (block.offset..<end).filter {
                !covered[$0] && !scalars[$0].properties.isWhitespace
            }
            #expect(lost.isEmpty)
        }
        #expect(passages == Chunker().passages(of: document))
    }

    @Test("A heading as long as a book is read as text, and not carried by the passages under it")
    func longHeading() {
        let long = String(repeating: "word ", count: 100_000)
        let paragraphs = (0..<50).map { Block(.paragraph, "Paragraph \($0): \(long.prefix(700))") }
        let document = DocumentText(
            title: nil, blocks: [Block(.heading(level: 1), long)] + paragraphs)
        let passages = Chunker().passages(of: document)
        let limit = ChunkLimits().maxHeadingText
        #expect(passages.count >= 50)
        #expect(passages.allSatisfy { $0.headings.allSatisfy { $0.count <= limit } })
    }

    @Test("Short sentences are gathered to the target and no further")
    func shortSentences() {
        for text in [
            String(repeating: "Ab. ", count: 20_000), String(repeating: "土曜。", count: 20_000),
        ] {
            let document = DocumentText(title: nil, blocks: [Block(.paragraph, text)])
            let passages = Chunker().passages(of: document)
            let sizes = passages.map { passage in
                ChunkLimits.tokens(
                    scalars: passage.quote.unicodeScalars.count,
                    words: passage.quote.split { $0.isWhitespace }.count)
            }
            #expect(sizes.allSatisfy { $0 <= ChunkLimits().targetTokens })
            // None could have taken one sentence more.
            #expect(sizes.dropLast().allSatisfy { $0 >= ChunkLimits().targetTokens - 2 })
        }
    }

    private func row(_ cells: (String, String)...) -> Block {
        Block(row: cells.map { TableCell(header: $0.0, value: $0.1) })
    }
}

/// Documents of random blocks, with signs outside the basic plane and words beyond all limits.
private struct RandomDocument {
    private var random: SeededRandom

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
    }

    func document() -> DocumentText {
        var copy = self
        let count = Int.random(in: 0...40, using: &copy.random)
        return DocumentText(title: "Title", blocks: (0..<count).map { _ in copy.block() })
    }

    private mutating func block() -> Block {
        let page = Int.random(in: 1...9, using: &random)
        switch Int.random(in: 0..<8, using: &random) {
        case 0:
            return Block(
                .heading(level: Int.random(in: 1...6, using: &random)), text(8), page: page)
        case 1: return Block(.question, text(12) + "?", page: page)
        case 2: return Block(.listItem, text(30), page: page)
        case 3, 4:
            let cells = (0..<3).map { TableCell(header: "H\($0)", value: text(5)) }
            return Block(row: cells, page: page)
        default: return Block(.paragraph, text(400), page: page)
        }
    }

    private mutating func text(_ most: Int) -> String {
        let words = [
            "hair", "Monday.", "£120", "a", "très", "日本語。", "👩‍👩‍👧", "visit?", "\n", "e\u{301}",
            String(repeating: "x", count: 1500), "colour", "the", "of", "Dr.", "09:30",
        ]
        let count = Int.random(in: 0...most, using: &random)
        return (0..<count).map { _ in
            let index = Int.random(in: 0..<words.count, using: &random)
            // The monster comes seldom, or nothing else would be seen.
            return index == 10 && Int.random(in: 0..<8, using: &random) > 0 ? "word" : words[index]
        }.joined(separator: " ")
    }
}
