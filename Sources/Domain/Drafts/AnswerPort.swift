package import Base

/// An answer to a question, in the business's own words, or the admission that there is none.
package struct Answer: Sendable, Hashable {
    /// Sentences quoted from the cited passages; empty when nothing answers.
    package var text: String
    package var citations: [Citation]
    /// How sure it is that the cited words answer the question, 0 … 1.
    package var confidence: Double
    /// Why a person should look twice, for example that two documents disagree.
    package var warnings: [String]

    package init(
        text: String, citations: [Citation], confidence: Double, warnings: [String] = []
    ) {
        self.text = text
        self.citations = citations
        self.confidence = confidence
        self.warnings = warnings
    }

    package var isAbstention: Bool { text.isEmpty }

    package static let none = Answer(text: "", citations: [], confidence: 0)
}

/// What an answer may draw on.
package struct AnswerContext: Sendable {
    package var question: String
    package var intent: Intent
    /// What retrieval found, best first, with cosine scores.
    package var passages: [PassageHit]
    package var workspace: Workspace
    package var catalogue: Catalogue
    /// The service that the conversation is about, if any.
    package var service: ServiceID?
    /// When the question was written, on the wall clock of the business: what "tomorrow" means.
    package var askedAt: LocalDateTime?

    package init(
        question: String, intent: Intent, passages: [PassageHit], workspace: Workspace,
        catalogue: Catalogue, service: ServiceID? = nil, askedAt: LocalDateTime? = nil
    ) {
        self.question = question
        self.intent = intent
        self.passages = passages
        self.workspace = workspace
        self.catalogue = catalogue
        self.service = service
        self.askedAt = askedAt
    }
}

/// Answers from what the business knows; a closure, so that a language model can stand in its place.
package struct AnswerPort: Sendable {
    package var answer: @Sendable (_ context: AnswerContext) async throws -> Answer

    package init(answer: @escaping @Sendable (AnswerContext) async throws -> Answer) {
        self.answer = answer
    }
}
