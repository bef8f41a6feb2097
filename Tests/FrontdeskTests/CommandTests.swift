import Base
import Foundation
import HTTP
import HTTPClient
import Postgres
import Processes
import TestKit
import Testing
import VectorIndex

/// The commands beside `serve`, each as a process of its own.
@Suite("The other commands", .timeLimit(.minutes(5)))
struct CommandTests {
    @Test("The doctor looks at a folder that does not exist yet, and does not make it")
    func doctor() async throws {
        try await StubEmbeddings.run { stub in
            let database = try await TestDatabase.fresh(vector: true)
            for settings in [
                [:], ["EMBEDDINGS_URL": stub.address],
                ["EMBEDDINGS_URL": stub.address, "DATABASE_URL": database.url.revealed()],
            ] as [[String: String]] {
                let place = try Installation(settings)
                let result = try await place.run(["doctor"])
                #expect(result.text.contains("does not exist yet"), "\(result)")
                #expect(!FileManager.default.fileExists(atPath: place.data), "\(settings.keys)")
                if settings["DATABASE_URL"] == nil { #expect(result.code == 0, "\(result)") }
                if settings["EMBEDDINGS_URL"] != nil {
                    #expect(result.text.contains("\(HashingEmbedder.dimensions) numbers"))
                }
            }
            stub.become(.nonsense)
            let place = try Installation(["EMBEDDINGS_URL": stub.address])
            let ill = try await place.run(["doctor"])
            #expect(ill.code == 1 && ill.text.contains("WRONG  embeddings"), "\(ill)")
        }
    }

    @Test("The doctor looks at every byte of the index files, and names the damaged one")
    func indexes() async throws {
        let place = try Installation()
        let folder = DataFolder(existing: place.data).snapshots
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let collection = try VectorCollection(dimension: 4)
        try collection.insert(
            (1...50).map { (id: Int64($0), vector: [Float($0), 1, Float($0 % 7), -2]) })
        try collection.save(to: "\(folder)/one.index")
        let sound = try await place.run(["doctor"])
        #expect(sound.code == 0 && sound.text.contains("50 vectors in a file"), "\(sound)")

        try collection.save(to: "\(folder)/other.index")
        var bytes = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/other.index"))
        bytes[bytes.count - 5_000] ^= 1
        try bytes.write(to: URL(fileURLWithPath: "\(folder)/other.index"))
        let ill = try await place.run(["doctor"])
        #expect(ill.code == 1 && ill.text.contains("WRONG  indexes"), "\(ill)")
        #expect(ill.text.contains("other.index: 1 of") && !ill.text.contains("one.index"))
    }

    @Test("Migrate brings the database up to date, and has nothing to do after that")
    func migrate() async throws {
        let place = try Installation()
        let first = try await place.run(["migrate"])
        #expect(first.code == 0 && first.text.contains("accounts, knowledge"), "\(first)")
        let second = try await place.run(["migrate"])
        #expect(second.code == 0 && second.text.contains("nothing to do"), "\(second)")
        let server = try await place.start()
        let busy = try await place.run(["migrate"])
        #expect(busy.code == 69 && busy.text.contains("uses this folder"), "\(busy)")
        await server.child.stop(grace: Patience.limit)
    }

    @Test("A business is loaded once, and a worker of its own reads its documents")
    func work() async throws {
        try await StubEmbeddings.run { stub in
            let database = try await TestDatabase.fresh(vector: true)
            let place = try Installation([
                "EMBEDDINGS_URL": stub.address, "DATABASE_URL": database.url.revealed(),
            ])
            let folder = try business(in: place)
            let missing = try await place.run(["load", "\(folder)/nowhere"])
            #expect(missing.code == 69 && missing.text.contains("business.json"), "\(missing)")
            let loaded = try await place.run(["load", folder], input: "a long enough password\n")
            #expect(loaded.code == 0 && loaded.text.contains("/portal/marlow-finch"), "\(loaded)")
            #expect(!loaded.text.contains("a long enough password"))
            let again = try await place.run(["load", folder], input: "another long password\n")
            #expect(again.code == 0, "\(again)")

            let owner = PostgresPool(database, limits: .init(connections: 1))
            let count: @Sendable (SQL) async throws -> Int = { sql in
                try await owner.run { try $0.query(sql).one().decode(at: 0) }
            }
            #expect(try await count("select count(*) from document") == 2)
            let worker = try await Child.start(place.program(["work"]))
            #expect(
                await eventually {
                    (try? await count("select count(*) from document where status = 'ready'")) == 2
                }, "\(worker.lastLines)")
            #expect(try await count("select count(*) from outbox where state <> 'done'") == 0)
            #expect(await worker.stop(grace: Patience.limit) == .exited(code: 0))
            await owner.close()
        }
        let alone = try await Installation().run(["work"])
        #expect(alone.code == 69 && alone.text.contains("DATABASE_URL"), "\(alone)")
    }

