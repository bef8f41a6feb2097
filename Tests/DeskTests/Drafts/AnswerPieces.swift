import Base
import Domain

@testable import Desk

/// Invented passages and questions for tests of the answerer.
enum AnswerPieces {
    static let document = DocumentID(World.live.uuid())

    static func hit(
        _ text: String, under heading: String? = nil, title: String = "Bicycle hire",
        document: DocumentID = AnswerPieces.document, relevance: Double = 20, score: Double = 0.6
    ) -> PassageHit {
        PassageHit(
            passage: PassageID(World.live.uuid()), document: document,
            title: title, page: nil, heading: heading, text: text, score: score,
            relevance: relevance)
    }

    static func sentences(_ hit: PassageHit) -> [AnswerSentence] {
        [hit].sentences(passages: 1, limit: 40)
    }

    static func facts(_ question: String, _ hits: [PassageHit]) -> AnswerContext {
        AnswerContext(
            question: question, intent: .inquiry, passages: hits,
            workspace: Workspace(
                id: WorkspaceID(World.live.uuid()), slug: "bicycles", name: "Bicycles",
                vertical: "hire", phone: "", address: "", zone: .utc, currency: "GBP",
                assistantName: "", greeting: ""),
            catalogue: Catalogue(
                services: [], staff: [], hours: WeeklyHours(), closures: [],
                policy: BookingPolicy(), zone: .utc, currency: "GBP"))
    }

    /// An answerer for which a text is as near to the question as the table says.
    static func answerer(_ cosines: [String: Float] = [:]) -> LocalAnswerer {
        LocalAnswerer { texts in
            texts.enumerated().map { index, text in
                guard index > 0 else { return [1, 0] }
                let cosine = cosines.first { text.contains($0.key) }?.value ?? 0.2
                return [cosine, (1 - cosine * cosine).squareRoot()]
            }
        }
    }
}
