import Base
import Foundation
import TestKit
import Testing

@testable import VectorIndex

@Suite("Collections that outlive the process")
struct StoredTests {
    private let folder: TestFolder
    private var path: String { "\(folder.path)/index" }

    init() throws { folder = try TestFolder() }

    private func open(watch: DiskWatch = .none, policy: SyncPolicy = .whenAsked) throws
        -> StoredCollection
    {
        try StoredStory.open(path, watch: watch, policy: policy)
    }

    @Test("Changes are found again, from the log, from the snapshot and from both")
    func roundTrip() throws {
        var expected: [Int64: [Float]] = [:]
        for step in 0..<6 {
            let stored = try open()
            #expect(StoredStory.contents(stored) == expected, "step \(step)")
            try StoredStory.change(stored, step, &expected)
            if step % 2 == 1 { try stored.compact() }
            #expect(stored.collection.checkInvariants() == [])
        }
        #expect(StoredStory.contents(try open()) == expected)
    }

    @Test("A log that has grown large becomes a snapshot, a small one does not")
    func grown() throws {
        let dimension = VectorLimits.dimension.upperBound
        func open() throws -> StoredCollection {
            try StoredCollection.open(path: path, dimension: dimension, model: "wide")
        }
        let vectors = StoredCollection.logBytesKept / (4 * dimension) + 1
        func row(_ number: Int) -> (id: Int64, vector: [Float]) {
            (Int64(number), (0..<dimension).map { Float(($0 + 1) % (number + 2)) })
        }
        let stored = try open()
        try stored.load([row(0)])
        #expect(try !stored.compactIfGrown())
        try stored.load((1...vectors).map(row))
        #expect(stored.logBytes > StoredCollection.logBytesKept)
        #expect(try stored.compactIfGrown())
        #expect(stored.logBytes < 1_000)
        #expect(try !stored.compactIfGrown())
        #expect(stored.collection.count == vectors + 1)
    }

    @Test("A path is open once at a time")
    func claim() throws {
        let first = try open()
        #expect(throws: VectorRefusal.snapshotUnreadable(.inUse)) { try open() }
        withExtendedLifetime(first) {}
    }

    @Test("A vector that is refused changes neither log nor collection")
    func refused() throws {
        let stored = try open()
        #expect(throws: VectorRefusal.notFinite) {
            try stored.insert([(1, [1, 0, 0, 0]), (2, [.nan, 0, 0, 0])])
        }
        #expect(stored.collection.count == 0)
        #expect(stored.logBytes == 0)
    }

    @Test("A log without its snapshot is refused, not taken for a beginning")
    func lostSnapshot() throws {
        var expected: [Int64: [Float]] = [:]
        do {
            let stored = try open()
            try StoredStory.change(stored, 0, &expected)
            try stored.compact()
            try StoredStory.change(stored, 1, &expected)
        }
        try FileManager.default.removeItem(atPath: path)
        #expect(throws: VectorRefusal.snapshotUnreadable(.missing)) { try open() }
    }

    @Test(
        "Whichever disk operation fails, acknowledged changes are there and others whole or not",
        arguments: [SyncPolicy.whenAsked, .everyChange])
    func everyFailure(policy: SyncPolicy) throws {
        var number = 1
        while true {
            let place = "\(folder.path)/failing-\(number)"
            let left = Lock(number)
            let watch = DiskWatch { operation in
                left.withLock { left in
                    left -= 1
                    guard left <= 0 else { return .proceed }
                    // From the n-th on the disk is gone, as after a crash; half of a write arrives.
                    if left == 0, case .write(let bytes) = operation { return .cut(bytes / 2) }
                    return .cut(0)
                }
            }
            var known: [Int64: [Float]] = [:]
            var attempted: [Int64: [Float]] = [:]
            do {
                let stored = try StoredStory.open(place, watch: watch, policy: policy)
                for step in 0..<4 {
                    attempted = known
                    try StoredStory.change(stored, step, &attempted)
                    known = attempted
                    if step == 1 { try stored.compact() }
                }
            } catch {
                #expect(left.withLock { $0 <= 0 }, "\(error.detail)")
            }
            let found = StoredStory.contents(try StoredStory.open(place))
            #expect(
                StoredStory.isBetween(found, known, attempted), "operation \(number)")
            if left.withLock({ $0 > 0 }) { break }
            number += 1
        }
        #expect(number > 10)
    }

    @Test("A process that is killed while writing loses nothing that it acknowledged")
    func killed() async throws {
        // Each child dies at one more operation than the one before, in the middle of a write.
        for number in stride(from: 1, to: 40, by: 3) {
            let place = "\(folder.path)/killed-\(number)"
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [place = place as String, number = number as Int] in
                try StoredStory.runUntilKilled(place, at: number)
            }
            let acknowledged = try StoredStory.acknowledged(place)
            let found = StoredStory.contents(try StoredStory.open(place))
            var known: [Int64: [Float]] = [:]
            for step in 0..<acknowledged { StoredStory.foresee(step, &known) }
            var attempted = known
            StoredStory.foresee(acknowledged, &attempted)
            #expect(
                StoredStory.isBetween(found, known, attempted),
                "operation \(number), \(acknowledged) acknowledged")
        }
    }
}

