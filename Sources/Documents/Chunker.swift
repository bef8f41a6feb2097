/// Cuts a document into passages along its own structure. Pure and deterministic.
///
/// A heading belongs to what follows it. A row of a table is a passage of its own, so that one row
/// answers one question; a table of weekdays stays together, since nobody asks for half a week. A
/// question stays with its answer. Paragraphs and list items under one heading are gathered to
/// about `targetTokens`, and only a block above `maxTokens` is cut, between sentences.
package struct Chunker: Sendable {
    private let limits: ChunkLimits

    package init(limits: ChunkLimits = ChunkLimits()) {
        self.limits = limits
    }

    /// The passages in reading order; every block is in a quote or among the headings. O(n).
    package func passages(of document: DocumentText) -> [Passage] {
        var cutter = PassageCutter(document, limits)
        for index in document.blocks.indices { cutter.take(index) }
        return cutter.finish()
    }
}

/// The state of one walk over a document.
private struct PassageCutter {
    private let document: DocumentText
    private let limits: ChunkLimits
    private let scalars: [Unicode.Scalar]
    private var headings: [(level: Int, text: String, block: Int)] = []
    /// Headings that no passage stands under yet; they become passages if none ever does.
    private var bare = false
    private var gathered: [Int] = []
    private var gatheredTokens = 0
    private var inAnswer = false
    private var found: [Passage] = []

    init(_ document: DocumentText, _ limits: ChunkLimits) {
        self.document = document
        self.limits = limits
        self.scalars = Array(document.text.unicodeScalars)
    }

    mutating func take(_ index: Int) {
        let block = document.blocks[index]
        switch block.kind {
        // Every passage under a heading carries it: what is as long as a paragraph is read as one.
        case .heading where block.text.unicodeScalars.count > limits.maxHeadingText:
            takeText(index)
        case .heading(let level):
            flush()
            if bare, let last = headings.last, last.level >= level { emitBareHeading() }
            headings.removeAll { $0.level >= level }
            headings.append((level, block.text, index))
            bare = true
        case .tableRow(let cells):
            takeRow(index, cells)
        case .question:
            flush()
            gather(index)
            inAnswer = true
        case .paragraph, .listItem:
            takeText(index)
        }
    }

    mutating func finish() -> [Passage] {
        flush()
        if bare { emitBareHeading() }
        return found
    }

    private mutating func takeRow(_ index: Int, _ cells: [TableCell]) {
        let isSchedule = Weekdays.startsWithDay(cells.first?.value ?? "")
        let follows = gathered.last.map { document.blocks[$0] }
        let fits = gatheredTokens + tokens(index) <= limits.maxTokens
        if isSchedule, let follows, follows.isTableRow, fits {
            gather(index)
        } else {
            flush()
            gather(index)
            if !isSchedule { flush() }
        }
    }

    private mutating func takeText(_ index: Int) {
        if let last = gathered.last, document.blocks[last].isTableRow { flush() }
        if !inAnswer, isQuestion(document.blocks[index].text) {
            flush()
            gather(index)
            inAnswer = true
            return
        }
        if inAnswer, isQuestion(document.blocks[index].text), gathered.count > 1 {
            flush()
            gather(index)
            inAnswer = true
            return
        }
        let size = tokens(index)
        let bound = inAnswer || isLeadIn ? limits.maxTokens : limits.targetTokens
        if !gathered.isEmpty, gatheredTokens + size > bound { flush() }
        gather(index)
        if gatheredTokens >= limits.targetTokens, !isLeadIn { flush() }
    }

    /// A line that ends with a colon announces what follows and must not be parted from it.
    private var isLeadIn: Bool {
        guard let last = gathered.last else { return false }
        return document.blocks[last].text.hasSuffix(":")
    }

    private func isQuestion(_ text: String) -> Bool {
        text.unicodeScalars.count <= 250
            && (text.hasSuffix("?") || text.hasPrefix("Q:") || text.hasPrefix("Q."))
    }

    private mutating func gather(_ index: Int) {
        gathered.append(index)
        gatheredTokens += tokens(index)
    }

    private func range(_ index: Int) -> Range<Int> {
        let block = document.blocks[index]
        return block.offset..<(block.offset + block.text.unicodeScalars.count)
    }

    private func tokens(_ index: Int) -> Int { tokens(range(index)) }

