import Base
import Domain
import Testing

@testable import Desk

@Suite("Answering from documents, or saying nothing")
struct LocalAnswererTests {
    private let hire = "A tandem is £30 a day. Bring it back by six."

    @Test("A passage that fits well is quoted")
    func answers() async throws {
        let facts = AnswerPieces.facts(
            "how much is my tandem a day", [AnswerPieces.hit(hire)])
        let answer = try await AnswerPieces.answerer().answer(facts)
        #expect(answer.text == hire)
        #expect(answer.confidence >= LocalAnswerer.threshold)
    }

    @Test("A passage that hardly fits is not, nor is nothing at all")
    func abstains() async throws {
        let weak = AnswerPieces.facts(
            "do you teach juggling", [AnswerPieces.hit(hire, relevance: 5)])
        #expect(try await AnswerPieces.answerer().answer(weak).isAbstention)
        let none = AnswerPieces.facts("do you teach juggling", [])
        #expect(try await AnswerPieces.answerer().answer(none).isAbstention)
    }

    @Test("More relevance means more confidence, and a passage without a price less for a price")
    func evidence() {
        func confidence(_ question: String, _ text: String, _ relevance: Double) -> Double {
            AnswerEvidence(question, best: AnswerPieces.hit(text, relevance: relevance)).confidence
        }
        let asked = "how much is a tandem"
        #expect(confidence(asked, hire, 15) > confidence(asked, hire, 12))
        #expect(confidence(asked, hire, 12) > confidence(asked, "A tandem has two seats.", 12))
    }

    @Test(
        "How a question is put is read from its words",
        arguments: [
            ("do you do tandems", true, false), ("hi, is there a pool", true, false),
            ("my tandem broke", false, true), ("can I swim after", false, true),
            ("price of a lock", false, false), ("", false, false),
        ])
    func shapes(_ row: (String, Bool, Bool)) {
        let shape = QuestionShape(PhraseText(row.0))
        #expect(shape.asksForOffer == row.1)
        #expect(shape.isOwnCase == row.2)
    }

    @Test("Of a long passage the sentence nearest to the question is chosen")
    func chooses() async throws {
        let filler = (1...12).map { "Sentence \($0) speaks of the weather in the hills." }
        let text = (filler + ["Helmets are lent free."] + filler).joined(separator: " ")
        let answer = try await AnswerPieces.answerer(["Helmets": 0.9]).answer(
            AnswerPieces.facts("what about my helmet", [AnswerPieces.hit(text)]))
        #expect(answer.text.contains("Helmets are lent free."))
    }

    @Test("A second passage is quoted only when it fits nearly as well")
    func second() async throws {
        func answer(_ relevance: Double) async throws -> Answer {
            try await AnswerPieces.answerer().answer(
                AnswerPieces.facts(
                    "what about my tandem",
                    [
                        AnswerPieces.hit(hire),
                        AnswerPieces.hit("Two locks come with it.", relevance: relevance),
                    ]))
        }
        #expect(try await answer(19.8).citations.count == 2)
        #expect(try await answer(15).citations.count == 1)
    }

    @Test("Vectors that do not match the texts are a fault, not an answer")
    func wrongVectors() async {
        let answerer = LocalAnswerer { _ in [[1]] }
        await #expect(throws: KnowledgeFault.wrongVectors) {
            try await answerer.answer(
                AnswerPieces.facts("how much is my tandem", [AnswerPieces.hit(hire)]))
        }
    }
}
