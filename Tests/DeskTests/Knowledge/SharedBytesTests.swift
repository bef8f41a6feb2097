import Base
import Domain
import Foundation
import Postgres
import Store
import TestKit
import Testing

@testable import Desk

@Suite("Bytes that several documents share", .timeLimit(.minutes(2)))
struct SharedBytesTests {
    private static let text = Array("Parking is free behind the house.".utf8)

    @Test("They stay while one document has them, and go with the last")
    func lastOne() async throws {
        let scene = try await Scene()
        let ids = [
            try await scene.fixture.upload("a.txt", Self.text, by: scene.owner),
            try await scene.fixture.upload("b.txt", Self.text, by: scene.owner),
        ]
        try await scene.converge()
        #expect(try files(scene).count == 1)
        try await scene.desk.knowledge.delete(ids[0], by: scene.owner)
        try await scene.converge()
        #expect(try files(scene).count == 1)
        try await scene.desk.knowledge.delete(ids[1], by: scene.owner)
        try await scene.converge()
        #expect(try files(scene).isEmpty)
    }

    /// The removal is held just before it removes; then the same bytes are uploaded.
    @Test("Uploaded again while they are being removed, they are there afterwards")
    func uploadDuringRemoval() async throws {
        let removal = Held()
        let scene = try await Scene { ports in
            let whole = ports.blobs
            ports.blobs.delete = { sha256 in
                removal.hold()
                try whole.delete(sha256)
            }
        }
        let id = try await scene.fixture.upload("a.txt", Self.text, by: scene.owner)
        removal.letGo()
        try await scene.converge()
        removal.reset()
        try await scene.desk.knowledge.delete(id, by: scene.owner)
        // The removal follows from what was recorded.
        let subscriptions = scene.desk.subscriptions { _ in }
        while try await subscriptions.catchUp() { try await Task.sleep(for: .milliseconds(2)) }
        try await scene.fixture.working {
            while !removal.isHeld { try await Task.sleep(for: .milliseconds(2)) }
            let uploaded = Lock(false)
            try await withThrowingTaskGroup { group in
                group.addTask {
                    try await scene.fixture.upload("b.txt", Self.text, by: scene.owner)
                    uploaded.withLock { $0 = true }
                }
                // Either it got past the removal, which is the mistake, or it waits for it.
                while !uploaded.withLock({ $0 }) {
                    if try await waitersForLocks(scene) > 0 { break }
                    try await Task.sleep(for: .milliseconds(2))
                }
                removal.letGo()
                try await group.waitForAll()
            }
        }
        #expect(try await scene.converge() == 0)
        #expect(try files(scene).count == 1)
        #expect(
            try await scene.texts("select status from document where status <> 'deleted'")
                == ["ready"])
    }

    private func waitersForLocks(_ scene: Scene) async throws -> Int {
        try await scene.count(
            """
            select count(*) from pg_locks l join pg_database d on d.oid = l.database
            where d.datname = current_database() and l.locktype = 'advisory' and not l.granted
            """)
    }

    /// Stored files; uploads in progress are none.
    private func files(_ scene: Scene) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: scene.fixture.blobFolder)
            .filter { $0.count > 64 }
    }
}

/// Holds a thread until it is let go.
private final class Held: Sendable {
    private let state = Lock((held: false, free: false))

    var isHeld: Bool { state.withLock { $0.held } }

    func hold() {
        state.withLock { $0.held = true }
        while !state.withLock({ $0.free }) { usleep(1_000) }
    }

    func letGo() { state.withLock { $0.free = true } }

    func reset() { state.withLock { $0 = (false, false) } }
}
