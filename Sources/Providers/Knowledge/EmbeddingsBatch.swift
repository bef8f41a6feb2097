import Base
import Foundation
import HTTP

/// The body of one request.
struct EmbeddingsBatch: Encodable {
    let model: String
    let input: [String]
    let encodingFormat: String

    /// In order, each within both limits; a longer text goes alone.
    static func cut(_ texts: [String], _ limits: EmbeddingsEndpoint.Limits) -> [[String]] {
        var batches: [[String]] = []
        var batch: [String] = []
        var tokens = 0
        for text in texts {
            let size = estimatedTokens(text)
            let full = batch.count >= limits.batchTexts || tokens + size > limits.batchTokens
            if full, !batch.isEmpty {
                batches.append(batch)
                (batch, tokens) = ([], 0)
            }
            // An empty text is an error to many endpoints.
            batch.append(text.isEmpty ? " " : text)
            tokens += size
        }
        return batches + [batch]
    }

    /// One for three letters of the alphabet that vocabularies know best, two for other scalars.
    static func estimatedTokens(_ text: String) -> Int {
        var plain = 0
        var others = 0
        for byte in text.utf8 {
            if byte < 0x80 { plain += 1 } else if byte >= 0xC0 { others += 1 }
        }
        return 1 + plain / 3 + others * 2
    }
}

/// A model, by the name that its endpoint gives it.
///
/// Where a precision moves vectors so far that they must not be mixed, the name says so: the
/// built-in server's `-int8` does, and the others agree to 1e-4.
struct EmbeddingsModel: Sendable {
    let id: String

    /// Whether an answer is of this model; one that does not say is believed.
    ///
    /// Some endpoints answer with a longer name, such as one with a date or a version, or leave out
    /// the publisher; any other word in it, such as a precision, makes it another model.
    func isMaker(of reply: EmbeddingsReply) -> Bool {
        guard let other = reply.model, !other.isEmpty else { return true }
        if id == other || id.hasSuffix("/" + other) { return true }
        guard other.hasPrefix(id) else { return false }
        return other.dropFirst(id.count).allSatisfy { "-:@.v0123456789".contains($0) }
    }

    struct List: Decodable {
        let data: [Entry]
    }

    struct Entry: Decodable {
        let id: String
    }
}

/// The answer to one request.
struct EmbeddingsReply: Decodable {
    let model: String?
    let data: [Entry]

    static let limitBytes = 64 << 20

    struct Entry: Decodable {
        let index: Int?
        let embedding: Numbers
    }

    /// Numbers, or the same as little-endian bytes in base64.
    enum Numbers: Decodable {
        case floats([Float])
        case bytes(String)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            // Being no text, it must be numbers, or the next line throws.
            if let text = try? container.decode(String.self) {
                self = .bytes(text)
            } else {
                self = .floats(try container.decode([Float].self))
            }
        }
    }

    init(_ response: FetchResponse) throws(EmbeddingsFault) {
        do { self = try response.decodeJSON() } catch { throw .malformed("not the expected JSON") }
    }

    /// Unit vectors in the order of the texts, whatever the order of the entries.
    func vectors(count: Int) throws(EmbeddingsFault) -> [[Float]] {
        guard data.count == count else { throw .wrongCount(expected: count, found: data.count) }
        var vectors = [[Float]?](repeating: nil, count: count)
        for (place, entry) in data.enumerated() {
            let index = entry.index ?? place
            guard vectors.indices.contains(index), vectors[index] == nil else {
                throw .malformed("an index twice or out of range")
            }
            vectors[index] = try EmbeddingsReply.unit(EmbeddingsReply.numbers(entry.embedding))
        }
        return vectors.compactMap { $0 }
    }

    private static func numbers(_ numbers: Numbers) throws(EmbeddingsFault) -> [Float] {
        switch numbers {
        case .floats(let floats): return floats
        case .bytes(let text):
            guard let data = Data(base64Encoded: text), data.count.isMultiple(of: 4) else {
                throw .malformed("not base64")
            }
            return data.withUnsafeBytes { bytes in
                (0..<bytes.count / 4).map { place in
                    let bits = bytes.loadUnaligned(fromByteOffset: place * 4, as: UInt32.self)
                    return Float(bitPattern: UInt32(littleEndian: bits))
                }
            }
        }
    }

    private static func unit(_ vector: [Float]) throws(EmbeddingsFault) -> [Float] {
        let square = vector.reduce(Float(0)) { $0 + $1 * $1 }
        guard square.isFinite, square > 0 else { throw .malformed("a vector without a direction") }
        if abs(square - 1) < 1e-5 { return vector }
        let scale = 1 / square.squareRoot()
        return vector.map { $0 * scale }
    }
}
