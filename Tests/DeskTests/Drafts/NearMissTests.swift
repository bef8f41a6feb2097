import Base
import Domain
import TestKit
import Testing

@testable import Desk

@Suite("Questions beside what the documents say", .timeLimit(.minutes(10)))
struct NearMissTests {
    private static let handbook = """
        # Bicycle hire
        ## Getting in
        The entrance has no step, and the toilet has grab rails.
        ## Prices
        | What | Day | Week |
        |---|---|---|
        | City bicycle | £12 | £55 |
        | Tandem | £30 | £120 |
        ## Can I cancel?
        Until the evening before, free of charge. Later we keep half of the price.
        ## Children
        A child seat is free and fits children from nine months to five years.
        ## The workshop
        We mend punctures while you wait, usually within twenty minutes.
        """

    /// A workspace with the handbook, the real model, search and answerer.
    private func ask(_ questions: [String]) async throws -> [Answer] {
        let embedder = try await RealModel.port.value()
        let fixture = try await DeskFixture { $0.embedder = embedder }
        let owner = try await fixture.openWorkspace("bicycles")
        try await fixture.upload("handbook.md", Array(Self.handbook.utf8), by: owner)
        try #require(try await fixture.drain() == 0)
        let answerer = LocalAnswerer(embedder: embedder)
        var answers: [Answer] = []
        for question in questions {
            let hits = try await fixture.desk.knowledge.search(question, limit: 8, by: owner)
            answers.append(
                try await answerer.answer(AnswerPieces.facts(question, hits)))
        }
        return answers
    }

    @Test("What is near and does not answer is not quoted")
    func abstains() async throws {
        let questions = [
            "Is there parking near the shop?", "do you rent electric scooters",
            "do you do guided tours of the old town", "is there a cafe", "who is the owner",
        ]
        for (question, answer) in zip(questions, try await ask(questions)) {
            #expect(answer.isAbstention, "\(question): \(answer.text)")
        }
    }

    @Test("What is there is quoted, however it is asked")
    func answers() async throws {
        let expected = [
            ("how much is a tandem for a week", "£120"),
            ("whats the price of a city bike for one day", "£12"),
            ("can i still cancel my booking the night before", "evening before"),
            ("i have a flat tyre, can you mend my puncture", "punctures"),
            ("is my 2 year old big enough for a child seat", "nine months"),
        ]
        for ((question, words), answer) in zip(expected, try await ask(expected.map(\.0))) {
            #expect(answer.text.contains(words), "\(question): \(answer.text)")
        }
    }
}
