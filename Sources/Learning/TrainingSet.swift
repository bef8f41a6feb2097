/// Labelled rows to learn from, and examples of what belongs to no class.
package struct TrainingSet: Sendable {
    package let classes: [String]
    package let dimension: Int
    package let extraNames: [String]
    /// Row-major, `width` numbers a row: the embedding, then the extras.
    private(set) var features: [Float] = []
    private(set) var labels: [Int] = []
    /// Rows of no class, in the same layout.
    private(set) var outOfScope: [Float] = []
    private let numbers: [String: Int]

    package init(classes: [String], dimension: Int, extraNames: [String] = [])
        throws(LearningRefusal)
    {
        guard LearningLimits.classes.contains(classes.count), Set(classes).count == classes.count,
            classes.allSatisfy({ LearningLimits.nameBytes.contains($0.utf8.count) })
        else { throw .outOfRange("classes") }
        guard LearningLimits.dimension.contains(dimension) else { throw .outOfRange("dimensions") }
        guard LearningLimits.extras.contains(extraNames.count),
            extraNames.allSatisfy({ LearningLimits.nameBytes.contains($0.utf8.count) })
        else { throw .outOfRange("extras") }
        self.classes = classes
        self.dimension = dimension
        self.extraNames = extraNames
        numbers = Dictionary(uniqueKeysWithValues: zip(classes, classes.indices))
    }

    package var count: Int { labels.count }
    package var outOfScopeCount: Int { outOfScope.count / width }
    var width: Int { dimension + extraNames.count }

    package mutating func add(_ embedding: [Float], extras: [Float] = [], label: String)
        throws(LearningRefusal)
    {
        guard let number = numbers[label] else { throw .unknownClass(label) }
        guard LearningLimits.rows.contains(count + 1) else { throw .outOfRange("rows") }
        try check(embedding, extras)
        features += embedding
        features += extras
        labels.append(number)
    }

    package mutating func addOutOfScope(_ embedding: [Float], extras: [Float] = [])
        throws(LearningRefusal)
    {
        guard LearningLimits.rows.contains(outOfScopeCount + 1) else {
            throw .outOfRange("rows")
        }
        try check(embedding, extras)
        outOfScope += embedding
        outOfScope += extras
    }

    /// A number that changes with any row, label or name; says which data made a head.
    package var fingerprint: String {
        var hash = FNV1a()
        for name in classes + extraNames { hash.add(name) }
        for value in features { hash.add(UInt64(value.bitPattern)) }
        for label in labels { hash.add(UInt64(label)) }
        for value in outOfScope { hash.add(UInt64(value.bitPattern)) }
        return hash.text
    }

    private func check(_ embedding: [Float], _ extras: [Float]) throws(LearningRefusal) {
        guard embedding.count == dimension else {
            throw .wrongDimension(expected: dimension, found: embedding.count)
        }
        guard extras.count == extraNames.count else {
            throw .wrongExtras(expected: extraNames.count, found: extras.count)
        }
        guard embedding.allSatisfy(\.isFinite), extras.allSatisfy(\.isFinite) else {
            throw .notFinite
        }
    }
}

/// After FNV-1a (Fowler, Noll, Vo), a word at a time: tells data apart, does not protect it.
///
/// Multiplying carries upwards only, so the high half is folded into the low one.
struct FNV1a {
    private var state: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ word: UInt64) {
        state = (state ^ word) &* 0x0000_0100_0000_01B3
        state ^= state >> 32
    }

    mutating func add(_ text: String) {
        for byte in text.utf8 { add(UInt64(byte)) }
        add(UInt64.max)
    }

    var text: String {
        let digits = String(state, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
