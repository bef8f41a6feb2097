import Base
import Desk
import Domain
import Encoder
import Foundation
import TestKit

/// The questions about the corpora, each with what the product's own search finds for it.
///
/// The documents of a business go through the real intake, `frontdesk extract`, chunker, embeddings,
/// PostgreSQL and index; nothing stands in for anything.
struct QuestionSet {
    struct Case {
        let business: String
        let question: String
        /// Words that an answer must have; nil when the documents do not answer.
        let passage: String?
        let ranked: [KnowledgeSearch.Ranked]

        var isAnswerable: Bool { passage != nil }

        func isRight(_ hit: PassageHit) -> Bool { holds(hit.text) }

        /// Letters and digits only, as the corpora's README asks.
        func holds(_ text: String) -> Bool {
            guard let passage else { return false }
            return Self.squeezed(text).contains(Self.squeezed(passage))
        }

        private static func squeezed(_ text: String) -> String {
            String(text.lowercased().filter { $0.isLetter || $0.isNumber })
        }
    }

    private struct Row: Decodable {
        let question: String
        let passage: String?
    }

    let corpora: URL
    let isHeld: Bool
    let encoder: TextEncoder
    /// The `frontdesk` that reads the documents.
    let program: String

    /// The same port for everything that is measured, with the memory that a server has.
    var embedder: EmbedderPort {
        let encoder = encoder
        return EmbeddingCache().caching(
            EmbedderPort(
                embed: { texts, _ in encoder.vectors(of: texts) }, modelID: { TextEncoder.modelID }
            ))
    }

    func cases() async throws -> [Case] {
        let embedder = embedder
        let program = program
        let fixture = try await DeskFixture { ports in
            ports.embedder = embedder
            ports.extractor = .program(program)
        }
        let search = KnowledgeSearch(
            database: fixture.database, embedder: embedder, indexCache: fixture.desk.indexCache,
            logger: .silent)
        var cases: [Case] = []
        for business in Corpora.all {
            let owner = try await fixture.openBusiness(business)
            try await fixture.uploadDocuments(of: business, by: owner)
            try await fixture.drain()
            for row in try rows(business) {
                let vector = try await embedder.embed([row.question], .query)
                cases.append(
                    Case(
                        business: business, question: row.question, passage: row.passage,
                        ranked: try await search.ranked(
                            owner.workspace, row.question, vector[0])))
            }
        }
        return cases
    }

    private func rows(_ business: String) throws -> [Row] {
        let file =
            isHeld
            ? corpora.appendingPathComponent("held/questions/\(business).jsonl")
            : corpora.appendingPathComponent("\(business)/questions.jsonl")
        return try Data(contentsOf: file).split(separator: UInt8(ascii: "\n")).map {
            try JSONCoding.decode(Row.self, from: Data($0))
        }
    }
}
