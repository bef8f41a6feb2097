import Base
import Foundation
import Testing

@Suite("Threads for calls that block")
struct BlockingThreadsTests {
    @Test("Work that blocks holds up neither the caller's pool nor other work")
    func others() async throws {
        let threads = BlockingThreads(name: "test", limit: 2)
        let gate = DispatchSemaphore(value: 0)
        try await withThrowingTaskGroup { group in
            group.addTask { await threads.run { gate.wait() } }
            for number in 0..<100 {
                group.addTask {
                    #expect(await threads.run { number } == number)
                }
            }
            for _ in 0..<100 { try await group.next() }
            gate.signal()
            try await group.waitForAll()
        }
    }

    @Test("No more run at once than there are threads")
    func bounded() async {
        let threads = BlockingThreads(name: "test", limit: 3)
        let counts = Lock((now: 0, most: 0))
        await withTaskGroup { group in
            for _ in 0..<60 {
                group.addTask {
                    await threads.run {
                        counts.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
                        usleep(500)
                        counts.withLock { $0.now -= 1 }
                    }
                }
            }
        }
        #expect(counts.withLock { $0.most } <= 3)
        #expect(counts.withLock { $0.now } == 0)
    }

    @Test("An error comes back as itself")
    func failure() async {
        struct Full: Error, Equatable {}
        let threads = BlockingThreads(name: "test", limit: 1)
        await #expect(throws: Full()) { try await threads.run { throw Full() } }
    }
}
