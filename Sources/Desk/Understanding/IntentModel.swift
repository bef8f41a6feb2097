package import Domain
import Foundation
package import Learning

/// An utterance and what it meant, for training.
package struct Utterance: Sendable, Hashable, Codable {
    package var text: String
    package var intent: Intent

    package init(text: String, intent: Intent) {
        self.text = text
        self.intent = intent
    }
}

/// What the classifier makes of one text.
package struct IntentReading: Sendable {
    /// Likeliest first, calibrated.
    package var ranked: [(intent: Intent, confidence: Double)]
    /// In 0 … 1; higher is stranger.
    package var outOfScopeScore: Double

    package var best: Intent { ranked.first?.intent ?? .fallback }
    package var confidence: Double { ranked.first?.confidence ?? 0 }

    package func confidence(of intent: Intent) -> Double {
        ranked.first { $0.intent == intent }?.confidence ?? 0
    }

    /// Nothing is known: a text without an embedding.
    package static let unknown = IntentReading(ranked: [], outOfScopeScore: 1)
}

/// The intent classifier: a calibrated head with hidden units over the message's embedding, its
/// words and their pieces, word cues, and the votes of the nearest labelled utterances.
///
/// The head is trained for the embedding model in use, so that another model can be configured.
package struct IntentModel: Sendable {
    package let head: ClassifierHead
    private let votes: NearestVotes
    private let grams: HashedNGrams
    private let usesVotes: Bool

    /// Strength of the L2 penalty per row, chosen by `bench understanding`.
    package static let penaltyDefault = 1e-3
    /// Utterances that vote.
    package static let neighbours = 12
    /// Parts of the utterances that are held out in turn, to calibrate.
    package static let folds = 3
    /// Units that see which words and meanings go together.
    static let hiddenUnits = 64
    /// Cues and votes are many and alike: at full spread they drown the embedding.
    static let extrasSpread = 0.3

    /// How many numbers the vectors have that it was trained with.
    package var vectorLength: Int { head.dimension - HashedNGrams.count }

    package func read(_ text: String, embedding: [Float]) throws(LearningRefusal) -> IntentReading {
        let near = try votes.votes(for: embedding, k: IntentModel.neighbours)
        let extras = KeywordFeatures.values(of: text) + (usesVotes ? near.shares : [])
        let found = try head.predict(
            grams.row(text, embedding: embedding), extras: extras,
            nearestDistance: near.nearestDistance)
        return IntentReading(
            ranked: found.ranked.compactMap { name, confidence in
                Intent(rawValue: name).map { ($0, confidence) }
            },
            outOfScopeScore: found.outOfScopeScore)
    }

    /// Trains from labelled utterances and their embeddings, in the same order.
    ///
    /// Blocks for seconds. `usingVotes` is false only for comparison.
    package static func train(
        _ utterances: [Utterance], embeddings: [[Float]], model: String, usingVotes: Bool = true,
        penalty: Double = penaltyDefault
    ) throws(LearningRefusal) -> IntentModel {
        let votes = NearestVotes(try set(utterances, embeddings) { _, _ in [] })
        let grams = HashedNGrams(utterances.map(\.text))
        var shares: [[Float]] = []
        if usingVotes {
            for (index, embedding) in embeddings.enumerated() {
                shares.append(
                    try votes.votes(for: embedding, k: neighbours, excluding: index).shares)
            }
        }
        let names = KeywordFeatures.names + (usingVotes ? Intent.allCases.map { "vote_\($0)" } : [])
        let inputs = zip(utterances, embeddings).map { grams.row($0.text, embedding: $1) }
        let rows = try set(utterances, inputs, extraNames: names) { index, text in
            KeywordFeatures.values(of: text) + (usingVotes ? shares[index] : [])
        }
        var options = HeadOptions()
        options.penalties = [penalty]
        options.folds = folds
        options.hiddenUnits = hiddenUnits
        options.extrasSpread = extrasSpread
        return IntentModel(
            head: try HeadTrainer.train(rows, model: model, options: options), votes: votes,
            grams: grams, usesVotes: usingVotes)
    }

    /// What a trained head depends on beside utterances, cues and model.
    static let recipe =
        "\(neighbours) \(penaltyDefault) \(hiddenUnits) \(extrasSpread) \(HashedNGrams.recipe)"

    /// Puts a saved head together with the utterances that vote; refuses one that does not fit them.
    static func restored(
        head: Data, model: String, _ utterances: [Utterance], embeddings: [[Float]]
    ) throws(LearningRefusal) -> IntentModel {
        let head = try ClassifierHead(
            decoding: head, model: model,
            dimension: (embeddings.first?.count ?? 0) + HashedNGrams.count)
        let votes = NearestVotes(try set(utterances, embeddings) { _, _ in [] })
        return IntentModel(
            head: head, votes: votes, grams: HashedNGrams(utterances.map(\.text)), usesVotes: true)
    }

    private static func set(
        _ utterances: [Utterance], _ embeddings: [[Float]], extraNames: [String] = [],
        extras: (Int, String) -> [Float]
    ) throws(LearningRefusal) -> TrainingSet {
        var set = try TrainingSet(
            classes: Intent.allCases.map(\.rawValue), dimension: embeddings.first?.count ?? 1,
            extraNames: extraNames)
        for (index, pair) in zip(utterances, embeddings).enumerated() {
            try set.add(
                pair.1, extras: extras(index, pair.0.text), label: pair.0.intent.rawValue)
        }
        return set
    }
}
