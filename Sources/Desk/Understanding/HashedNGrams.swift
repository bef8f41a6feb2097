import Foundation

/// Words, pairs of words and pieces of words as a vector, weighted by how seldom they are.
///
/// Hashed into a fixed number of places (Weinberger and others, "Feature Hashing for Large Scale
/// Multitask Learning", ICML 2009): a few collisions cost less than a dictionary would. Pieces of
/// three and four letters forgive slips of typing.
struct HashedNGrams: Sendable {
    static let wordPlaces = 1_024
    static let piecePlaces = 1_024
    static var count: Int { wordPlaces + piecePlaces }
    /// What both halves count beside an embedding of length `embeddingScale`.
    static let scale: Float = 2.5
    static let embeddingScale: Float = 4

    /// What tells rows apart from those of another making.
    static let recipe = "\(wordPlaces) \(piecePlaces) \(scale) \(embeddingScale)"

    private let weights: [Float]

    /// Learns the weights from texts. O(all letters).
    init(_ texts: [String]) {
        var counts = [Float](repeating: 0, count: HashedNGrams.count)
        for text in texts {
            for place in HashedNGrams.places(text) { counts[place] += 1 }
        }
        let all = Float(texts.count + 1)
        weights = counts.map { log(all / ($0 + 1)) }
    }

    /// The embedding and the grams in one row.
    func row(_ text: String, embedding: [Float]) -> [Float] {
        var grams = [Float](repeating: 0, count: HashedNGrams.count)
        for place in HashedNGrams.places(text) { grams[place] = weights[place] }
        HashedNGrams.normalise(&grams, 0..<HashedNGrams.wordPlaces)
        HashedNGrams.normalise(&grams, HashedNGrams.wordPlaces..<HashedNGrams.count)
        return embedding.map { $0 * HashedNGrams.embeddingScale } + grams
    }

    private static func normalise(_ values: inout [Float], _ range: Range<Int>) {
        let length = values[range].reduce(Float(0)) { $0 + $1 * $1 }.squareRoot()
        guard length > 0 else { return }
        for index in range { values[index] *= scale / length }
    }

    private static func places(_ text: String) -> Set<Int> {
        var words = PhraseText(text).all
        if text.contains("?") { words.append("?") }
        if text.contains("!") { words.append("!") }
        var places: Set<Int> = []
        for (index, word) in words.enumerated() {
            places.insert(place(word.utf8, wordPlaces))
            let before = index > 0 ? words[index - 1] : "<"
            places.insert(place((before + " " + word).utf8, wordPlaces))
        }
        let letters = Array((" " + words.joined(separator: " ") + " ").utf8)
        for length in 3...4 where letters.count >= length {
            for start in 0...(letters.count - length) {
                places.insert(
                    wordPlaces + place(letters[start..<start + length], piecePlaces))
            }
        }
        return places
    }

    /// FNV-1a.
    private static func place(_ bytes: some Sequence<UInt8>, _ count: Int) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return Int((hash ^ (hash >> 32)) % UInt64(count))
    }
}
