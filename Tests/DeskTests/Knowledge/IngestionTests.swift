import Base
import Documents
import Domain
import Postgres
import Store
import TestKit
import Testing

@testable import Desk

@Suite("Documents become searchable, or say why not", .timeLimit(.minutes(10)))
struct IngestionTests {
    @Test("An empty file, one over the limit and a program are refused; nothing is left behind")
    func refused() async throws {
        let scene = try await Scene(uploadLimit: 1_000)
        await #expect(throws: KnowledgeRefusal.empty) {
            try await scene.fixture.upload("a.txt", [], by: scene.owner)
        }
        await #expect(throws: KnowledgeRefusal.tooLarge(limitBytes: 1_000)) {
            try await scene.fixture.upload(
                "a.txt", Array(repeating: 65, count: 1_001), by: scene.owner)
        }
        let program = await #expect(throws: KnowledgeRefusal.self) {
            try await scene.fixture.upload(
                "a.pdf", [0x7F, 0x45, 0x4C, 0x46] + Array(repeating: 0, count: 60),
                by: scene.owner)
        }
        #expect(program?.kind == .unsupported)
        #expect(try await scene.count("select count(*) from document") == 0)
        #expect(try await scene.count("select count(*) from outbox") == 0)
    }

    @Test("An embedder that is away or answers nonsense delays a document, and loses none")
    func embedderAway() async throws {
        let answers = Lock(0)
        let scene = try await Scene { ports in
            let whole = ports.embedder
            ports.embedder.embed = { texts, purpose in
                let number = answers.withLock { count in
                    count += 1
                    return count
                }
                switch number {
                case 1: throw InjectedFault()
                case 2: return []
                case 3: return texts.map { _ in [] }
                case 4: return texts.map { _ in [.nan, 1] }
                default: return try await whole.embed(texts, purpose)
                }
            }
        }
        try await scene.fixture.upload("a.txt", Array("Parking is free.".utf8), by: scene.owner)
        #expect(try await scene.converge() == 0)
        #expect(try await scene.texts("select status from document") == ["ready"])
        #expect(try await scene.violations() == [])
        let hits = try await scene.desk.knowledge.search("parking", limit: 3, by: scene.owner)
        #expect(hits.map(\.text) == ["Parking is free."])
    }

    @Test("Documents whose process is killed by its limits fail with a reason; others are read")
    func killed() async throws {
        let scene = try await Scene { ports in
            ports.extractor = .built(processorSeconds: 1)
        }
        for (name, bytes) in [
            ("endless.pdf", HostilePDF.endlessStream), ("forms.pdf", HostilePDF.forms(16, "q Q")),
            ("good.txt", Array("Parking is free.".utf8)),
        ] { try await scene.fixture.upload(name, bytes, by: scene.owner) }
        #expect(try await scene.converge() == 0)
        let found = try await scene.texts(
            "select file_name || ' ' || status || ' ' || coalesce(reason_code, '-') from document order by file_name"
        )
        let code = ExtractionRefusal.tooSlow.code
        #expect(
            found == ["endless.pdf failed \(code)", "forms.pdf failed \(code)", "good.txt ready -"])
        #expect(try await scene.violations() == [])
    }

    @Test("Deleted while it is embedded, a document leaves nothing and parks no job")
    func deletedMeanwhile() async throws {
        let gate = Gate()
        let scene = try await Scene { ports in
            let whole = ports.embedder
            ports.embedder.embed = { texts, purpose in
                await gate.pass()
                return try await whole.embed(texts, purpose)
            }
        }
        let id = try await scene.fixture.upload(
            "a.txt", Array("Parking is free.".utf8), by: scene.owner)
        let parked = try await scene.fixture.working {
            await gate.arrived()
            try await scene.desk.knowledge.delete(id, by: scene.owner)
            await gate.open()
            return try await scene.fixture.settled()
        }
        #expect(parked == 0)
        #expect(try await scene.count("select count(*) from passage") == 0)
        #expect(try await scene.texts("select status from document") == ["deleted"])
    }

    @Test("Two readings of one document at once leave one whole set of passages")
    func twoWorkers() async throws {
        let gate = Gate()
        let batches = Lock(0)
        let scene = try await Scene { ports in
            let whole = ports.embedder
            ports.embedder.embed = { texts, purpose in
                let number = batches.withLock { count in
                    count += 1
                    return count
                }
                // The first reading stops with half of its passages stored.
                if number == 2 { await gate.pass() }
                return try await whole.embed(texts, purpose)
            }
        }
        let text = (1...100).map { number in
            (1...40).map { "Rule \(number) has part \($0)." }.joined(separator: " ")
        }
        try await scene.fixture.upload(
            "a.txt", Array(text.joined(separator: "\n\n").utf8), by: scene.owner)
        let passages: SQL = "select count(*) from passage"
        let parked = try await scene.fixture.working {
            await gate.arrived()
            #expect(try await scene.count(passages) == DocumentProcessing.batchSize)
            // As when this worker is thought to be gone: its lease is ended, and the job taken anew.
            let owner = try PostgresConnection(scene.fixture.owner)
            try owner.execute(
                """
                update outbox set state = 'queued', lease_token = null, lease_until = null
                where lane = 'ingest' and state = 'running'
                """)
            #expect(
                await eventually {
                    (try? await scene.texts("select status from document")) == ["ready"]
                })
            #expect(batches.withLock { $0 } >= 4)
            await gate.open()
            return try await scene.fixture.settled()
        }
        #expect(parked == 0)
        #expect(try await scene.count(passages) > DocumentProcessing.batchSize)
        #expect(try await scene.count("select count(distinct generation_id) from passage") == 1)
        #expect(try await scene.violations() == [])
        #expect(try await scene.texts("select status from document") == ["ready"])
    }

    @Test("A document that is told twice to be read again is read again, and is whole after it")
    func toldTwice() async throws {
        let scene = try await Scene()
        let id = try await scene.fixture.upload(
            "a.txt", Array("Parking is free.\n\nDogs are welcome.".utf8), by: scene.owner)
        try await scene.fixture.drain()
        try await scene.desk.knowledge.retry(id, by: scene.owner)
        try await scene.desk.knowledge.retry(id, by: scene.owner)
        #expect(try await scene.converge() == 0)
        #expect(try await scene.violations() == [])
        #expect(try await scene.texts("select status from document") == ["ready"])
    }
}
