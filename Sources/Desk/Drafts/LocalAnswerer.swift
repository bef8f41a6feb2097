import Documents
package import Domain

/// Answers without a language model: facts from the catalogue, otherwise sentences of the business's
/// own documents, quoted, or nothing.
package struct LocalAnswerer: Sendable {
    /// Vectors of a few texts, the question first.
    package typealias Embed = @Sendable ([String]) async throws -> [[Float]]

    private let embed: Embed

    /// Passages and sentences that are held against what is quoted, for contradictions.
    static let compared = 4
    static let sentences = 40
    /// Below this nothing is said: fitted on four businesses, it recognises about four in five
    /// unanswerable questions of the fifth, and leaves less than one in five of the others.
    package static let threshold = 0.54
    /// A second passage is quoted too when it is this near in relevance.
    static let together = 0.8
    /// What a word of the question and the right kind of answer count beside a cosine.
    private static let wordWeight = 0.15
    private static let typeWeight = 0.06

    package init(embed: @escaping Embed) {
        self.embed = embed
    }

    package init(embedder: EmbedderPort) {
        self.init { try await embedder.embed($0, .query) }
    }

    package var answerer: AnswerPort {
        AnswerPort { try await answer($0) }
    }

    package func answer(_ facts: AnswerContext) async throws -> Answer {
        if let known = CatalogueAnswer(facts).answer { return known }
        guard let evidence = evidence(facts),
            evidence.confidence >= LocalAnswerer.threshold
        else { return .none }
        let chosen = try await chosen(facts)
        guard let first = chosen.first else { return .none }
        let all = facts.passages.sentences(
            passages: LocalAnswerer.compared, limit: LocalAnswerer.sentences)
        return Quotation(first, then: chosen.dropFirst().first, among: all)
            .answer(confidence: evidence.confidence)
    }

    /// What speaks for answering; nil when nothing was found.
    package func evidence(_ facts: AnswerContext) -> AnswerEvidence? {
        facts.passages.first.map { AnswerEvidence(facts.question, best: $0) }
    }

    /// The best sentence of the best passage, and of the second when it fits as well.
    private func chosen(_ facts: AnswerContext) async throws -> [AnswerSentence] {
        guard let best = facts.passages.first else { return [] }
        let near = facts.passages.prefix(2).filter {
            best.relevance - $0.relevance < LocalAnswerer.together
        }
        let groups = near.map { hit in
            [hit].sentences(passages: 1, limit: LocalAnswerer.sentences)
        }
        let query = QuestionContext.query(
            facts.question, service: facts.service, in: facts.catalogue)
        let texts = groups.joined().map {
            SentenceText.embedded($0.text, under: $0.hit.heading)
        }
        let vectors = try await embed([query] + texts)
        guard vectors.count == texts.count + 1 else { throw KnowledgeFault.wrongVectors }
        let question = QuestionWords(facts.question)
        let type = AnswerType(PhraseText(facts.question))
        var place = 0
        return groups.compactMap { group in
            let scored = group.map { sentence in
                place += 1
                return (
                    sentence,
                    UnitVectors.cosine(vectors[0], vectors[place])
                        + LocalAnswerer.wordWeight * question.coverage(by: sentence.stems)
                        + LocalAnswerer.points(type.fits(sentence.text))
                )
            }
            return scored.max { $0.1 < $1.1 }?.0
        }
    }

    private static func points(_ fits: Bool?) -> Double {
        switch fits {
        case true: typeWeight
        case false: -typeWeight / 2
        case nil: 0
        }
    }
}
