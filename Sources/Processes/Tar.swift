import Glibc

/// What a tar archive (POSIX ustar, as GNU tar writes it too) holds.
package struct TarEntry: Sendable, Equatable {
    package let name: String
    package let size: Int
    package let isFolder: Bool

    /// A plain file that does not exist yet.
    package init(file name: String) {
        self.init(name: name, size: 0, isFolder: false)
    }

    init(name: String, size: Int, isFolder: Bool) {
        self.name = name
        self.size = size
        self.isFolder = isFolder
    }
}

/// Why an archive cannot be read or written.
package enum TarFault: Error, Equatable, CustomStringConvertible {
    /// It ends early or is no archive.
    case damaged
    /// A link, a device, or another thing that is neither a file nor a folder.
    case notAFile(String)
    case cannotRead(code: Int32)
    case cannotWrite(code: Int32)

    package var description: String {
        switch self {
        case .damaged: "the archive is damaged"
        case .notAFile(let name): "the archive holds \(name), which is no file"
        case .cannotRead(let code): "cannot be read (errno \(code))"
        case .cannotWrite(let code): "cannot be written: \(String(cString: strerror(code)))"
        }
    }
}

enum TarBlock {
    static let bytes = 512
    static let sumPlace = 148..<156

    /// The sum of a header in which its own place counts as spaces.
    static func sum(_ header: [UInt8]) -> Int {
        header.indices.reduce(0) { sum, index in
            sum + (sumPlace.contains(index) ? 32 : Int(header[index]))
        }
    }

    static func padding(_ size: Int) -> Int { (bytes - size % bytes) % bytes }
}

/// Reads an archive from a descriptor, entry by entry, and believes none of it.
///
/// Nothing is written anywhere: the caller decides by name and size what becomes of an entry.
package final class TarReader {
    private let descriptor: Int32
    private var left = 0
    private var padding = 0
    private static let pieceBytes = 256 << 10

    package init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// The next entry; nil at the end, after which everything has been read.
    package func next() throws(TarFault) -> TarEntry? {
        try skip()
        let header = try exactly(TarBlock.bytes)
        if header.allSatisfy({ $0 == 0 }) {
            // What writes to us must not die of a closed pipe: padding is read to its end.
            while !(try some(TarReader.pieceBytes)).isEmpty {}
            return nil
        }
        guard number(header[TarBlock.sumPlace]) == TarBlock.sum(header) else { throw .damaged }
        var name = text(header[0..<100])
        if header[257..<262].elementsEqual(Array("ustar".utf8)), header[262] == 0 {
            let prefix = text(header[345..<500])
            if !prefix.isEmpty { name = "\(prefix)/\(name)" }
        }
        guard let size = number(header[124..<136]), !name.isEmpty else { throw .damaged }
        switch header[156] {
        case UInt8(ascii: "0"), 0:
            left = size
            padding = TarBlock.padding(size)
            return TarEntry(name: name, size: size, isFolder: false)
        case UInt8(ascii: "5"): return TarEntry(name: name, size: 0, isFolder: true)
        default: throw .notAFile(name)
        }
    }

    /// A piece of the present entry; empty at its end.
    package func piece() throws(TarFault) -> [UInt8] {
        guard left > 0 else { return [] }
        let bytes = try some(min(left, TarReader.pieceBytes))
        guard !bytes.isEmpty else { throw .damaged }
        left -= bytes.count
        return bytes
    }

    private func skip() throws(TarFault) {
        while !(try piece()).isEmpty {}
        if padding > 0 { _ = try exactly(padding) }
        padding = 0
    }

    private func exactly(_ count: Int) throws(TarFault) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let more = try some(count - bytes.count)
            guard !more.isEmpty else { throw .damaged }
            bytes += more
        }
        return bytes
    }

    /// At most so many bytes; none at the end.
    private func some(_ count: Int) throws(TarFault) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        while true {
            let found = read(descriptor, &bytes, count)
            if found < 0, errno == EINTR { continue }
            guard found >= 0 else { throw .cannotRead(code: errno) }
            return Array(bytes.prefix(found))
        }
    }

    private func text(_ field: ArraySlice<UInt8>) -> String {
        String(decoding: field.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// Octal digits, or a large number of GNU tar in binary; nil for anything else.
    private func number(_ field: ArraySlice<UInt8>) -> Int? {
        guard let first = field.first else { return nil }
        if first == 0x80 {
            guard field.dropLast(8).dropFirst().allSatisfy({ $0 == 0 }) else { return nil }
            let value = field.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            return Int(exactly: value)
        }
        let digits = field.drop { $0 == 32 }.prefix { $0 != 0 && $0 != 32 }
        guard !digits.isEmpty, digits.count <= 20 else { return nil }
        return Int(String(decoding: digits, as: UTF8.self), radix: 8).flatMap { $0 < 0 ? nil : $0 }
    }
}

/// Writes an archive of plain files into a descriptor.
package final class TarWriter {
    private let descriptor: Int32
    private var left = 0
    private var padding = 0
    private static let nameBytes = 100

    package init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Begins a file; exactly `size` bytes must follow. `seconds` is when it was changed last.
    package func begin(_ name: String, size: Int, seconds: Int64) throws(TarFault) {
        precondition(left == 0 && name.utf8.count <= TarWriter.nameBytes, "a file of the archive")
        var header = [UInt8](repeating: 0, count: TarBlock.bytes)
        func put(_ text: String, at place: Int) {
            header.replaceSubrange(place..<place + text.utf8.count, with: Array(text.utf8))
        }
        put(name, at: 0)
        put("0000600", at: 100)
        put("0000000", at: 108)
        put("0000000", at: 116)
        if size < 1 << 33 {
            put(octal(Int64(size), 11), at: 124)
        } else {
            header[124] = 0x80
            withUnsafeBytes(of: UInt64(size).bigEndian) {
                header.replaceSubrange(128..<136, with: Array($0))
            }
        }
        put(octal(max(0, min(seconds, 0o77777777777)), 11), at: 136)
        put("0", at: 156)
        put("ustar  ", at: 257)
        let sum = TarBlock.sum(header)
        put(octal(Int64(sum), 6), at: 148)
        header[154] = 0
        header[155] = 32
        left = size
        padding = TarBlock.padding(size)
        try write(header)
    }

    package func add(_ bytes: [UInt8]) throws(TarFault) {
        precondition(bytes.count <= left, "more than was announced")
        left -= bytes.count
        try write(bytes)
        guard left == 0 else { return }
        try write([UInt8](repeating: 0, count: padding))
        padding = 0
    }

    /// Whether the file that was begun is whole.
    package var isWhole: Bool { left == 0 }

    package func finish() throws(TarFault) {
        precondition(isWhole, "the last file is not whole")
        try write([UInt8](repeating: 0, count: 2 * TarBlock.bytes))
    }

    private func octal(_ value: Int64, _ digits: Int) -> String {
        let text = String(value, radix: 8)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }

    private func write(_ bytes: [UInt8]) throws(TarFault) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress.map { $0 + done }, bytes.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .cannotWrite(code: errno) }
            done += count
        }
    }
}
