import Base
import Foundation
import TestKit
import Testing

@testable import VectorIndex

@Suite("The append log")
struct LogTests {
    private let folder: TestFolder
    private let dimension = 3
    private let model = Array("model-a".utf8)
    private var path: String { "\(folder.path)/index.log" }

    private let records: [LogRecord] = [
        .insert([(7, [1, 2, 3]), (-9, [0.5, -0.25, 1e-30])]),
        .remove([7, 1 << 40, Int64.min]),
        .insert([(8, [4, 5, 6])]),
        .remove([3]),
    ]

    init() throws { folder = try TestFolder() }

    private func write(_ records: [LogRecord], generation: UInt64 = 4) throws {
        let log = try AppendLog.create(
            path, dimension: dimension, generation: generation, model: model, watch: .none)
        for record in records { try log.append(record) }
    }

    /// What a log hands over when it is opened, and whether there was one.
    private func read(generation: UInt64 = 4, dimension: Int = 3, model: String = "model-a") throws
        -> (log: AppendLog?, records: [LogRecord])
    {
        var found: [LogRecord] = []
        let log = try AppendLog.open(
            path, dimension: dimension, generation: generation, model: Array(model.utf8),
            watch: .none
        ) { record throws(VectorRefusal) in found.append(record) }
        return (log, found)
    }

    private func contents() throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }
    private func put(_ data: Data) throws { try data.write(to: URL(fileURLWithPath: path)) }

    @Test("Records come back as they were, and more can follow")
    func roundTrip() throws {
        #expect(try read().log == nil)
        try write(Array(records.prefix(2)))
        let (log, found) = try read()
        #expect(found == Array(records.prefix(2)))
        for record in records.dropFirst(2) { try #require(log).append(record) }
        #expect(try read().records == records)
    }

    @Test("A log of an older snapshot is dropped; of a later one, it is refused")
    func generations() throws {
        try write(records, generation: 4)
        #expect(try read(generation: 5).log == nil)
        #expect(try read(generation: 5).records == [])
        #expect(throws: VectorRefusal.snapshotUnreadable(.missing)) { try read(generation: 3) }
    }

    @Test("A log of another model or dimension is refused")
    func another() throws {
        try write(records)
        #expect(throws: VectorRefusal.snapshotOfAnother("model")) { try read(model: "model-b") }
        #expect(throws: VectorRefusal.snapshotOfAnother("dimension")) { try read(dimension: 4) }
    }

    @Test("A log that ends anywhere gives the whole records before, and can be added to")
    func torn() throws {
        try write(records)
        let whole = try contents()
        var ends: [Int] = []
        try write([])
        for record in records {
            ends.append(try contents().count)
            try #require(read().log).append(record)
        }
        for length in AppendLog.headerBytes...whole.count {
            try put(whole.prefix(length))
            let complete = ends.dropFirst().count { $0 <= length } + (length == whole.count ? 1 : 0)
            let (log, found) = try read()
            #expect(found == Array(records.prefix(complete)), "length \(length)")
            try #require(log).append(records[0])
            #expect(try read().records == Array(records.prefix(complete)) + [records[0]])
        }
        for length in 0..<AppendLog.headerBytes {
            try put(whole.prefix(length))
            #expect(throws: VectorRefusal.self, "length \(length)") { try read() }
        }
    }

    @Test("A tail of zeros, as a power cut leaves it, is cut off")
    func zeros() throws {
        try write(records)
        try put(try contents() + Data(count: 4_096))
        #expect(try read().records == records)
    }

    @Test("A changed byte is refused, or is in the last record and costs no more than that")
    func damaged() throws {
        try write(Array(records.dropLast()))
        let last = try contents().count
        try write(records)
        let whole = try contents()
        for place in whole.indices {
            var data = whole
            data[place] ^= UInt8(1 << (place % 8))
            try put(data)
            if place < last {
                #expect(throws: VectorRefusal.self, "byte \(place)") { try read() }
            } else {
                #expect(try read().records == Array(records.dropLast()), "byte \(place)")
            }
        }
    }

    @Test("A record that could not be written whole leaves no trace")
    func fullDisk() throws {
        let left = Lock(100)
        let watch = DiskWatch { operation in
            guard case .write(let bytes) = operation else { return .proceed }
            return left.withLock { left in
                left -= bytes
                return left < 0 ? .cut(bytes / 2) : .proceed
            }
        }
        let log = try AppendLog.create(
            path, dimension: dimension, generation: 4, model: model, watch: watch)
        try log.append(records[3])
        #expect(throws: VectorRefusal.snapshotUnreadable(.cannotWrite)) {
            try log.append(records[0])
        }
        left.withLock { $0 = 1_000 }
        try log.append(records[2])
        #expect(try read().records == [records[3], records[2]])
    }
}
