import Documents
package import Domain

/// Answers without a language model: facts from the catalogue, otherwise sentences of the business's
/// own documents, quoted, or nothing.
package struct LocalAnswerer: Sendable {
    /// Vectors of a few texts, the question first.
    package typealias Embed = @Sendable ([String]) async throws -> [[Float]]

    private let embed: Embed

    /// Passages whose sentences are compared, and sentences in all.
    static let passages = 4
    static let sentences = 16
    /// Below this nothing is said.
    package static let threshold = 0.5
    /// Sentences quoted from one passage.
    static let quoted = 3

    package init(embed: @escaping Embed) {
        self.embed = embed
    }

    package init(embedder: EmbedderPort) {
        self.init { try await embedder.embed($0, .query) }
    }

    package var answerer: Answerer {
        Answerer { try await answer($0) }
    }

    package func answer(_ facts: AnswerFacts) async throws -> Answer {
        if let known = CatalogueAnswer(facts).answer { return known }
        guard let found = try await best(facts) else { return .none }
        guard found.evidence.confidence >= LocalAnswerer.threshold else { return .none }
        return Quotation(found.sentence, among: found.all, facts: facts)
            .answer(confidence: found.evidence.confidence)
    }

    struct Found: Sendable {
        let sentence: AnswerSentence
        let all: [AnswerSentence]
        let evidence: AnswerEvidence
    }

    /// What would be quoted and what speaks for it, for measuring; nil when nothing was found.
    package func evidence(_ facts: AnswerFacts) async throws -> [Double]? {
        try await best(facts)?.evidence.values
    }

    func best(_ facts: AnswerFacts) async throws -> Found? {
        let sentences = facts.passages.sentences(
            passages: LocalAnswerer.passages, limit: LocalAnswerer.sentences)
        guard !sentences.isEmpty else { return nil }
        let vectors = try await embed(
            [
                QuestionContext.query(
                    facts.question, service: facts.service, in: facts.catalogue)
            ]
                + sentences.map { sentence in
                    (sentence.hit.heading.map { $0 + ": " } ?? "") + sentence.text
                })
        guard vectors.count == sentences.count + 1 else { throw KnowledgeFault.wrongVectors }
        let question = QuestionWords(facts.question)
        let type = AnswerType(Words(facts.question))
        var best: (score: Double, index: Int, cosine: Double)?
        for (index, sentence) in sentences.enumerated() {
            let cosine = dot(vectors[0], vectors[index + 1])
            let coverage = question.coverage(by: sentence.stems.union(sentence.aroundStems))
            var score = cosine + 0.25 * coverage + 0.25 * sentence.hit.score
            if let fits = type.fits(sentence.text) { score += fits ? 0.08 : -0.05 }
            if best.map({ score > $0.score }) ?? true { best = (score, index, cosine) }
        }
        guard let best else { return nil }
        let chosen = sentences[best.index]
        let anywhere = facts.passages.reduce(into: Set<String>()) { stems, hit in
            stems.formUnion(QuestionWords.stems((hit.heading ?? "") + " " + hit.text))
        }
        let passage = QuestionWords.stems((chosen.hit.heading ?? "") + " " + chosen.hit.text)
        let fits = type.fits(chosen.hit.text)
        return Found(
            sentence: chosen, all: sentences,
            evidence: AnswerEvidence(
                passage: facts.passages.map(\.score).max() ?? 0, sentence: best.cosine,
                coverage: question.coverage(by: passage),
                coverageAnywhere: question.coverage(by: anywhere),
                missing: question.heaviestMissing(in: anywhere),
                typeFits: fits == true ? 1 : 0, typeFails: fits == false ? 1 : 0))
    }

    private func dot(_ left: [Float], _ right: [Float]) -> Double {
        Double(zip(left, right).reduce(Float(0)) { $0 + $1.0 * $1.1 })
    }
}
