import Base
import Domain
import Foundation
import Postgres
import Store
import TestKit
import Testing

@testable import Desk

@Suite("While the embedding service is ill", .timeLimit(.minutes(3)))
struct EmbeddingsAwayTests {
    static let moods: [StubEmbeddings.Mood] = [
        .gone, .silent, .refusing(status: 503, retryAfter: nil),
        .refusing(status: 429, retryAfter: "30"),
        .refusing(status: 429, retryAfter: "9223372036854775807"),
        .refusing(status: 401, retryAfter: nil), .length(7), .oneTooFew, .nonsense,
    ]

    @Test(
        "A message waits for its draft and a document says why; then both are done",
        arguments: moods)
    func illness(mood: StubEmbeddings.Mood) async throws {
        try await StubEmbeddings.run { stub in
            let clock = ManualClock(DeskFixture.start)
            let scene = try await Scene { ports in
                ports.embedder = EmbeddingCache().caching(stub.port(at: clock))
            }
            let customer = try await scene.customer()
            try await scene.fixture.upload(
                "old.txt", Array("Dogs are welcome.".utf8), by: scene.owner)
            try await scene.converge()

            stub.become(mood)
            let message = try await scene.desk.inbox.receive(
                "ask parking", from: customer, key: "once")
            let id = try await scene.fixture.upload(
                "new.txt", Array("Parking is free.".utf8), by: scene.owner)
            try await scene.fixture.drain()
            #expect(try await scene.draft(message.conversation) == nil)
            #expect(
                try await scene.texts("select state from outbox where lane = 'turn'") == ["queued"])
            let waiting = try await document(id, scene)
            #expect(waiting.status != .ready)
            #expect(waiting.reason?.contains("embedding service") == true, "\(waiting)")
            #expect(waiting.reason?.contains("gain") == true, "how it goes on")

            // Still ill, whoever asks again is told again.
            scene.fixture.clock.advance(by: .minutes(3))
            try await scene.desk.knowledge.retry(id, by: scene.owner)
            try await scene.fixture.drain()
            #expect(try await document(id, scene).reason?.contains("embedding service") == true)

            stub.become(.well)
            clock.advance(by: .minutes(15))
            try await scene.desk.knowledge.retry(id, by: scene.owner)
            #expect(try await scene.converge() == 0, "nothing is parked")
            let ready = try await document(id, scene)
            #expect(ready.status == .ready && ready.reason == nil, "\(ready)")
            #expect(try await scene.count("select count(*) from draft") == 1)
            #expect(try await scene.draft(message.conversation) != nil)
            #expect(try await scene.violations() == [])
            let hits = try await scene.desk.knowledge.search("parking", limit: 1, by: scene.owner)
            #expect(hits.map(\.text) == ["Parking is free."])
        }
    }

    @Test("Try again does not wait for the pause that the last failure began")
    func runsNow() async throws {
        try await StubEmbeddings.run { stub in
            let clock = ManualClock(DeskFixture.start)
            let scene = try await Scene { $0.embedder = stub.port(at: clock) }
            stub.become(.refusing(status: 503, retryAfter: nil))
            let id = try await scene.fixture.upload(
                "a.txt", Array("Parking is free.".utf8), by: scene.owner)
            try await scene.fixture.drain()
            stub.become(.well)
            try await scene.fixture.drain()
            #expect(try await document(id, scene).status != .ready, "it waits for its time")
            try await scene.desk.knowledge.retry(id, by: scene.owner)
            try await scene.fixture.drain()
            #expect(try await document(id, scene).status == .ready)
        }
    }

    @Test("Documents of a first bad day are brought to the right length one after the other")
    func firstBadDay() async throws {
        try await StubEmbeddings.run { stub in
            let clock = ManualClock(DeskFixture.start)
            let scene = try await Scene { $0.embedder = stub.port(at: clock) }
            stub.become(.length(7))
            var ids: [DocumentID] = []
            for (name, text) in [("a.txt", "Parking is free."), ("b.txt", "Dogs are welcome.")] {
                ids.append(try await scene.fixture.upload(name, Array(text.utf8), by: scene.owner))
            }
            try await scene.converge()
            stub.become(.well)
            for id in ids { try await scene.desk.knowledge.retry(id, by: scene.owner) }
            try await scene.converge()
            #expect(
                try await scene.texts("select distinct vector_dims(embedding)::text from passage")
                    == ["\(HashingEmbedder.dimensions)"])
            let hits = try await scene.desk.knowledge.search(
                "dogs", limit: 1, by: scene.owner)
            #expect(hits.map(\.text) == ["Dogs are welcome."])
            #expect(try #require(hits.first).score > 0.3)
        }
    }

    @Test("A classifier trained on a bad day is trained again")
    func classifier() async throws {
        try await StubEmbeddings.run { stub in
            let clock = ManualClock(DeskFixture.start)
            let folder = try TestFolder()
            stub.become(.length(7))
            let first = keeper(stub, clock, folder)
            #expect(try await first.model().vectorLength == 7)
            stub.become(.well)
            let second = keeper(stub, clock, folder)
            #expect(try await second.model().vectorLength == 7, "as it was stored")
            let length = HashingEmbedder.dimensions
            #expect(try await second.model(fitting: length).vectorLength == length)
            let third = keeper(stub, clock, folder)
            #expect(try await third.model().vectorLength == length, "the stored one was replaced")
            await #expect(throws: UnderstandingFault.wrongVectors) {
                try await third.model(fitting: 9)
            }
        }
    }

    private func keeper(
        _ stub: StubEmbeddings, _ clock: ManualClock, _ folder: TestFolder
    ) -> IntentClassifierProvider {
        IntentClassifierProvider(
            embedder: stub.port(at: clock), folder: URL(fileURLWithPath: folder.path),
            logger: .silent, training: Self.fewUtterances)
    }

    /// Six of each intent: training with all takes minutes in a debug build.
    @Sendable private static func fewUtterances() throws -> [Utterance] {
        Dictionary(grouping: try LabelledUtterances.all(), by: \.intent)
            .sorted { $0.key.rawValue < $1.key.rawValue }.flatMap { $0.value.prefix(6) }
    }

    private func document(
        _ id: DocumentID, _ scene: Scene
    ) async throws -> DocumentStore.Listed {
        let found = try await scene.desk.reading.read(scene.workspace) {
            try DocumentStore.find(id, $0)
        }
        return try #require(found)
    }
}
