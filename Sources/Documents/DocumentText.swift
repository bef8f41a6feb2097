/// A document as text with anchors: what extraction gives and what the chunker cuts.
package struct DocumentText: Sendable, Hashable, Codable {
    /// The name the document gives itself; nil when it has none worth showing.
    package let title: String?
    /// A language tag the document states about itself ("en", "de-CH"); a hint, not a finding.
    package let language: String?
    package let blocks: [Block]
    /// Sentences for the owner on what was left out ("Page 3 has no text: it is a picture.").
    package let warnings: [String]

    /// Drops empty blocks and gives every block its offset.
    package init(
        title: String?, language: String? = nil, blocks: [Block], warnings: [String] = []
    ) {
        var offset = 0
        var kept: [Block] = []
        kept.reserveCapacity(blocks.count)
        for block in blocks where !block.text.isEmpty {
            var placed = block
            placed.offset = offset
            offset += placed.text.unicodeScalars.count + 1
            kept.append(placed)
        }
        let name = title.map(TextNormaliser.line) ?? ""
        self.title = name.isEmpty ? nil : String(name.prefix(200))
        self.language = language
        self.blocks = kept
        self.warnings = warnings
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            title: try container.decodeIfPresent(String.self, forKey: .title),
            language: try container.decodeIfPresent(String.self, forKey: .language),
            blocks: try container.decode([Block].self, forKey: .blocks),
            warnings: try container.decode([String].self, forKey: .warnings))
    }

    /// The whole normalised text: every block's text, one newline between two blocks. O(n).
    package var text: String {
        blocks.map(\.text).joined(separator: "\n")
    }

    /// Whether there is anything in it that can answer a question.
    package var isEmpty: Bool { blocks.isEmpty }
}
