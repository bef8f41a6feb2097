import Base
import Domain
import Foundation
import Postgres

/// Many passages for the demo's workspace, straight into the tables of a running installation.
struct SyntheticPassages: Sendable {
    static let perDocument = 1_000
    static let seed: UInt64 = 20_261_120

    let count: Int
    let folder: String

    private struct Sample {
        var workspace: UUID
        var model: String
        var texts: [String]
        var vectors: [[Float]]
    }

    /// Adds the documents and passages in one transaction; texts are of the demo's own words.
    func insert() async throws {
        var options = PostgresOptions(url: Secret(try connection()))
        options.answerLimit = nil
        options.statementTimeout = .seconds(170)
        let connection = try PostgresConnection(options)
        let sample = try sample(connection)
        try connection.transaction { connection in
            var random = SeededRandom(seed: SyntheticPassages.seed)
            for number in 0..<(count / SyntheticPassages.perDocument) {
                try insert(document: number, sample, &random, connection)
            }
        }
        _ = try connection.execute("analyze passage")
    }

    /// The socket is named in the fifth line of what the postmaster writes down.
    private func connection() throws -> String {
        let file = "\(folder)/data/pg/postmaster.pid"
        let lines = try String(contentsOfFile: file, encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count > 4 else { throw BenchFailure("no socket in \(file)") }
        return "host=\(lines[4]) user=frontdesk dbname=frontdesk"
    }

    private func sample(_ connection: PostgresConnection) throws -> Sample {
        let rows = try connection.query(
            "select workspace_id, model_id, text, embedding from passage order by index_key")
        var sample = Sample(workspace: World.live.uuid(), model: "", texts: [], vectors: [])
        for row in rows {
            sample.workspace = try row.decode("workspace_id")
            sample.model = try row.decode("model_id")
            sample.texts.append(try row.decode("text"))
            sample.vectors.append(try row.decode("embedding", as: SQLVector.self).values)
        }
        guard sample.texts.count > 10 else { throw BenchFailure("the demo has no passages") }
        return sample
    }

    private func insert(
        document number: Int, _ sample: Sample, _ random: inout SeededRandom,
        _ connection: PostgresConnection
    ) throws {
        let (document, generation) = (World.live.uuid(), World.live.uuid())
        let total = Int32(SyntheticPassages.perDocument)
        let now = World.live.now()
        _ = try connection.execute(
            """
            insert into document (workspace_id, document_id, title, file_name, file_type, file_size,
                sha256, status, passages_done, passages_total, live_generation, version,
                created_at, updated_at)
            values (\(sample.workspace), \(document), \("Archive \(number)"), 'archive.txt', 'text',
                1, 'none', 'ready', \(total), \(total), \(generation), 1, \(now), \(now))
            """)
        let columns = [
            "workspace_id", "passage_id", "document_id", "generation_id", "ordinal", "text",
            "start_offset", "end_offset", "embedded_text", "model_id", "embedding",
        ]
        try connection.copy(into: "passage", columns: columns) { writer in
            for ordinal in 0..<total {
                let text = words(sample, &random)
                try writer.row(
                    sample.workspace, World.live.uuid(), document, generation, ordinal, text,
                    Int32(0), Int32(text.count), text, sample.model,
                    SQLVector(SyntheticPassages.vector(between: sample.vectors, &random)))
            }
        }
    }

    /// About three hundred characters from two passages, so that words are shared as in real texts.
    private func words(_ sample: Sample, _ random: inout SeededRandom) -> String {
        let texts = (0..<2).map { _ in
            let text = sample.texts[Int.random(in: 0..<sample.texts.count, using: &random)]
            let offset = Int.random(in: 0...max(0, text.count - 150), using: &random)
            return String(text.dropFirst(offset).prefix(150))
        }
        return texts.joined(separator: " ")
    }

    /// A unit vector somewhere between two of the given ones, with some noise.
    static func vector(between known: [[Float]], _ random: inout SeededRandom) -> [Float] {
        let first = known[Int.random(in: 0..<known.count, using: &random)]
        let second = known[Int.random(in: 0..<known.count, using: &random)]
        let share = Float.random(in: 0...1, using: &random)
        let mixed = zip(first, second).map { pair in
            share * pair.0 + (1 - share) * pair.1 + Float.random(in: -0.03...0.03, using: &random)
        }
        let length = mixed.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return mixed.map { $0 / max(length, .leastNormalMagnitude) }
    }
}
