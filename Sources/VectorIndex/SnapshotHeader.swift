import CKernels

/// The first bytes of a snapshot file; all numbers little-endian.
///
///     0  magic "FDVECTOR"     8 version    12 metric       16 dimension   20 connections
///     24 construction width  28 model bytes 32 vectors     40 seed        48 levels drawn
///     56 entry (all ones: none)             60 linked      64 body bytes  72 body checksum
///     80 checksum of bytes 0..<80 and the model            88 model, padded to 8
///
/// The body: ids (8 bytes each) · levels (1 byte each) · vectors · for each linked node and each
/// layer from 0 the number of its links and the links (4 bytes each). Linked nodes come first.
struct SnapshotHeader: Equatable {
    static let magic = Array("FDVECTOR".utf8)
    static let version: UInt32 = 1
    static let fixedBytes = 88
    /// The body is summed in blocks of this size, so that it can be written as it is made.
    static let blockBytes = 1 << 20
    static let noEntry = UInt32.max

    var metric: UInt32
    var dimension: UInt32
    var connections: UInt32
    var constructionWidth: UInt32
    var model: [UInt8]
    var count: UInt64
    var seed: UInt64
    var levelsDrawn: UInt64
    var entry: UInt32
    var linked: UInt32
    var bodyBytes: UInt64 = 0
    var bodyChecksum: UInt64 = 0

    var byteCount: Int { Self.fixedBytes + (model.count + 7) / 8 * 8 }

    func encoded() -> [UInt8] {
        var bytes = Self.magic
        bytes.append(Self.version)
        for number in [
            metric, dimension, connections, constructionWidth, UInt32(model.count),
        ] { bytes.append(number) }
        for number in [count, seed, levelsDrawn] { bytes.append(number) }
        bytes.append(entry)
        bytes.append(linked)
        bytes.append(bodyBytes)
        bytes.append(bodyChecksum)
        bytes.append(checksum(Array(bytes + model)))
        bytes += model
        bytes += [UInt8](repeating: 0, count: byteCount - bytes.count)
        return bytes
    }

    init(
        metric: UInt32, dimension: UInt32, connections: UInt32, constructionWidth: UInt32,
        model: [UInt8], count: UInt64, seed: UInt64, levelsDrawn: UInt64, entry: UInt32,
        linked: UInt32
    ) {
        self.metric = metric
        self.dimension = dimension
        self.connections = connections
        self.constructionWidth = constructionWidth
        self.model = model
        self.count = count
        self.seed = seed
        self.levelsDrawn = levelsDrawn
        self.entry = entry
        self.linked = linked
    }

    /// Reads and checks a header; every number is within its limits afterwards.
    init(reading reader: inout SnapshotReader) throws(VectorRefusal) {
        guard try reader.bytes(8) == Self.magic else { throw .snapshotUnreadable(.notASnapshot) }
        guard try reader.word() == Self.version else { throw .snapshotUnreadable(.newerVersion) }
        metric = try reader.word()
        dimension = try reader.word()
        connections = try reader.word()
        constructionWidth = try reader.word()
        let modelBytes = Int(try reader.word())
        count = try reader.long()
        seed = try reader.long()
        levelsDrawn = try reader.long()
        entry = try reader.word()
        linked = try reader.word()
        bodyBytes = try reader.long()
        bodyChecksum = try reader.long()
        let sum = try reader.long()
        guard VectorLimits.modelBytes.contains(modelBytes) else {
            throw .snapshotUnreadable(.wrongChecksum)
        }
        model = try reader.bytes((modelBytes + 7) / 8 * 8)
        guard model[modelBytes...].allSatisfy({ $0 == 0 }) else {
            throw .snapshotUnreadable(.wrongContents)
        }
        model.removeLast(model.count - modelBytes)
        let summed = Array(encoded()[..<80]) + model
        guard checksum(summed) == sum else { throw .snapshotUnreadable(.wrongChecksum) }
        guard Metric(rawValue: metric) != nil,
            VectorLimits.dimension.contains(Int(dimension)),
            VectorLimits.connections.contains(Int(connections)),
            VectorLimits.constructionWidth.contains(Int(constructionWidth)),
            count <= UInt64(VectorLimits.vectors.upperBound), UInt64(linked) <= count,
            linked == 0 ? entry == Self.noEntry : entry < linked
        else { throw .snapshotUnreadable(.wrongContents) }
    }
}

func checksum(_ bytes: [UInt8], after seed: UInt64 = 0) -> UInt64 {
    frontdesk_vector_checksum(seed, bytes, bytes.count)
}

extension [UInt8] {
    mutating func append(_ number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }
}

/// Reads numbers one after the other and refuses to go past the end.
struct SnapshotReader {
    let data: [UInt8]
    private(set) var position = 0

    init(_ data: [UInt8]) {
        self.data = data
    }

    var left: Int { data.count - position }

    mutating func bytes(_ count: Int) throws(VectorRefusal) -> [UInt8] {
        Array(data[try take(count)..<position])
    }

    mutating func byte() throws(VectorRefusal) -> UInt8 { data[try take(1)] }

    mutating func word() throws(VectorRefusal) -> UInt32 {
        let start = try take(4)
        return data.withUnsafeBytes {
            UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: start, as: UInt32.self))
        }
    }

    mutating func long() throws(VectorRefusal) -> UInt64 {
        let start = try take(8)
        return data.withUnsafeBytes {
            UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: start, as: UInt64.self))
        }
    }

    /// Moves on by so many bytes; where they begin.
    mutating func take(_ count: Int) throws(VectorRefusal) -> Int {
        guard count >= 0, count <= left else { throw .snapshotUnreadable(.wrongSize) }
        defer { position += count }
        return position
    }

    /// The sum of everything from here to the end, in blocks. O(bytes)
    func checksumOfRest() -> UInt64 {
        data.withUnsafeBytes { data in
            var sum: UInt64 = 0
            for start in stride(
                from: position, to: data.count, by: SnapshotHeader.blockBytes)
            {
                let end = min(start + SnapshotHeader.blockBytes, data.count)
                sum = frontdesk_vector_checksum(
                    sum, data.baseAddress! + start, end - start)
            }
            return sum
        }
    }
}
