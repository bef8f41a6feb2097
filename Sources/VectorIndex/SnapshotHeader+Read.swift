import CKernels

extension SnapshotHeader {
    /// Reads and checks the header of a file of so many bytes; every number is within its limits.
    ///
    /// `first` gives the first bytes of the file, as many as are asked for. O(blocks)
    init(
        fileBytes: Int, first: (_ count: Int) throws(VectorRefusal) -> [UInt8]
    ) throws(VectorRefusal) {
        guard fileBytes >= Self.fixedBytes else { throw .snapshotUnreadable(.wrongSize) }
        var reader = ByteReader(try first(Self.fixedBytes))
        guard try reader.bytes(8) == Self.magic else { throw .snapshotUnreadable(.notASnapshot) }
        guard try reader.word() == Self.version else {
            throw .snapshotUnreadable(.anotherVersion)
        }
        let headerBytes = Int(try reader.word())
        guard headerBytes.isMultiple(of: Self.pageBytes), headerBytes <= fileBytes,
            (Self.pageBytes...Self.headerBytesMaximum).contains(headerBytes)
        else { throw .snapshotUnreadable(.wrongSize) }
        var bytes = try first(headerBytes)
        guard bytes.count == headerBytes else { throw .snapshotUnreadable(.wrongSize) }
        for place in 24..<28 { bytes[place] = 0 }
        let told = try reader.long()
        let sum = try reader.word()
        guard checksum(bytes) == sum else { throw .snapshotUnreadable(.wrongChecksum) }
        guard told == UInt64(fileBytes) else { throw .snapshotUnreadable(.wrongSize) }
        try self.init(body: bytes, headerBytes: headerBytes, fileBytes: fileBytes)
    }

    /// From here on the checksum has spoken for the bytes; the limits are looked at all the same.
    private init(body bytes: [UInt8], headerBytes: Int, fileBytes: Int) throws(VectorRefusal) {
        var reader = ByteReader(bytes)
        _ = try reader.take(28)
        let sectionCount = Int(try reader.word())
        let blockCount = Int(try reader.word())
        self.init(
            metric: try reader.word(), dimension: try reader.word(),
            connections: try reader.word(), constructionWidth: try reader.word(),
            used: try reader.word(), linked: try reader.word(), entry: try reader.word(),
            seed: 0, levelsDrawn: 0, model: [])
        _ = try reader.long()
        seed = try reader.long()
        levelsDrawn = try reader.long()
        let modelBytes = Int(try reader.word())
        _ = try reader.word()
        guard sectionCount <= SnapshotPart.allCases.count,
            VectorLimits.modelBytes.contains(modelBytes)
        else { throw .snapshotUnreadable(.wrongContents) }
        self.headerBytes = headerBytes
        self.fileBytes = fileBytes
        for _ in 0..<sectionCount { sections.append(try section(&reader)) }
        model = try reader.bytes(modelBytes)
        _ = try reader.take((8 - modelBytes % 8) % 8)
        let body = fileBytes - headerBytes
        guard blockCount == (body + Self.blockBytes - 1) / Self.blockBytes,
            reader.left >= blockCount * 4, Set(sections.map(\.part)).count == sectionCount
        else { throw .snapshotUnreadable(.wrongContents) }
        for _ in 0..<blockCount { sums.append(try reader.word()) }
        guard Metric(rawValue: metric) != nil,
            VectorLimits.dimension.contains(Int(dimension)),
            VectorLimits.connections.contains(Int(connections)),
            VectorLimits.constructionWidth.contains(Int(constructionWidth)),
            VectorLimits.vectors.contains(Int(used)), linked <= used,
            linked == 0 ? entry == Self.noEntry : entry < used
        else { throw .snapshotUnreadable(.wrongContents) }
    }

    private func section(_ reader: inout ByteReader) throws(VectorRefusal) -> SnapshotSection {
        let number = try reader.word()
        let rowBytes = Int(try reader.word())
        let offset = try reader.long()
        let byteCount = try reader.long()
        guard let part = SnapshotPart(rawValue: number), rowBytes > 0,
            offset >= UInt64(headerBytes), offset <= UInt64(fileBytes),
            offset.isMultiple(of: UInt64(Self.pageBytes)),
            byteCount <= UInt64(fileBytes) - offset,
            Int(byteCount).isMultiple(of: rowBytes)
        else { throw .snapshotUnreadable(.wrongContents) }
        return SnapshotSection(
            part: part, rowBytes: rowBytes, byteCount: Int(byteCount), offset: Int(offset))
    }
}

/// Reads numbers one after the other and refuses to go past the end.
struct ByteReader {
    let data: [UInt8]
    private(set) var position = 0

    init(_ data: [UInt8]) {
        self.data = data
    }

    var left: Int { data.count - position }

    mutating func bytes(_ count: Int) throws(VectorRefusal) -> [UInt8] {
        Array(data[try take(count)..<position])
    }

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
}
