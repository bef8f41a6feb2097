import Base
import Cryptography
import Domain
import Foundation
import Learning

/// The file of a trained classifier: its head, and the vectors of the utterances that vote.
///
/// A vector is kept as one signed byte for each number and the size of a step, which moves a
/// cosine by less than 0.002 and makes the file a quarter as large.
struct StoredIntents: Codable {
    var head: Data
    /// Numbers in a vector.
    var dimension: Int
    /// Row after row; a number is its byte times its row's step.
    var vectors: Data
    /// The step of each row.
    var steps: [Float]

    init(head: Data, _ embeddings: [[Float]]) {
        self.head = head
        dimension = embeddings.first?.count ?? 0
        steps = embeddings.map { row in (row.lazy.map(abs).max() ?? 0) / 127 }
        vectors = Data(
            zip(embeddings, steps).flatMap { row, step in
                row.map { UInt8(bitPattern: Int8(step > 0 ? ($0 / step).rounded() : 0)) }
            })
    }

    /// Throws `UnderstandingFault` or `LearningRefusal` when the file does not fit.
    func model(_ utterances: [Utterance], _ modelID: String) throws -> IntentModel {
        guard dimension > 0, steps.count == utterances.count,
            vectors.count == utterances.count * dimension
        else { throw UnderstandingFault.wrongVectors }
        let rows = vectors.withUnsafeBytes { bytes in
            steps.indices.map { row in
                bytes[row * dimension..<(row + 1) * dimension].map {
                    Float(Int8(bitPattern: $0)) * steps[row]
                }
            }
        }
        return try IntentModel.restored(
            head: head, model: modelID, utterances, embeddings: rows)
    }

    static func fileName(_ key: String) -> String { "intents-\(key).json" }

    /// What the classifier is made from, in 16 hexadecimal digits.
    static func key(_ utterances: [Utterance], _ modelID: String) -> String {
        let parts =
            utterances.map { "\($0.intent.rawValue)\t\($0.text)" } + [
                KeywordFeatures.fingerprint, modelID, IntentModel.recipe,
            ]
        return String(SHA256.hex(parts.joined(separator: "\n").utf8).prefix(16))
    }
}
