import Base
import Encoder
import Foundation
import Postgres
import Processes
import TestKit
import VectorIndex

/// Our index beside pgvector on the same vectors in the same run: speed, recall and building.
///
///     bench index [--passages 30000]
///
/// Queries are the salon's questions as our encoder embeds them; the vectors lie between those of
/// the sentences of all corpora, with some noise. Recall is of ten, against the exact search.
enum IndexSuite {
    static let queries = 200
    static let warming = 20

    static func run(_ words: [String]) async throws -> Report {
        let count = number("--passages", in: words, default: 30_000)
        guard let vendor = VendorFolder.find() else { throw BenchFailure("there is no .vendor") }
        let encoder = try TextEncoder(modelFolder: URL(fileURLWithPath: "\(vendor)/minilm"))
        let questions = encoder.vectors(of: Array(try Wording.messages().prefix(queries)))
        let known = encoder.vectors(of: try Wording.sentences())
        var random = SeededRandom(seed: SyntheticPassages.seed)
        let vectors = (0..<count).map { _ in SyntheticPassages.vector(between: known, &random) }
        var report = Report("index")
        let truth = try ours(vectors, questions, &report)
        let postgres = try await ThrowAwayPostgres.start(installation: "\(vendor)/postgres")
        try theirs(postgres, vectors, questions, truth, &report)
        try await postgres.stop()
        report.note("\(count) vectors of \(known[0].count) dimensions; pgvector over libpq.")
        return report
    }

    private static func ours(
        _ vectors: [[Float]], _ questions: [[Float]], _ report: inout Report
    ) throws -> [[Int64]] {
        let collection = try VectorCollection(dimension: vectors[0].count)
        let building = try ContinuousClock().measure {
            let items = vectors.enumerated().map { (id: Int64($0.offset), vector: $0.element) }
            try collection.insert(items, threads: 2)
        }
        report.add("ours: building the graph", value: building / .seconds(1), unit: "s")
        var truth: [[Int64]] = []
        try measure("ours, exact", questions, nil, &report) { query in
            let found = try collection.search(query, k: 10, strategy: .exact).map(\.id)
            truth.append(found)
            return found
        }
        let exact = Array(truth.suffix(questions.count))
        try measure("ours, HNSW", questions, exact, &report) { query in
            try collection.search(query, k: 10, strategy: .graph).map(\.id)
        }
        return exact
    }

    private static func theirs(
        _ postgres: ThrowAwayPostgres, _ vectors: [[Float]], _ questions: [[Float]],
        _ truth: [[Int64]], _ report: inout Report
    ) throws {
        var options = PostgresOptions(url: Secret(postgres.connection()))
        options.answerLimit = nil
        options.statementTimeout = .seconds(170)
        let connection = try PostgresConnection(options)
        try connection.script(
            """
            create extension vector;
            create table item (id bigint, embedding vector(\(vectors[0].count)));
            set maintenance_work_mem = '512MB';
            """)
        try connection.copy(into: "item", columns: ["id", "embedding"]) { writer in
            for (id, vector) in vectors.enumerated() {
                try writer.row(Int64(id), SQLVector(vector))
            }
        }
        try connection.script("analyze item")
        let nearest: ([Float]) throws -> [Int64] = { query in
            try connection.query(
                "select id from item order by embedding <=> \(SQLVector(query)) limit 10"
            ).map { try $0.decode("id") }
        }
        try measure("pgvector, exact", questions, truth, &report, nearest)
        let building = try ContinuousClock().measure {
            try connection.script(
                "create index on item using hnsw (embedding vector_cosine_ops)")
        }
        report.add("pgvector: building HNSW", value: building / .seconds(1), unit: "s")
        for width in [40, 100] {
            try connection.script("set hnsw.ef_search = \(width)")
            try measure(
                "pgvector, HNSW, ef_search \(width)", questions, truth, &report, nearest)
        }
    }

    private static func measure(
        _ what: String, _ questions: [[Float]], _ truth: [[Int64]]?, _ report: inout Report,
        _ search: ([Float]) throws -> [Int64]
    ) throws {
        for question in questions.prefix(warming) { _ = try search(question) }
        var times: [Double] = []
        var hits = 0
        for (place, question) in questions.enumerated() {
            var found: [Int64] = []
            let time = try ContinuousClock().measure { found = try search(question) }
            times.append(time / .microseconds(1))
            if let truth { hits += Set(found).intersection(truth[place]).count }
        }
        report.add("\(what): one search", times, unit: "µs")
        if truth != nil {
            report.add(
                "\(what): recall of 10", value: Double(hits) / Double(questions.count * 10),
                unit: "", aim: "≥ 0.95")
        }
    }
}