/// The same changes in every test, so that another process can tell what must be there.
enum StoredStory {
    static let dimension = 4

    static func open(
        _ path: String, watch: DiskWatch = .none, policy: SyncPolicy = .whenAsked
    ) throws(VectorRefusal) -> StoredCollection {
        try StoredCollection(
            path: path, dimension: dimension, metric: .squaredEuclidean, model: "model-a",
            settings: HNSWSettings(connections: 4, constructionWidth: 20), policy: policy,
            watch: watch)
    }

    private static func vectors(_ step: Int) -> [(id: Int64, vector: [Float])] {
        (0..<5).map { row in
            (
                Int64(step * 3 + row),
                (0..<dimension).map { Float(step * 100 + row * 10 + $0) }
            )
        }
    }

    /// What step `step` does: some new vectors, some replaced, then one removed.
    static func change(
        _ stored: StoredCollection, _ step: Int, _ expected: inout [Int64: [Float]]
    ) throws(VectorRefusal) {
        foresee(step, &expected)
        try stored.insert(vectors(step))
        if step > 0 { try stored.remove([Int64(step)]) }
    }

    static func foresee(_ step: Int, _ expected: inout [Int64: [Float]]) {
        for (id, vector) in vectors(step) { expected[id] = vector }
        if step > 0 { expected[Int64(step)] = nil }
    }

    static func contents(_ stored: StoredCollection) -> [Int64: [Float]] {
        var found: [Int64: [Float]] = [:]
        for id in 0..<Int64(1_000) { found[id] = stored.collection.vector(id) }
        return found
    }

    /// Whether every id is as before the last change or as after it.
    static func isBetween(
        _ found: [Int64: [Float]], _ before: [Int64: [Float]], _ after: [Int64: [Float]]
    ) -> Bool {
        Set(found.keys).union(before.keys).union(after.keys).allSatisfy {
            found[$0] == before[$0] || found[$0] == after[$0]
        }
    }

    /// Goes through the story, notes each step that was acknowledged, and dies at the n-th operation.
    static func runUntilKilled(_ path: String, at number: Int) throws {
        let left = Lock(number)
        let watch = DiskWatch { operation in
            left.withLock { left in
                left -= 1
                if left == 0, case .write(let bytes) = operation { return .cut(bytes / 2) }
                if left <= 0 { kill(getpid(), SIGKILL) }
                return .proceed
            }
        }
        let notes = try DiskFile(path + ".notes", emptied: true, watch: .none)
        let stored = try open(path, watch: watch, policy: .everyChange)
        var expected: [Int64: [Float]] = [:]
        for step in 0..<100 {
            try change(stored, step, &expected)
            try notes.write([1], at: step)
            if step % 3 == 2 { try stored.compact() }
        }
    }

    static func acknowledged(_ path: String) throws -> Int {
        try DiskFile(path + ".notes", emptied: false, watch: .none).byteCount
    }
}
