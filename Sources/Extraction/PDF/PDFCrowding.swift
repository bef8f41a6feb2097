import Documents

/// How much the crowded pages of a PDF cost, by what poppler compares on them.
struct PDFCrowding {
    private var pairs = 0

    /// Counts one page; throws `.tooComplex` when crowded pages are too many.
    mutating func add(words: Int) throws(ExtractionRefusal) {
        let above = max(0, min(words, ExtractionLimits.maxGlyphsPerPage) - usual)
        pairs += above * above
        guard pairs <= ExtractionLimits.maxWordPairs else { throw .tooComplex }
    }

    private var usual: Int { ExtractionLimits.usualWordsPerPage }
}
