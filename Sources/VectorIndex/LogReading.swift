import CKernels

/// Reads a log record by record; a record is believed only when its checksum fits.
struct LogReading {
    static let insert: UInt32 = 1
    static let remove: UInt32 = 2

    private let file: DiskFile
    private let dimension: Int
    private let fileBytes: Int
    /// Whether its changes are in the snapshot already.
    let isOlder: Bool
    /// Where the next record would begin: the end of the last whole one.
    private(set) var position = AppendLog.headerBytes
    /// The number of the next record.
    private(set) var number: UInt64 = 0

    /// Checks the header: the log must go with this model, dimension and snapshot.
    init(
        _ file: DiskFile, dimension: Int, generation: UInt64, model: [UInt8]
    ) throws(VectorRefusal) {
        self.file = file
        self.dimension = dimension
        fileBytes = file.byteCount
        let bytes = try file.read(AppendLog.headerBytes, at: 0)
        guard bytes.count == AppendLog.headerBytes else { throw .snapshotUnreadable(.wrongSize) }
        var reader = ByteReader(bytes)
        guard try reader.bytes(8) == AppendLog.magic else {
            throw .snapshotUnreadable(.notASnapshot)
        }
        let version = try reader.word()
        let foundDimension = Int(try reader.word())
        let foundGeneration = try reader.long()
        let foundModel = try reader.word()
        guard try reader.word() == checksum(Array(bytes[..<28])) else {
            throw .snapshotUnreadable(.wrongChecksum)
        }
        guard version == AppendLog.version else { throw .snapshotUnreadable(.anotherVersion) }
        guard foundModel == checksum(model) else { throw .snapshotOfAnother("model") }
        guard foundDimension == dimension else { throw .snapshotOfAnother("dimension") }
        guard foundGeneration <= generation else { throw .snapshotUnreadable(.missing) }
        isOlder = foundGeneration < generation
    }

    /// The next whole record; nil at the end or where something else begins.
    mutating func next() throws(VectorRefusal) -> LogRecord? {
        guard let record = try record(at: position, numbered: number...number) else { return nil }
        position += record.byteCount
        number += 1
        return try decoded(record)
    }

    /// Whether a later record lies whole somewhere behind the first broken place.
    ///
    /// Records begin at multiples of 8, so these are tried one after the other. O(rest)
    func hasRecordsBehind() throws(VectorRefusal) -> Bool {
        let later = (number + 1)...(number + UInt64(fileBytes))
        let share = 1 << 20
        var first = position + 8
        while first + AppendLog.recordHeaderBytes <= fileBytes {
            let bytes = try file.read(share + AppendLog.recordHeaderBytes, at: first)
            for place in stride(
                from: 0, to: min(share, bytes.count - AppendLog.recordHeaderBytes + 1), by: 8)
            {
                let found = bytes.withUnsafeBytes {
                    UInt64(
                        littleEndian: $0.loadUnaligned(
                            fromByteOffset: place + 8, as: UInt64.self))
                }
                guard later.contains(found) else { continue }
                if try record(at: first + place, numbered: later) != nil { return true }
            }
            first += share
        }
        return false
    }

    private struct Found {
        let kind: UInt32
        let items: Int
        let payload: [UInt8]
        var byteCount: Int { AppendLog.recordHeaderBytes + payload.count }
    }

    private func record(at place: Int, numbered numbers: ClosedRange<UInt64>)
        throws(VectorRefusal) -> Found?
    {
        let header = try file.read(AppendLog.recordHeaderBytes, at: place)
        guard header.count == AppendLog.recordHeaderBytes else { return nil }
        var reader = ByteReader(header)
        let sum = try reader.word()
        let payloadBytes = Int(try reader.word())
        let number = try reader.long()
        let kind = try reader.word()
        let items = Int(try reader.word())
        guard numbers.contains(number), kind == Self.insert || kind == Self.remove,
            payloadBytes == padded(items * (kind == Self.insert ? 8 + 4 * dimension : 8)),
            payloadBytes <= fileBytes - place - AppendLog.recordHeaderBytes
        else { return nil }
        let payload = try file.read(payloadBytes, at: place + AppendLog.recordHeaderBytes)
        guard payload.count == payloadBytes,
            frontdesk_crc32c(checksum(Array(header[4...])), payload, payload.count) == sum
        else { return nil }
        return Found(kind: kind, items: items, payload: payload)
    }

    private func padded(_ count: Int) -> Int { (count + 7) / 8 * 8 }

    private func decoded(_ record: Found) throws(VectorRefusal) -> LogRecord {
        var reader = ByteReader(record.payload)
        guard record.kind == Self.insert else {
            var ids: [Int64] = []
            for _ in 0..<record.items { ids.append(Int64(bitPattern: try reader.long())) }
            return .remove(ids)
        }
        var items: [(id: Int64, vector: [Float])] = []
        items.reserveCapacity(record.items)
        for _ in 0..<record.items {
            let id = Int64(bitPattern: try reader.long())
            let start = try reader.take(4 * dimension)
            let vector = [Float](unsafeUninitializedCapacity: dimension) { room, count in
                reader.data.withUnsafeBytes {
                    UnsafeMutableRawPointer(room.baseAddress!).copyMemory(
                        from: $0.baseAddress! + start, byteCount: 4 * dimension)
                }
                count = dimension
            }
            items.append((id, vector))
        }
        return .insert(items)
    }
}
