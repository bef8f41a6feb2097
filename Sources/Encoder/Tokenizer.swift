import Base

/// The uncased BERT tokenizer: text in, token ids out, equal to Hugging Face's.
///
/// Linear in the text, and it stops reading when the limit of tokens is reached.
package final class Tokenizer: Sendable {
    package let vocabulary: Vocabulary
    /// Pages of 256 scalars, made when a text first needs them.
    private let pages = Lock([FoldedPage?](repeating: nil, count: 0x1100))

    package init(_ vocabulary: Vocabulary) {
        self.vocabulary = vocabulary
    }

    /// The tokens of a text between start and end token, at most `limit` with these two.
    package func tokens(of text: String, limit: Int = TextEncoder.tokenLimit) -> [Int32] {
        var reading = Reading(vocabulary: vocabulary, limit: max(2, limit) - 1)
        var pages = pages.withLock { $0 }
        for scalar in text.unicodeScalars {
            let value = Int(scalar.value)
            let page = pages[value >> 8] ?? madePage(value >> 8, &pages)
            let entry = page.entries[value & 255]
            if entry.combiningClass == FoldedScalar.expansionClass {
                for part in page.expansions[Int(entry.value)] { reading.take(part) }
            } else {
                reading.take(entry)
            }
            if reading.isFull { break }
        }
        return reading.finished()
    }

    /// Tokens that a caller made, between start and end token unless they are there already.
    package func framed(_ tokens: [Int32], limit: Int = TextEncoder.tokenLimit) -> [Int32] {
        var inner = tokens[...]
        if inner.first == vocabulary.start { inner.removeFirst() }
        if inner.last == vocabulary.end { inner.removeLast() }
        return [vocabulary.start] + inner.prefix(max(0, limit - 2)) + [vocabulary.end]
    }

    private func madePage(_ number: Int, _ pages: inout [FoldedPage?]) -> FoldedPage {
        let page = FoldedPage(number)
        self.pages.withLock { $0[number] = page }
        pages[number] = page
        return page
    }
}

/// One text half read: the word being collected and the tokens so far.
private struct Reading {
    let vocabulary: Vocabulary
    /// Tokens without the end token.
    let limit: Int
    var tokens: [Int32]
    private var word: [UInt32] = []
    /// Marks that survive and wait to be put in canonical order.
    private var marks: [FoldedScalar] = []

    init(vocabulary: Vocabulary, limit: Int) {
        self.vocabulary = vocabulary
        self.limit = limit
        tokens = [vocabulary.start]
        tokens.reserveCapacity(min(limit, 512) + 1)
    }

    var isFull: Bool { tokens.count >= limit }

    mutating func take(_ entry: FoldedScalar) {
        if entry.kind == .nothing {
            if entry.value == FoldedScalar.partsMarks { takeMarks() }
        } else if entry.combiningClass != 0 {
            marks.append(entry)
        } else {
            takeMarks()
            place(entry)
        }
    }

    /// Canonical ordering (Unicode, D109): stable by combining class.
    private mutating func takeMarks() {
        guard !marks.isEmpty else { return }
        if marks.count > 1 { marks.sort { $0.combiningClass < $1.combiningClass } }
        for mark in marks { place(mark) }
        marks.removeAll(keepingCapacity: true)
    }

    private mutating func place(_ entry: FoldedScalar) {
        switch entry.kind {
        case .letter:
            // A word over the limit is unknown whatever follows, so the rest need not be kept.
            if word.count <= Vocabulary.wordLimit { word.append(entry.value) }
        case .alone:
            endWord()
            word.append(entry.value)
            endWord()
        case .space: endWord()
        case .nothing: break
        }
    }

    private mutating func endWord() {
        guard !word.isEmpty else { return }
        word.withUnsafeBufferPointer { vocabulary.append(word: $0, to: &tokens) }
        word.removeAll(keepingCapacity: true)
    }

    mutating func finished() -> [Int32] {
        takeMarks()
        endWord()
        if tokens.count > limit { tokens.removeSubrange(limit...) }
        tokens.append(vocabulary.end)
        return tokens
    }
}
