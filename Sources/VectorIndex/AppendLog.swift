import CKernels
import Foundation

/// One change as the log keeps it: all of its items or none.
enum LogRecord: Equatable {
    case insert([(id: Int64, vector: [Float])])
    case remove([Int64])

    static func == (left: LogRecord, right: LogRecord) -> Bool {
        switch (left, right) {
        case (.insert(let left), .insert(let right)):
            left.count == right.count
                && zip(left, right).allSatisfy { $0.id == $1.id && $0.vector == $1.vector }
        case (.remove(let left), .remove(let right)): left == right
        case (.insert, .remove), (.remove, .insert): false
        }
    }
}

/// The changes since the last snapshot, one record after the other; all numbers little-endian.
///
///     header   0 magic "FDVECLOG"  8 version  12 dimension  16 generation  24 checksum of the
///              model's name  28 checksum of bytes 0..<28
///     record   0 checksum of the rest of it  4 payload bytes  8 number (from 0)  16 kind  20 items
///              24 payload: for an insert id and vector of each, for a removal the ids; padded to 8
///
/// A record counts once all of it is there. What a crash left of the last one is cut off when the
/// log is opened; a broken record with whole ones behind it is damage and refused.
final class AppendLog {
    static let magic = Array("FDVECLOG".utf8)
    static let version: UInt32 = 1
    static let headerBytes = 32
    static let recordHeaderBytes = 24
    /// The most bytes in one record; larger changes are several records.
    static let payloadBytesMaximum = 64 * 1_024 * 1_024

    private let file: DiskFile
    private let dimension: Int
    private var next: UInt64
    /// Where the next record begins.
    private(set) var byteCount: Int
    /// Set when it is not known what the file holds; only a new log helps then.
    private var isBroken = false

    private init(_ file: DiskFile, dimension: Int, next: UInt64, byteCount: Int) {
        self.file = file
        self.dimension = dimension
        self.next = next
        self.byteCount = byteCount
    }

    /// An empty log in the place of whatever was there; it appears whole.
    static func create(
        _ path: String, dimension: Int, generation: UInt64, model: [UInt8], watch: DiskWatch
    ) throws(VectorRefusal) -> AppendLog {
        let file = try DiskFile(path + ".new", emptied: true, watch: watch)
        try file.write(
            header(dimension: dimension, generation: generation, model: model), at: 0)
        try file.sync()
        try file.takePlace(of: path)
        return AppendLog(file, dimension: dimension, next: 0, byteCount: headerBytes)
    }

    /// Opens a log, hands its records over in order, and cuts off an unfinished one.
    ///
    /// Nil when there is none, or one of an older generation, whose changes the snapshot holds.
    static func open(
        _ path: String, dimension: Int, generation: UInt64, model: [UInt8], watch: DiskWatch,
        replay: (LogRecord) throws(VectorRefusal) -> Void
    ) throws(VectorRefusal) -> AppendLog? {
        guard DiskFile.exists(path) else { return nil }
        let file = try DiskFile(path, emptied: false, watch: watch)
        let reading = try LogReading(
            file, dimension: dimension, generation: generation, model: model)
        guard !reading.isOlder else { return nil }
        var reader = reading
        while let record = try reader.next() { try replay(record) }
        if reader.position < file.byteCount {
            guard try !reader.hasRecordsBehind() else {
                throw .snapshotUnreadable(.wrongChecksum)
            }
            try file.truncate(to: reader.position)
        }
        return AppendLog(
            file, dimension: dimension, next: reader.number, byteCount: reader.position)
    }

    /// Adds a change, all of it or nothing. When it returns, the change survives the end of this
    /// process; with `synced` it survives a power cut.
    func append(_ record: LogRecord, synced: Bool = false) throws(VectorRefusal) {
        guard !isBroken else { throw DiskFile.failure }
        let bytes = encoded(record)
        do throws(VectorRefusal) {
            try file.write(bytes, at: byteCount)
            if synced { try file.sync() }
        } catch {
            // What arrived of it must not be found again, nor lie before the next record.
            do throws(VectorRefusal) {
                try file.truncate(to: byteCount)
            } catch {
                isBroken = true
            }
            throw error
        }
        byteCount += bytes.count
        next += 1
    }

    /// Returns when everything added survives a power cut.
    ///
    /// After a failure nobody knows what the disk holds, so that nothing can be added any more.
    func sync() throws(VectorRefusal) {
        do throws(VectorRefusal) {
            try file.sync()
        } catch {
            isBroken = true
            throw error
        }
    }

    /// How many items of an insert fit into one record.
    static func itemsTogether(dimension: Int) -> Int { payloadBytesMaximum / (8 + 4 * dimension) }

    static func header(dimension: Int, generation: UInt64, model: [UInt8]) -> [UInt8] {
        var bytes = magic
        bytes.append(version)
        bytes.append(UInt32(dimension))
        bytes.append(generation)
        bytes.append(checksum(model))
        bytes.append(checksum(bytes))
        return bytes
    }

    private func encoded(_ record: LogRecord) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 8)
        bytes.append(next)
        switch record {
        case .insert(let items):
            bytes.append(LogReading.insert)
            bytes.append(UInt32(items.count))
            bytes.reserveCapacity(bytes.count + items.count * (8 + 4 * dimension))
            for item in items {
                bytes.append(item.id)
                item.vector.withUnsafeBytes { bytes.append(contentsOf: $0) }
            }
        case .remove(let ids):
            bytes.append(LogReading.remove)
            bytes.append(UInt32(ids.count))
            for id in ids { bytes.append(id) }
        }
        bytes += [UInt8](repeating: 0, count: (8 - bytes.count % 8) % 8)
        let payload = UInt32(bytes.count - Self.recordHeaderBytes)
        withUnsafeBytes(of: payload.littleEndian) { bytes.replaceSubrange(4..<8, with: $0) }
        let sum = bytes.withUnsafeBytes {
            frontdesk_crc32c(0, $0.baseAddress! + 4, bytes.count - 4)
        }
        withUnsafeBytes(of: sum.littleEndian) { bytes.replaceSubrange(0..<4, with: $0) }
        return bytes
    }
}
