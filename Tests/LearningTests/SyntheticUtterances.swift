import Base

@testable import Learning

/// Clouds of points around one direction per class, as embeddings of utterances are.
struct SyntheticUtterances {
    let dimension: Int
    let classes: [String]
    private let centres: [[Float]]
    private var chance: SeededRandom

    init(dimension: Int, classCount: Int, seed: UInt64) {
        self.dimension = dimension
        classes = (0..<classCount).map { "class\($0)" }
        var chance = SeededRandom(seed: seed)
        centres = (0..<classCount).map { _ in
            (0..<dimension).map { _ in Float(chance.normal()) }
        }
        self.chance = chance
    }

    /// A point of a class; more noise makes classes overlap.
    mutating func point(_ number: Int, noise: Double) -> [Float] {
        centres[number].map { $0 + Float(noise * chance.normal()) }
    }

    /// A point that belongs to nothing.
    mutating func stranger() -> [Float] { (0..<dimension).map { _ in Float(chance.normal()) } }

    mutating func set(rowsPerClass: Int, noise: Double, strangers: Int = 0) throws -> TrainingSet {
        var set = try TrainingSet(classes: classes, dimension: dimension)
        for number in classes.indices {
            for _ in 0..<rowsPerClass {
                try set.add(point(number, noise: noise), label: classes[number])
            }
        }
        for _ in 0..<strangers { try set.addOutOfScope(stranger()) }
        return set
    }
}
