import Base
import Foundation
import Postgres
import Processes
import TestKit

/// pgvector's HNSW over the base file, in an embedded server that ends with the run.
///
/// Its queries go over a local socket with prepared statements in binary, one connection a thread:
/// what an application would see, round trip and parsing of results included.
struct TheirVectors: VectorSubject {
    let buildSeconds: Double
    let bytesPerVector: Double
    let opening: JSONLine
    private let server: ThrowAwayPostgres
    private let files: VectorFiles
    private let k: Int

    /// Megabytes of shared buffers: everything measured fits.
    static let sharedMegabytes = 1_024
    static let statementTimeout: Duration = .seconds(3_600)

    init(_ plan: VectorPlan, _ files: VectorFiles) async throws {
        self.files = files
        k = plan.k
        guard let vendor = VendorFolder.find() else { throw BenchFailure("there is no .vendor") }
        server = try await ThrowAwayPostgres.start(
            installation: "\(vendor)/postgres",
            settings: EmbeddedPostgres.Settings(
                maxConnections: 20, sharedMemoryMegabytes: TheirVectors.sharedMegabytes,
                durable: false))
        let connection = try TheirVectors.connect(server)
        try connection.script(
            """
            create extension vector;
            create table item (id bigint, embedding vector(\(plan.dimension)));
            set maintenance_work_mem = '4GB';
            set max_parallel_maintenance_workers = \(plan.buildThreads - 1);
            alter table item set (parallel_workers = \(plan.buildThreads - 1));
            """)
        try connection.copy(into: "item", columns: ["id", "embedding"]) { writer in
            for row in 0..<files.base.count {
                try writer.row(Int64(row), SQLVector(files.base[row]))
            }
        }
        try connection.script("analyze item")
        let building = try ContinuousClock().measure {
            try connection.script(
                """
                create index item_near on item using hnsw (embedding vector_cosine_ops)
                with (m = \(plan.connections), ef_construction = \(plan.constructionWidth))
                """)
        }
        buildSeconds = building / .seconds(1)
        let size: [Int64] = try connection.query(
            "select pg_relation_size('item_near') as bytes"
        ).map { try $0.decode("bytes") }
        bytesPerVector = Double(size.first ?? 0) / Double(files.base.count)
        var line = JSONLine()
        line.add("engine", "pgvector")
        line.add("n", files.base.count)
        line.add("build_seconds", buildSeconds)
        line.add("build_threads", plan.buildThreads)
        opening = line
    }

    func measure(width: Int, threads: Int, rounds: Int) throws -> VectorRun {
        let sessions = try (0..<threads).map { _ in
            let connection = try TheirVectors.connect(server)
            try connection.script(
                "set hnsw.ef_search = \(max(width, k)); set enable_seqscan = off")
            return Session(connection: connection)
        }
        let limit = k
        let passes = try (0..<max(1, rounds)).map { _ in
            try VectorRun.pass(files.queries, width: width, threads: threads) { query, thread in
                try sessions[thread].connection.query(
                    """
                    select id from item order by embedding <=> \(SQLVector(query)) limit \(limit)
                    """
                ).map { try $0.decode("id") }
            }
        }
        return VectorRun.median(of: passes)
    }

    func close() async throws { try await server.stop() }

    private static func connect(_ server: ThrowAwayPostgres) throws -> PostgresConnection {
        var options = PostgresOptions(url: Secret(server.connection()))
        options.answerLimit = nil
        options.statementTimeout = statementTimeout
        return try PostgresConnection(options)
    }

    /// Moves a connection to the one thread that uses it.
    private struct Session: @unchecked Sendable {
        let connection: PostgresConnection
    }
}
