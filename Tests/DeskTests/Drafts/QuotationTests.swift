import Base
import Domain
import TestKit
import Testing

@testable import Desk

@Suite("What is quoted")
struct QuotationTests {
    @Test("A short passage is quoted whole, without the question that heads it")
    func short() throws {
        let hit = AnswerPieces.hit("Can I rent a helmet? Yes. It is free with a bicycle.")
        let sentences = AnswerPieces.sentences(hit)
        #expect(sentences.count >= 2)
        for chosen in sentences {
            let answer = Quotation(chosen, among: sentences).answer(confidence: 0.9)
            #expect(answer.text == "Yes. It is free with a bicycle.")
            #expect(answer.citations.map(\.text) == ["Yes. It is free with a bicycle."])
        }
    }

    @Test("A long passage is quoted around the sentence, and its words are cited exactly")
    func long() throws {
        let text = (1...20).map { "Rule number \($0) is about bicycles and their riders." }
            .joined(separator: "  ")
        let sentences = AnswerPieces.sentences(AnswerPieces.hit(text))
        let answer = Quotation(sentences[10], among: sentences).answer(confidence: 0.9)
        #expect(answer.text.contains("number 11 "))
        #expect(!answer.text.contains("number 1 ") && !answer.text.contains("number 20 "))
        #expect(answer.text.unicodeScalars.count <= Quotation.lengthLimit)
        #expect(text.contains(try #require(answer.citations.first).text))
    }

    @Test("A sentence beyond the limit is quoted whole and alone")
    func tooLong() {
        let long = String(repeating: "very ", count: 100) + "long."
        #expect(Quotation.window(in: ["One.", long, "Two."], around: 1) == 1..<2)
        #expect(Quotation.window(in: [], around: 0) == 0..<0)
    }

    @Test(
        "A row of a table is read out with the names of its columns",
        arguments: [
            ("Tandem — Day: £30 — Week: £120", "Tandem: day £30, week £120."),
            ("Day: 3 to 5 — Weather: rain", "Day 3 to 5: weather rain."),
            ("We open at nine.", "We open at nine."),
        ])
    func rows(_ pair: (String, String)) {
        #expect(Quotation.spoken(pair.0) == pair.1)
    }

    @Test("Two passages that fit alike are both quoted, and both cited")
    func both() {
        let first = AnswerPieces.sentences(AnswerPieces.hit("A tandem is £30 a day."))
        let second = AnswerPieces.sentences(AnswerPieces.hit("Two locks come with it."))
        let answer = Quotation(first[0], then: second[0], among: first + second)
            .answer(confidence: 0.9)
        #expect(answer.text == "A tandem is £30 a day.\n\nTwo locks come with it.")
        #expect(answer.citations.count == 2)
    }

    @Test("Where documents disagree, only the newer is told, and a person is warned")
    func disagreeing() {
        let other = DocumentID(World.live.uuid())
        let old = AnswerPieces.hit(
            "A late tandem costs £5 for every hour.", title: "Prices 2023")
        let new = AnswerPieces.hit(
            "A late tandem costs £8 for every hour.", title: "Prices 2026", document: other)
        let all = AnswerPieces.sentences(old) + AnswerPieces.sentences(new)
        let answer = Quotation(all[0], then: all[1], among: all).answer(confidence: 0.9)
        #expect(answer.text == "A late tandem costs £8 for every hour.")
        #expect(answer.warnings.count == 1)
        #expect(answer.citations.count == 2)
        #expect(answer.confidence <= Quotation.disputed)
    }

    @Test("Numbers that no source has are found out, however they are written")
    func claims() {
        #expect(
            Claims.unsupported(in: "It is £1,250.50 at 9:30.", sources: ["1250.50", "9:30"]) == [])
        #expect(Claims.unsupported(in: "It is £12.", sources: ["It is £21."]) == ["12"])
        #expect(Claims.unsupported(in: "No numbers.", sources: []) == [])
    }
}
