import CKernels

/// The parts of a snapshot. The numbers are of the format and never change their meaning.
enum SnapshotPart: UInt32, CaseIterable {
    case heads = 1
    case codes = 2
    case rests = 3
    case ground = 4
    case ids = 5
    case states = 6
    case levels = 7
    /// Where a node's lists above layer 0 begin in `upper`.
    case places = 8
    case upper = 9
    /// The table from ids to slots.
    case table = 10
    /// Slots that wait to be linked, in order of arrival.
    case pending = 11
    /// What sketches are drawn around; only in a large collection.
    case centre = 12
    /// The vectors as they were given; only in a small collection.
    case originals = 13

    /// Whether opening relies on every byte, so that its blocks are summed before it returns.
    ///
    /// The others are large, and whoever reads them stays within bounds whatever they hold.
    var isTrustedAtOnce: Bool {
        switch self {
        case .heads, .codes, .rests, .ground: false
        case .ids, .states, .levels, .places, .upper, .table, .pending, .centre, .originals: true
        }
    }
}

/// Where a part lies in the file, and how long one of its rows is.
struct SnapshotSection: Equatable {
    let part: SnapshotPart
    let rowBytes: Int
    let byteCount: Int
    /// From the beginning of the file, a multiple of the page; filled in by `SnapshotHeader.lay`.
    var offset = 0
}

/// The first bytes of a snapshot file; all numbers little-endian.
///
///     0  magic "FDVECTOR"     8 version       12 header bytes  16 file bytes
///     24 checksum of the header, taken with this field zero    28 sections   32 blocks
///     36 metric               40 dimension    44 connections   48 construction width
///     52 slots                56 linked       60 entry (all ones: none)
///     64 unused               72 seed         80 levels drawn  88 model bytes  92 zero
///     96 for each section: part, bytes of a row, offset, bytes (4 · 4 · 8 · 8)
///        the model's name, padded to 8; for each block its checksum; zeros up to a page
///
/// The sections follow, each at the beginning of a page, so that a mapping of the file can serve as
/// the memory of the index. Blocks of 64 KB cover all that follows the header, padding included.
/// Every checksum is CRC-32C.
struct SnapshotHeader: Equatable {
    static let magic = Array("FDVECTOR".utf8)
    static let version: UInt32 = 2
    static let fixedBytes = 96
    static let sectionBytes = 24
    static let pageBytes = 4_096
    static let blockBytes = 64 * 1_024
    static let noEntry = UInt32.max
    /// More is not a header of ours; a collection of the largest size needs a fifth.
    static let headerBytesMaximum = 64 * 1_024 * 1_024

    var metric: UInt32
    var dimension: UInt32
    var connections: UInt32
    var constructionWidth: UInt32
    /// Slots that were ever used: the rows of every part that has one for each slot.
    var used: UInt32
    var linked: UInt32
    var entry: UInt32
    var seed: UInt64
    var levelsDrawn: UInt64
    var model: [UInt8]
    /// Set by `lay` and by reading only.
    var sections: [SnapshotSection] = []
    var fileBytes = 0
    var headerBytes = 0
    var sums: [UInt32] = []

    init(
        metric: UInt32, dimension: UInt32, connections: UInt32, constructionWidth: UInt32,
        used: UInt32, linked: UInt32, entry: UInt32, seed: UInt64,
        levelsDrawn: UInt64, model: [UInt8]
    ) {
        self.metric = metric
        self.dimension = dimension
        self.connections = connections
        self.constructionWidth = constructionWidth
        self.used = used
        self.linked = linked
        self.entry = entry
        self.seed = seed
        self.levelsDrawn = levelsDrawn
        self.model = model
    }

    /// Gives every section its place, one after the other on pages of their own.
    mutating func lay(_ wanted: [SnapshotSection]) {
        func paged(_ count: Int) -> Int {
            (count + Self.pageBytes - 1) / Self.pageBytes * Self.pageBytes
        }
        let body = wanted.map { paged($0.byteCount) }.reduce(0, +)
        let blocks = (body + Self.blockBytes - 1) / Self.blockBytes
        headerBytes = paged(
            Self.fixedBytes + wanted.count * Self.sectionBytes + (model.count + 7) / 8 * 8
                + blocks * 4)
        fileBytes = headerBytes + body
        sums = [UInt32](repeating: 0, count: blocks)
        var offset = headerBytes
        sections = wanted.map { section in
            defer { offset += paged(section.byteCount) }
            var section = section
            section.offset = offset
            return section
        }
    }

    func section(_ part: SnapshotPart) -> SnapshotSection? { sections.first { $0.part == part } }

    /// The blocks that hold a section's bytes.
    func blocks(of section: SnapshotSection) -> Range<Int> {
        guard section.byteCount > 0 else { return 0..<0 }
        let first = (section.offset - headerBytes) / Self.blockBytes
        let last = (section.offset + section.byteCount - 1 - headerBytes) / Self.blockBytes
        return first..<last + 1
    }

    /// The bytes of the file that a block covers.
    func bytes(ofBlock block: Int) -> Range<Int> {
        let start = headerBytes + block * Self.blockBytes
        return start..<min(start + Self.blockBytes, fileBytes)
    }

    func encoded() -> [UInt8] {
        var bytes = Self.magic
        bytes.reserveCapacity(headerBytes)
        bytes.append(Self.version)
        bytes.append(UInt32(headerBytes))
        bytes.append(UInt64(fileBytes))
        bytes.append(UInt32(0))
        for number in [
            UInt32(sections.count), UInt32(sums.count), metric, dimension, connections,
            constructionWidth, used, linked, entry,
        ] { bytes.append(number) }
        for number in [0, seed, levelsDrawn] { bytes.append(number) }
        bytes.append(UInt32(model.count))
        bytes.append(UInt32(0))
        for section in sections {
            bytes.append(section.part.rawValue)
            bytes.append(UInt32(section.rowBytes))
            bytes.append(UInt64(section.offset))
            bytes.append(UInt64(section.byteCount))
        }
        bytes += model + [UInt8](repeating: 0, count: (8 - model.count % 8) % 8)
        for sum in sums { bytes.append(sum) }
        bytes += [UInt8](repeating: 0, count: headerBytes - bytes.count)
        let sum = checksum(bytes)
        withUnsafeBytes(of: sum.littleEndian) { bytes.replaceSubrange(24..<28, with: $0) }
        return bytes
    }
}

func checksum(_ bytes: [UInt8]) -> UInt32 { frontdesk_crc32c(0, bytes, bytes.count) }

extension [UInt8] {
    mutating func append(_ number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }
}
