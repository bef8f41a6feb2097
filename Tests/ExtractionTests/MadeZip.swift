import Foundation

/// Writes zip archives: stored entries, and one that unpacks to far more than it is.
struct MadeZip {
    private var body = Data()
    private var directory = Data()
    private var count: UInt16 = 0

    /// A DOCX whose main part has this body.
    static func word(_ body: String, parts: [String: String] = [:]) -> Data {
        var zip = MadeZip()
        zip.store("[Content_Types].xml", Data("<Types/>".utf8))
        for (name, text) in parts.sorted(by: { $0.key < $1.key }) {
            zip.store(name, Data(text.utf8))
        }
        let name = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
        let text =
            "<?xml version=\"1.0\"?><w:document xmlns:w=\"\(name)\"><w:body>\(body)</w:body></w:document>"
        zip.store("word/document.xml", Data(text.utf8))
        return zip.finished()
    }

    mutating func store(_ name: String, _ data: Data) {
        add(name, data, method: 0, size: data.count, checksum: Self.checksum(data))
    }

    /// An entry of `size` equal letters: Deflate copies 258 of them with 13 bits.
    mutating func storeBomb(_ name: String, size: Int) {
        var bits = Bits()
        bits.put(0b1, 1)
        bits.put(0b01, 2)
        bits.putCode(0x30 + 0x61, 8)
        for _ in 0..<(size / 258) {
            bits.putCode(0b1100_0101, 8)
            bits.putCode(0, 5)
        }
        bits.putCode(0, 7)
        add(name, bits.finished(), method: 8, size: size, checksum: 0)
    }

    private mutating func add(
        _ name: String, _ data: Data, method: UInt16, size: Int, checksum: UInt32
    ) {
        let offset = UInt32(body.count)
        var shared = Data()
        shared.put(UInt16(20))
        shared.put(UInt16(0))
        shared.put(method)
        shared.put(UInt32(0x5821_0000))
        shared.put(checksum)
        shared.put(UInt32(data.count))
        shared.put(UInt32(size))
        shared.put(UInt16(name.utf8.count))
        shared.put(UInt16(0))
        body.put(UInt32(0x0403_4B50))
        body.append(shared)
        body.append(Data(name.utf8))
        body.append(data)
        directory.put(UInt32(0x0201_4B50))
        directory.put(UInt16(20))
        directory.append(shared)
        directory.append(Data(count: 10))
        directory.put(offset)
        directory.append(Data(name.utf8))
        count += 1
    }

    func finished() -> Data {
        var end = Data()
        end.put(UInt32(0x0605_4B50))
        end.put(UInt32(0))
        end.put(count)
        end.put(count)
        end.put(UInt32(directory.count))
        end.put(UInt32(body.count))
        end.put(UInt16(0))
        return body + directory + end
    }

    private static func checksum(_ data: Data) -> UInt32 {
        var sum: UInt32 = 0xFFFF_FFFF
        for byte in data {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? (sum >> 1) ^ 0xEDB8_8320 : sum >> 1 }
        }
        return ~sum
    }

    private struct Bits {
        private var bytes: [UInt8] = []
        private var held: UInt32 = 0
        private var count = 0

        mutating func put(_ value: UInt32, _ width: Int) {
            held |= value << UInt32(count)
            count += width
            while count >= 8 {
                bytes.append(UInt8(truncatingIfNeeded: held))
                held >>= 8
                count -= 8
            }
        }

        /// Huffman codes are written from their highest bit.
        mutating func putCode(_ code: UInt32, _ width: Int) {
            var reversed: UInt32 = 0
            for bit in 0..<width where code >> UInt32(bit) & 1 == 1 {
                reversed |= 1 << UInt32(width - 1 - bit)
            }
            put(reversed, width)
        }

        func finished() -> Data {
            Data(count > 0 ? bytes + [UInt8(truncatingIfNeeded: held)] : bytes)
        }
    }
}

extension Data {
    fileprivate mutating func put(_ value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }
}
