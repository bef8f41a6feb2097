import Base
package import Domain
import Foundation

/// A stand-in for the embedding model: texts that share words have near vectors.
///
/// Deterministic, without a model and without a network: each word and each pair of neighbours is
/// hashed to a place and a sign (feature hashing, Weinberger et al. 2009), then the sum is set to
/// length 1. Good enough for finding a passage by its words; knows no synonyms.
package enum HashingEmbedder {
    package static let dimensions = 256
    package static let model = "hashing-256/f32"

    package static let port = EmbedderPort(
        embed: { texts, _ in texts.map(vector(of:)) }, modelID: { model })

    package static func vector(of text: String) -> [Float] {
        var sums = [Float](repeating: 0, count: dimensions)
        let words = text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(stem)
        for word in words where !common.contains(word) { add(word, 1, &sums) }
        for (first, second) in zip(words, words.dropFirst()) {
            add("\(first) \(second)", 0.5, &sums)
        }
        let length = sums.reduce(0) { $0 + $1 * $1 }.squareRoot()
        guard length > 0 else {
            sums[0] = 1
            return sums
        }
        return sums.map { $0 / length }
    }

    private static func stem(_ word: Substring) -> String {
        for ending in ["ing", "es", "s"] where word.count > ending.count + 3 {
            if word.hasSuffix(ending) { return String(word.dropLast(ending.count)) }
        }
        return String(word)
    }

    private static let common: Set<String> = [
        "a", "an", "and", "are", "at", "be", "do", "for", "i", "in", "is", "it", "my", "of", "on",
        "or", "the", "to", "we", "with", "you", "your",
    ]

    private static func add(_ feature: String, _ weight: Float, _ sums: inout [Float]) {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in feature.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        hash ^= hash >> 32
        sums[Int(hash % UInt64(dimensions))] += hash & 1 << 40 == 0 ? weight : -weight
    }
}
