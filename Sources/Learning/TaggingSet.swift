/// A part of a text that says one thing: a date, a name.
package struct TokenSpan: Sendable, Hashable, Codable {
    package var kind: String
    /// Counted in tokens of its text.
    package var tokens: Range<Int>

    package init(kind: String, tokens: Range<Int>) {
        self.kind = kind
        self.tokens = tokens
    }
}

/// Texts to learn spans from: a row of numbers for each token, and the spans that are in them.
package struct TaggingSet: Sendable {
    package let kinds: [String]
    /// Numbers of one token.
    package let dimension: Int
    /// Row-major, all texts behind each other.
    private(set) var rows: [Float] = []
    private(set) var tags: [Int] = []
    /// Where each text begins, and the end.
    private(set) var starts = [0]
    private let numbers: [String: Int]

    package init(kinds: [String], dimension: Int) throws(LearningRefusal) {
        guard LearningLimits.spanKinds.contains(kinds.count), Set(kinds).count == kinds.count,
            kinds.allSatisfy({ LearningLimits.nameBytes.contains($0.utf8.count) })
        else { throw .outOfRange("kinds") }
        guard LearningLimits.dimension.contains(dimension) else { throw .outOfRange("dimensions") }
        self.kinds = kinds
        self.dimension = dimension
        numbers = Dictionary(uniqueKeysWithValues: zip(kinds, kinds.indices))
    }

    package var count: Int { starts.count - 1 }
    package var tokenCount: Int { tags.count }
    var scheme: TagScheme { TagScheme(kindCount: kinds.count) }

    /// Adds a text by the rows of its tokens, behind each other; spans may not overlap.
    package mutating func add(_ tokens: [Float], spans: [TokenSpan]) throws(LearningRefusal) {
        let length = try TaggingSet.length(of: tokens, dimension: dimension)
        guard LearningLimits.rows.contains(tokenCount + length) else { throw .outOfRange("rows") }
        var fresh = [Int](repeating: TagScheme.outside, count: length)
        for span in spans {
            guard let kind = numbers[span.kind] else { throw .unknownClass(span.kind) }
            guard !span.tokens.isEmpty, span.tokens.lowerBound >= 0,
                span.tokens.upperBound <= length,
                fresh[span.tokens].allSatisfy({ $0 == TagScheme.outside })
            else { throw .outOfRange("tokens of a span") }
            for place in span.tokens { fresh[place] = TagScheme.inside(kind) }
            fresh[span.tokens.lowerBound] = TagScheme.begin(kind)
        }
        rows += tokens
        tags += fresh
        starts.append(tags.count)
    }

    /// How many tokens some rows are; refuses what is no text.
    static func length(of tokens: [Float], dimension: Int) throws(LearningRefusal) -> Int {
        guard tokens.count.isMultiple(of: dimension) else {
            throw .wrongDimension(expected: dimension, found: tokens.count % dimension)
        }
        let length = tokens.count / dimension
        guard LearningLimits.tokens.contains(length) else { throw .outOfRange("tokens") }
        guard tokens.allSatisfy(\.isFinite) else { throw .notFinite }
        return length
    }

    /// Some of the texts, in the given order.
    func texts(_ chosen: [Int]) -> TaggedTexts {
        var rows: [Float] = []
        var tags: [Int] = []
        var starts = [0]
        for text in chosen {
            let range = self.starts[text]..<self.starts[text + 1]
            rows += self.rows[range.lowerBound * dimension..<range.upperBound * dimension]
            tags += self.tags[range]
            starts.append(tags.count)
        }
        return TaggedTexts(rows: rows, tags: tags, starts: starts)
    }

    /// A number that changes with any row, span or name; says which data made a head.
    package var fingerprint: String {
        var hash = FNV1a()
        for name in kinds { hash.add(name) }
        for value in rows { hash.add(UInt64(value.bitPattern)) }
        for number in tags + starts { hash.add(UInt64(number)) }
        return hash.text
    }
}

/// Some texts of a set, for one thread.
struct TaggedTexts: Sendable {
    let rows: [Float]
    let tags: [Int]
    let starts: [Int]

    var count: Int { starts.count - 1 }
    var tokenCount: Int { tags.count }
}
