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
        read(text, limit: limit, keepsPlaces: false).tokens
    }

    /// The same tokens, each with the part of the text that it came from.
    package func placedTokens(
        of text: String, limit: Int = TextEncoder.tokenLimit
    ) -> [PlacedToken] {
        let reading = read(text, limit: limit, keepsPlaces: true)
        return zip(reading.tokens, reading.ranges).map { PlacedToken(id: $0, range: $1) }
    }

    /// How many scalars and entries of the vocabulary are looked at for a text.
    ///
    /// At most proportional to the text, whatever is in it.
    func work(of text: String, limit: Int) -> Int {
        read(text, limit: limit, keepsPlaces: false).work
    }

    private func read(_ text: String, limit: Int, keepsPlaces: Bool) -> Reading {
        var reading = Reading(
            vocabulary: vocabulary, limit: max(2, limit) - 1, keepsPlaces: keepsPlaces)
        var pages = pages.withLock { $0 }
        var place = 0
        for scalar in text.unicodeScalars {
            let value = Int(scalar.value)
            let page = pages[value >> 8] ?? madePage(value >> 8, &pages)
            let entry = page.entries[value & 255]
            if entry.combiningClass == FoldedScalar.expansionClass {
                for part in page.expansions[Int(entry.value)] { reading.take(part, at: place) }
            } else {
                reading.take(entry, at: place)
            }
            if reading.isFull { break }
            place += 1
        }
        reading.finish(at: place)
        return reading
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

/// A token and the part of the text that it came from.
package struct PlacedToken: Sendable, Hashable {
    package let id: Int32
    /// Counted in Unicode scalars of the text; empty for the start and end token.
    package let range: Range<Int>

    package init(id: Int32, range: Range<Int>) {
        self.id = id
        self.range = range
    }
}

/// One text half read: the word being collected and the tokens so far.
private struct Reading {
    let vocabulary: Vocabulary
    /// Tokens without the end token.
    let limit: Int
    let keepsPlaces: Bool
    private(set) var tokens: [Int32]
    /// Beside the tokens, if places are kept.
    private(set) var ranges: [Range<Int>] = []
    private(set) var work = 0
    private var word: [UInt32] = []
    /// Beside the word: where each scalar came from, if places are kept.
    private var places: [Int] = []
    private var lengths: [Int] = []
    /// Marks that survive and wait to be put in canonical order.
    private var marks: [(entry: FoldedScalar, place: Int)] = []

    init(vocabulary: Vocabulary, limit: Int, keepsPlaces: Bool) {
        self.vocabulary = vocabulary
        self.limit = limit
        self.keepsPlaces = keepsPlaces
        tokens = [vocabulary.start]
        tokens.reserveCapacity(min(limit, 512) + 1)
        if keepsPlaces { ranges = [0..<0] }
    }

    var isFull: Bool { tokens.count >= limit }

    mutating func take(_ entry: FoldedScalar, at spot: Int) {
        work += 1
        if entry.kind == .nothing {
            if entry.value == FoldedScalar.partsMarks { takeMarks() }
        } else if entry.combiningClass != 0 {
            marks.append((entry, spot))
        } else {
            takeMarks()
            place(entry, at: spot)
        }
    }

    /// Canonical ordering (Unicode, D109): stable by combining class, a shelf for each class, so
    /// that a stack of marks as long as the text costs no more than reading it.
    private mutating func takeMarks() {
        guard !marks.isEmpty else { return }
        if marks.count > 1 { sortMarks() }
        for mark in marks { place(mark.entry, at: mark.place) }
        marks.removeAll(keepingCapacity: true)
    }

    private mutating func sortMarks() {
        guard marks.count > 8 else {
            return marks.sort { $0.entry.combiningClass < $1.entry.combiningClass }
        }
        var shelves = [[(entry: FoldedScalar, place: Int)]](repeating: [], count: 256)
        for mark in marks { shelves[Int(mark.entry.combiningClass)].append(mark) }
        work += marks.count + shelves.count / 8
        marks = shelves.flatMap { $0 }
    }

    private mutating func place(_ entry: FoldedScalar, at spot: Int) {
        switch entry.kind {
        case .letter: add(entry.value, spot)
        case .alone:
            endWord()
            add(entry.value, spot)
            endWord()
        case .space: endWord()
        case .nothing: break
        }
    }

    private mutating func add(_ value: UInt32, _ spot: Int) {
        // A word over the limit is unknown whatever follows, so the rest need not be kept.
        if word.count <= Vocabulary.wordLimit {
            word.append(value)
            if keepsPlaces { places.append(spot) }
        } else if keepsPlaces {
            places[places.count - 1] = spot
        }
    }

    private mutating func endWord() {
        guard !word.isEmpty else { return }
        work += word.withUnsafeBufferPointer {
            vocabulary.append(word: $0, to: &tokens, lengths: &lengths)
        }
        if keepsPlaces {
            var first = 0
            for length in lengths {
                let end = min(first + length, places.count)
                // Marks in canonical order may stand before one that they followed in the text.
                let spots = places[first..<end]
                ranges.append((spots.min() ?? 0)..<(spots.max() ?? 0) + 1)
                first = end
            }
            places.removeAll(keepingCapacity: true)
        }
        lengths.removeAll(keepingCapacity: true)
        word.removeAll(keepingCapacity: true)
    }

    mutating func finish(at end: Int) {
        takeMarks()
        endWord()
        if tokens.count > limit {
            tokens.removeSubrange(limit...)
            if keepsPlaces { ranges.removeSubrange(limit...) }
        }
        tokens.append(vocabulary.end)
        if keepsPlaces { ranges.append(end..<end) }
    }
}
