/// A piece of a document that can answer a question alone: what is embedded, found and quoted.
package struct Passage: Sendable, Hashable, Codable {
    /// Position among the passages of the document, from 0.
    package let ordinal: Int
    /// What is embedded: the headings above the quote, a newline, and the quote.
    package let text: String
    /// The exact text of the document between `start` and `end`.
    package let quote: String
    /// The page the quote starts on, from 1; nil where the format has no pages.
    package let page: Int?
    /// The headings above the quote, from the highest down.
    package let headings: [String]
    /// Unicode scalars from the start of `DocumentText.text`.
    package let start: Int
    /// Past the end, in the same unit.
    package let end: Int
}

/// How large passages get; tokens are estimated, since each encoder counts in its own way.
package struct ChunkLimits: Sendable, Hashable {
    /// Blocks are gathered until a passage has this many tokens.
    package var targetTokens = 150
    /// No quote is longer, because encoders cut off at 256 and headings need room.
    package var maxTokens = 200
    /// Headings above a quote that are embedded with it, the nearest ones.
    package var maxHeadings = 3
    /// Characters of one heading that are embedded.
    package var maxHeadingLength = 100
    /// Unicode scalars of a heading; what is longer is read as a paragraph.
    package var maxHeadingText = 300
    /// A document of more passages is cut there, with the rest unsearchable: a bound on cost.
    package var maxPassages = 20_000

    package init() {}

    /// About how many word pieces a text of so many scalars and words becomes.
    package static func tokens(scalars: Int, words: Int) -> Int {
        max((words * 4 + 2) / 3, (scalars + 4) / 5)
    }
}
