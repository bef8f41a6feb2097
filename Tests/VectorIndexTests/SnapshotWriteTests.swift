import Base
import Foundation
import TestKit
import Testing

@testable import VectorIndex

@Suite("A snapshot on a disk that fails")
struct SnapshotWriteTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    @Test("Whichever disk operation fails, the file holds what it held before or all of the new")
    func everyFailure() throws {
        var number = 1
        while true {
            let place = "\(folder.path)/failing-\(number)"
            try SnapshotStory.collection(1).save(to: place)
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
            var isSaved = false
            do throws(VectorRefusal) {
                try SnapshotStory.collection(2).save(to: place, watch: watch)
                isSaved = true
            } catch {
                #expect(left.withLock { $0 <= 0 }, "\(error.detail)")
            }
            let step = try SnapshotStory.step(at: place)
            #expect(isSaved ? step == 2 : [1, 2].contains(step), "operation \(number)")
            if left.withLock({ $0 > 0 }) { break }
            number += 1
        }
        #expect(number > 5)
    }

    @Test("A process that is killed while it saves leaves one whole snapshot")
    func killed() async throws {
        // Each child dies at one more operation than the one before, in the middle of a write.
        for number in 1...18 {
            let place = "\(folder.path)/killed-\(number)"
            try SnapshotStory.collection(0).save(to: place)
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [place = place as String, number = number as Int] in
                try SnapshotStory.runUntilKilled(place, at: number)
            }
            let step = try SnapshotStory.step(at: place)
            let whole = (number - 1) / SnapshotStory.operations
            #expect([whole, whole + 1].contains(step), "operation \(number)")
        }
    }
}

/// Snapshots that tell which one they are, so that another process can tell what must be there.
enum SnapshotStory {
    /// Changes of the disk that one saving makes: a file, two writes, a sync, a name, its folder.
    static let operations = 6

    static func collection(_ step: Int) throws(VectorRefusal) -> VectorCollection {
        let collection = try VectorCollection(
            dimension: 4, metric: .squaredEuclidean, model: "model-a",
            settings: HNSWSettings(connections: 4, constructionWidth: 20))
        let items = (0..<20).map { row in (id: Int64(row), vector: vector(row, step)) }
        try collection.insert(items)
        return collection
    }

    static func vector(_ row: Int, _ step: Int) -> [Float] {
        let first = Float(step * 100 + row * 10)
        return (0..<4).map { first + Float($0) }
    }

    /// Which collection a file holds; refuses one that is not whole.
    static func step(at path: String) throws -> Int {
        #expect(try VectorCollection.verify(path: path).isSound)
        let opened = try VectorCollection.open(
            path: path, dimension: 4, metric: .squaredEuclidean, model: "model-a")
        let first = try #require(opened.vector(0))
        let step = Int(first[0]) / 100
        #expect(opened.count == 20)
        #expect(opened.vector(19) == vector(19, step))
        return step
    }

    /// Saves one after the other and dies at the n-th operation.
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
        for step in 1..<100 {
            do throws(VectorRefusal) {
                try collection(step).save(to: path, watch: watch)
            } catch {
                // Half of a write has arrived: now it dies.
                kill(getpid(), SIGKILL)
            }
        }
    }
}