    private func tokens(_ range: Range<Int>) -> Int {
        ChunkLimits.tokens(scalars: range.count, words: words(range))
    }

    private func words(_ range: Range<Int>) -> Int {
        var words = 0
        var inWord = false
        for index in range {
            let space = scalars[index].properties.isWhitespace
            if !space, !inWord { words += 1 }
            inWord = !space
        }
        return words
    }

    /// Makes a passage of what was gathered, or several if it is too long for one.
    private mutating func flush() {
        defer {
            gathered = []
            gatheredTokens = 0
            inAnswer = false
        }
        guard let first = gathered.first, let last = gathered.last else { return }
        bare = false
        let whole = range(first).lowerBound..<range(last).upperBound
        if tokens(whole) <= limits.maxTokens {
            emit(whole, page: document.blocks[first].page)
            return
        }
        for part in parts(of: whole) { emit(part, page: page(at: part.lowerBound)) }
    }

    /// Sentences gathered up to the target, none longer than the maximum.
    private func parts(of whole: Range<Int>) -> [Range<Int>] {
        let sentences = Sentences.ranges(Array(scalars[whole])).flatMap { sentence in
            let lower = whole.lowerBound + sentence.lowerBound
            return pieces(of: lower..<(whole.lowerBound + sentence.upperBound))
        }
        var parts: [Range<Int>] = []
        // Counted on from sentence to sentence: to count the part anew for each of its sentences
        // would cost a part's length for each of them.
        var wordsOfLast = 0
        for sentence in sentences {
            let own = words(sentence)
            if let last = parts.last {
                let isTouching = last.upperBound == sentence.lowerBound
                let all = wordsOfLast + own - (isTouching ? 1 : 0)
                let joined = last.lowerBound..<sentence.upperBound
                let size = ChunkLimits.tokens(scalars: joined.count, words: all)
                if size <= limits.targetTokens {
                    parts[parts.count - 1] = joined
                    wordsOfLast = all
                    continue
                }
            }
            parts.append(sentence)
            wordsOfLast = own
        }
        return parts
    }

    /// A sentence beyond the maximum is cut between words, and a word beyond it anywhere.
    private func pieces(of sentence: Range<Int>) -> [Range<Int>] {
        guard tokens(sentence) > limits.maxTokens else { return [sentence] }
        var pieces: [Range<Int>] = []
        var start = sentence.lowerBound
        var words = 0
        var lastSpace: Int?
        for index in sentence {
            let isSpace = scalars[index].properties.isWhitespace
            if isSpace { words += 1 }
            let size = ChunkLimits.tokens(scalars: index + 1 - start, words: words + 1)
            if size > limits.maxTokens {
                let cut = lastSpace ?? index
                if cut > start { pieces.append(start..<cut) }
                start = lastSpace.map { $0 + 1 } ?? index
                words = scalars[start...index].count { $0.properties.isWhitespace }
                lastSpace = nil
            }
            if isSpace, index >= start { lastSpace = index }
        }
        if start < sentence.upperBound { pieces.append(start..<sentence.upperBound) }
        return pieces
    }

    private func page(at offset: Int) -> Int? {
        gathered.last { document.blocks[$0].offset <= offset }.flatMap { document.blocks[$0].page }
    }

    private mutating func emitBareHeading() {
        guard let last = headings.last else { return }
        bare = false
        let range = range(last.block)
        let above = headings.dropLast().map(\.text)
        let parts = tokens(range) <= limits.maxTokens ? [range] : parts(of: range)
        for part in parts {
            emit(part, page: document.blocks[last.block].page, headings: above)
        }
    }

    private mutating func emit(_ range: Range<Int>, page: Int?, headings given: [String]? = nil) {
        guard found.count < limits.maxPassages, !range.isEmpty else { return }
        let path = given ?? headings.map(\.text)
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[range])
        let quote = String(view)
        let context = context(path)
        found.append(
            Passage(
                ordinal: found.count, text: context.isEmpty ? quote : context + "\n" + quote,
                quote: quote, page: page, headings: path, start: range.lowerBound,
                end: range.upperBound))
    }

    private func context(_ path: [String]) -> String {
        var names = path.suffix(limits.maxHeadings).map(TextNormaliser.line)
        if path.isEmpty, let title = document.title { names = [title] }
        return names.map { String($0.prefix(limits.maxHeadingLength)) }.joined(separator: " › ")
    }
}
