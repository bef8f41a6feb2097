import Base
import Encoder
import Foundation
import HTTP
import ModelServer
import Testing

struct EmbeddingQueueTests {
    private func queue(threads: Int, inputs: Int = 8_192) throws -> EmbeddingQueue {
        var limits = EmbeddingQueue.Limits()
        limits.inputs = inputs
        return EmbeddingQueue(
            try ServiceFixture.service.get().encoder, threads: threads, limits: limits,
            metrics: Metrics(), now: World.live.now)
    }

    private func waits(_ queue: EmbeddingQueue, for count: Int) async throws {
        while queue.waitingInputs != count { try await World.live.sleep(.milliseconds(1)) }
    }

    @Test("Many callers at once each get their own vectors")
    func manyCallers() async throws {
        let queue = try queue(threads: 2)
        defer { queue.stop() }
        let encoder = try ServiceFixture.service.get().encoder
        try await withThrowingTaskGroup(of: Void.self) { group in
            for caller in 0..<60 {
                group.addTask {
                    let texts = (0..<(caller % 7 + 1)).map {
                        "caller \(caller) text \($0) " + String(repeating: "x ", count: caller)
                    }
                    let found = try await queue.embed(texts.map { .text($0) })
                    let wanted = encoder.vectors(of: texts)
                    for (one, two) in zip(found, wanted) {
                        let product = zip(one.vector, two).reduce(0) { $0 + $1.0 * $1.1 }
                        #expect(product > 0.99999)
                    }
                    #expect(found.count == texts.count)
                }
            }
            try await group.waitForAll()
        }
        #expect(queue.waitingInputs == 0)
    }

    @Test("What exceeds the queue is refused at once, with a time to come back")
    func full() async throws {
        let queue = try queue(threads: 0, inputs: 10)
        let first = Task.detached { try await queue.embed(Array(repeating: .text("a"), count: 8)) }
        try await waits(queue, for: 8)
        let refusal = await #expect(throws: EmbeddingRefusal.self) {
            try await queue.embed(Array(repeating: .text("a"), count: 3))
        }
        #expect(refusal == .queueFull)
        #expect(refusal?.response.status.code == 429)
        #expect(refusal?.response.headers["Retry-After"] == "1")
        queue.stop()
        await #expect(throws: EmbeddingRefusal.stopping) { try await first.value }
    }

    @Test("A caller that leaves takes its inputs out of the queue")
    func cancelled() async throws {
        let queue = try queue(threads: 0)
        let bulk = Task.detached {
            try await queue.embed(Array(repeating: .text("a long day"), count: 500))
        }
        try await waits(queue, for: 500)
        let query = Task.detached { try await queue.embed([.text("stay")]) }
        try await waits(queue, for: 501)
        bulk.cancel()
        await #expect(throws: CancellationError.self) { try await bulk.value }
        #expect(queue.waitingInputs == 1)
        queue.stop()
        await #expect(throws: EmbeddingRefusal.stopping) { try await query.value }
    }

    @Test("For who was cancelled before it asked nothing is computed")
    func cancelledBefore() async throws {
        let queue = try queue(threads: 1)
        defer { queue.stop() }
        let asked = Task.detached {
            while !Task.isCancelled { await Task.yield() }
            return try await queue.embed([.text("a")])
        }
        asked.cancel()
        await #expect(throws: CancellationError.self) { try await asked.value }
    }

    @Test("A query is answered whether its caller or a thread computes it", arguments: 1...3)
    func alone(threads: Int) async throws {
        let queue = try queue(threads: threads)
        defer { queue.stop() }
        for text in ["one", "two words", String(repeating: "many words ", count: 60)] {
            let found = try await queue.embed([.text(text)])
            let wanted = try ServiceFixture.service.get().encoder.vectors(of: [text])
            #expect(found.map(\.vector) == wanted)
        }
    }

    @Test("A stopped queue takes nothing")
    func stopped() async throws {
        let queue = try queue(threads: 1)
        queue.stop()
        await #expect(throws: EmbeddingRefusal.stopping) { try await queue.embed([.text("a")]) }
    }
}
