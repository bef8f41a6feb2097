import Testing

@testable import Desk

@Suite("The order of passages")
struct PassageRankingTests {
    private func candidate(
        _ text: String, under heading: String? = nil, cosine: Double = 0.4
    ) -> PassageRanking.Candidate {
        .init(text: text, heading: heading, title: "Bicycle hire", cosine: cosine)
    }

    @Test("At the same cosine, the passage with the question's words comes first")
    func words() {
        let ranking = PassageRanking(
            question: "do you lend helmets",
            candidates: [
                candidate("Bicycles are lent by the day."),
                candidate("A helmet is free of charge."),
            ])
        #expect(ranking.first.first == 1)
        #expect(ranking.relevance(1, sentence: 0.4) > ranking.relevance(0, sentence: 0.4))
    }

    @Test("A word that few candidates have decides over one that all have")
    func rarity() {
        let ranking = PassageRanking(
            question: "price of a tandem",
            candidates: [
                candidate("The price of a bicycle is £12."),
                candidate("The price of a lock is £3."),
                candidate("The tandem goes out by the day."),
                candidate("The price of a seat is £2."),
            ])
        #expect(ranking.first.first == 2)
    }

    @Test("A much nearer passage wins without sharing a word")
    func meaning() {
        let ranking = PassageRanking(
            question: "puncture",
            candidates: [
                candidate("We mend flat tyres.", cosine: 0.8),
                candidate("Puncture, said the poet.", cosine: 0.1),
            ])
        #expect(ranking.first.first == 0)
    }

    @Test("A better sentence makes a passage more relevant")
    func sentence() {
        let ranking = PassageRanking(
            question: "opening", candidates: [candidate("We open at nine.")])
        #expect(ranking.relevance(0, sentence: 0.7) > ranking.relevance(0, sentence: 0.3))
    }

    @Test("A question without words, and no candidates, are no trouble")
    func empty() {
        #expect(PassageRanking(question: "?", candidates: []).first == [])
        let ranking = PassageRanking(question: "?", candidates: [candidate("We open at nine.")])
        #expect(ranking.relevance(0, sentence: 0).isFinite)
    }
}
