import Base
import Domain
import Foundation
import Postgres
import Store
import TestKit
import Testing

@testable import Desk

/// A disk whose free space the test states.
private final class StatedDisk: Sendable {
    private let free: Lock<Int>

    init(free: Int) { self.free = Lock(free) }

    func set(_ bytes: Int) { free.withLock { $0 = bytes } }
    func take(_ bytes: Int) { free.withLock { $0 -= bytes } }
    var bytes: Int { free.withLock { $0 } }
}

@Suite("Room for documents", .timeLimit(.minutes(5)))
struct StorageTests {
    private static let reserve = 100 << 20

    private func scene(
        _ disk: StatedDisk, quota: Int = 1 << 30, logger: Logger = .silent
    ) async throws -> (fixture: DeskFixture, owner: Staff) {
        let fixture = try await DeskFixture(
            logger: logger, storage: StoragePolicy(reserveBytes: Self.reserve, quotaBytes: quota)
        ) { ports in
            ports.extractor = Scene.paragraphs
            ports.blobs.freeBytes = { disk.bytes }
        }
        return (fixture, try await fixture.openWorkspace())
    }

    private func files(_ fixture: DeskFixture) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: fixture.blobFolder)
            .filter { $0.count > 5 }
    }

    private func documents(_ fixture: DeskFixture, _ owner: Staff) async throws
        -> [DocumentStore.Listed]
    {
        try await fixture.desk.reading.read(owner.workspace) {
            try DocumentStore.page(after: nil, limit: 100, $0).items
        }
    }

    @Test("An upload is refused before the reserve is reached, and leaves nothing behind")
    func reserve() async throws {
        let disk = StatedDisk(free: Self.reserve + (5 << 20))
        let (fixture, owner) = try await scene(disk)
        let sent = Lock(0)
        let piece = [UInt8](repeating: 97, count: 1 << 20)
        let chunks = AsyncStream<[UInt8]>(unfolding: {
            guard sent.withLock({ $0 }) < 40 else { return nil }
            // What was given before lies on the disk now.
            if sent.withLock({ $0 }) > 0 { disk.take(piece.count) }
            sent.withLock { $0 += 1 }
            return piece
        })
        await #expect(throws: KnowledgeRefusal.diskFull) {
            try await fixture.desk.intake.upload(name: "long.txt", chunks: chunks, by: owner)
        }
        #expect(sent.withLock { $0 } <= 7, "reading stops at the reserve")
        #expect(disk.bytes >= Self.reserve - (1 << 20))
        #expect(try files(fixture).isEmpty)
        #expect(try await documents(fixture, owner).isEmpty)
        #expect(KnowledgeRefusal.diskFull.detail.contains("Delete documents"))
    }

    @Test("While the disk is full documents can be deleted, and what they held is given back")
    func deleting() async throws {
        let disk = StatedDisk(free: .max)
        let (fixture, owner) = try await scene(disk)
        let id = try await fixture.upload("a.txt", Array("Parking is free.".utf8), by: owner)
        #expect(try await fixture.drain() == 0)
        disk.set(0)
        await #expect(throws: KnowledgeRefusal.diskFull) {
            try await fixture.upload("b.txt", Array("Dogs are welcome.".utf8), by: owner)
        }
        try await fixture.desk.knowledge.delete(id, by: owner)
        #expect(try await fixture.drain() == 0)
        #expect(try files(fixture).isEmpty)
        // Room again: nobody has to do anything but upload.
        disk.set(.max)
        _ = try await fixture.upload("b.txt", Array("Dogs are welcome.".utf8), by: owner)
        #expect(try await fixture.drain() == 0)
        #expect(try await documents(fixture, owner).map(\.status) == [.ready])
    }

    @Test("A document that was taken waits for room, says so, and is read by itself afterwards")
    func waiting() async throws {
        let disk = StatedDisk(free: .max)
        let (fixture, owner) = try await scene(disk)
        _ = try await fixture.upload("a.txt", Array("Parking is free.".utf8), by: owner)
        disk.set(Self.reserve - 1)
        // Longer than any number of attempts would last.
        for _ in 0..<20 {
            #expect(try await fixture.drain() == 0)
            fixture.clock.advance(by: KnowledgeJobs.diskPause)
        }
        let held = try #require(try await documents(fixture, owner).first)
        #expect(held.status != .ready && held.status != .failed)
        #expect(held.reason?.contains("disk") == true, "\(held.reason ?? "")")
        let attempts: Int32 = try PostgresConnection(fixture.owner).query(
            "select attempts from outbox where lane = 'ingest'"
        ).one().decode(at: 0)
        #expect(attempts <= 1, "waiting uses up no attempt")
        disk.set(.max)
        fixture.clock.advance(by: KnowledgeJobs.diskPause)
        #expect(try await fixture.drain() == 0)
        let ready = try #require(try await documents(fixture, owner).first)
        #expect(ready.status == .ready && ready.reason == nil)
    }

    @Test("The quota of a workspace is exact when many upload at once, and is nobody else's matter")
    func quota() async throws {
        let (fixture, owner) = try await scene(StatedDisk(free: .max), quota: 5_000)
        let other = try await fixture.openWorkspace("second")
        let refused = Lock(0)
        try await withThrowingTaskGroup { group in
            for number in 0..<12 {
                group.addTask {
                    let text = String(repeating: "\(number % 10)", count: 1_000)
                    do {
                        _ = try await fixture.upload("\(number).txt", Array(text.utf8), by: owner)
                    } catch KnowledgeRefusal.quotaReached {
                        refused.withLock { $0 += 1 }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(refused.withLock { $0 } == 7)
        #expect(try await documents(fixture, owner).count == 5)
        let state = try await fixture.desk.intake.storageState(of: owner.workspace)
        #expect(state.usedBytes == 5_000 && state.refusal == .quotaReached(limitBytes: 5_000))
        _ = try await fixture.upload("a.txt", Array("Dogs are welcome.".utf8), by: other)

        // What is deleted counts no more.
        let first = try #require(try await documents(fixture, owner).first)
        try await fixture.desk.knowledge.delete(first.id, by: owner)
        _ = try await fixture.upload(
            "again.txt", Array(String(repeating: "x", count: 1_000).utf8), by: owner)
    }

    @Test("The log says once that the disk is nearly full, and once that there is room again")
    func log() async throws {
        let lines = Lock<[String]>([])
        let logger = Logger(
            minimum: .notice, now: { DeskFixture.start },
            write: { line in lines.withLock { $0.append(line) } })
        let disk = StatedDisk(free: .max)
        let (fixture, _) = try await scene(disk, logger: logger)
        let watch = fixture.desk.storageWatch
        for free in [Int.max, Self.reserve - 1, 0, Self.reserve, .max] {
            disk.set(free)
            watch.look()
            watch.look()
        }
        let said = lines.withLock { $0.filter { $0.contains("disk") } }
        #expect(said.count == 2, "\(said)")
        #expect(said.first?.contains("nearly full") == true)
        #expect(said.last?.contains("room again") == true)
        #expect(said.first?.contains("\"reserve_mb\":100") == true)
    }

    @Test("While bytes are copied none are removed, and afterwards they are")
    func heldForBackup() async throws {
        let (fixture, owner) = try await scene(StatedDisk(free: .max))
        let id = try await fixture.upload("a.txt", Array("Parking is free.".utf8), by: owner)
        #expect(try await fixture.drain() == 0)
        let claim = DatabaseClaim(
            fixture.owner, as: "a backup",
            parts: [.init(InstallationPart.documents.rawValue, isExclusive: true)])
        #expect(try await claim.take() == nil)
        try await fixture.desk.knowledge.delete(id, by: owner)
        for _ in 0..<20 {
            #expect(try await fixture.drain() == 0)
            #expect(try files(fixture).count == 1)
            fixture.clock.advance(by: KnowledgeJobs.backupPause)
        }
        await claim.release()
        // The server notices the end of a session a moment later.
        let removed = await eventually {
            fixture.clock.advance(by: KnowledgeJobs.backupPause)
            return (try? await fixture.drain()) == 0 && (try? files(fixture).isEmpty) == true
        }
        #expect(removed)
    }
}