    @Test("The models answer by themselves, and end when they are asked to")
    func models() async throws {
        let place = try Installation()
        let said = Lock("")
        let child = try await Child.start(place.program(["models", "--port", "0"])) { line in
            said.withLock { $0 += line }
        }
        #expect(await eventually { said.withLock { $0 }.contains("models at http") })
        let url = String(said.withLock { $0 }.split(separator: " ").last ?? "")
        var request = FetchRequest(
            .post, "\(url)/embeddings",
            body: Array(#"{"model":"all-MiniLM-L6-v2","input":["Where can I park?"]}"#.utf8))
        request.headers = ["Content-Type": "application/json"]
        let answer = try await place.client.fetch(request)
        guard case .list(let numbers)? = answer.json.list("data").first?["embedding"] else {
            Issue.record("\(answer.text)")
            return
        }
        #expect(numbers.count == 384)
        #expect(await child.stop(grace: Patience.limit) == .exited(code: 0))
        #expect(!FileManager.default.fileExists(atPath: place.data), "it needs no folder")
        #expect(try await place.run(["models", "--port", "many"]).code == 64)
        let gone = try await place.run(["models", "--port", "0", "--folder", "/nowhere"])
        #expect(gone.code == 69, "\(gone)")
    }

    @Test("The models refuse what would not work or would not be safe, and say why")
    func refusingModels() async throws {
        let place = try Installation(["MODELS_KEY": ""])
        for words in [["--precision", "f16"], ["--isa", "turbo"], ["--threads", "0"]] {
            let result = try await place.run(["models", "--port", "0"] + words)
            #expect(result.code == 64, "\(result)")
        }
        let open = try await place.run(["models", "--port", "0", "--bind", "0.0.0.0"])
        #expect(open.code == 69 && open.text.contains("MODELS_KEY"), "\(open)")
        let folder = "\(place.data)-model"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        // A leftover harms nobody.
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data("[PAD]\n[UNK]\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/vocab.txt"))
        let tampered = try await place.run(["models", "--port", "0", "--folder", folder])
        #expect(tampered.code == 69 && tampered.text.contains("fetch it again"), "\(tampered)")
    }

    @Test("The models ask for the key that is set, and run on the instructions that are named")
    func keyedModels() async throws {
        let place = try Installation(["MODELS_KEY": "sk-local"])
        let said = Lock("")
        let child = try await Child.start(
            place.program([
                "models", "--port", "0", "--precision", "f32", "--isa", "portable", "--threads",
                "1",
            ])
        ) { line in said.withLock { $0 += line } }
        #expect(await eventually { said.withLock { $0 }.contains("models at http") })
        let line = said.withLock { $0 }
        #expect(line.contains("f32 on portable") && !line.contains("sk-local"), "\(line)")
        var request = FetchRequest(.get, "\(line.split(separator: " ").last ?? "")/models")
        #expect(try await place.client.fetch(request).status == .unauthorized)
        request.headers = ["Authorization": "Bearer sk-local"]
        #expect(try await place.client.fetch(request).status == .ok)
        #expect(await child.stop(grace: Patience.limit) == .exited(code: 0))
    }

    @Test("A document is read at the command line")
    func extract() async throws {
        let place = try Installation()
        let file = "\(place.folder.path)/parking.txt"
        try Data("Parking is free.".utf8).write(to: URL(fileURLWithPath: file))
        let read = try await place.run(["extract", file])
        #expect(read.code == 0 && read.text.contains("Parking is free."), "\(read)")
        #expect(try await place.run(["extract"]).code == 64)
        #expect(try await place.run(["extract", "\(file).gone"]).code == 66)
        #expect(!FileManager.default.fileExists(atPath: place.data))
    }

    /// The salon, with two short documents.
    private func business(in place: Installation) throws -> String {
        let folder = "\(place.folder.path)/business"
        let files = FileManager.default
        try files.createDirectory(
            atPath: "\(folder)/documents", withIntermediateDirectories: true)
        try files.copyItem(
            atPath: Corpora.folder("salon") + "/business.json", toPath: "\(folder)/business.json")
        for (name, text) in [
            ("parking.txt", "Parking is free."), ("dogs.md", "# Dogs\n\nWelcome."),
        ] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/documents/\(name)"))
        }
        return folder
    }
}
