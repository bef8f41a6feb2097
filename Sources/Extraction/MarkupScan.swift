import Documents

/// Counts the attributes of every element before libxml2 reads them.
///
/// libxml2 compares each attribute of an element with all before it, so a million in one element
/// take minutes; nobody writes more than a few. Comments, scripts and CDATA are passed over.
struct MarkupScan {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let isHTML: Bool
    private var index = 0
    private var pairs = 0

    /// Throws `.tooComplex` for more attributes than a document has. O(bytes).
    static func check(_ bytes: [UInt8], isHTML: Bool) throws(ExtractionRefusal) {
        let isFine = bytes.withUnsafeBufferPointer { buffer in
            var scan = MarkupScan(bytes: buffer, isHTML: isHTML)
            return scan.run()
        }
        guard isFine else { throw .tooComplex }
    }

    private init(bytes: UnsafeBufferPointer<UInt8>, isHTML: Bool) {
        self.bytes = bytes
        self.isHTML = isHTML
    }

    private mutating func run() -> Bool {
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "<") else {
                index += 1
                continue
            }
            index += 1
            guard index < bytes.count else { return true }
            switch bytes[index] {
            case UInt8(ascii: "!") where starts(with: "!--"): skip(past: "-->")
            case UInt8(ascii: "!") where starts(with: "![CDATA[") && !isHTML: skip(past: "]]>")
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "_"), UInt8(ascii: ":"), 0x80...0xFF:
                guard element() else { return false }
            default: break
            }
        }
        return true
    }

    /// One start tag; false when it, or all of them, have too many attributes.
    private mutating func element() -> Bool {
        let start = index
        while index < bytes.count, !Self.isSpace(bytes[index]), bytes[index] != UInt8(ascii: ">"),
            bytes[index] != UInt8(ascii: "/")
        {
            index += 1
        }
        let name = bytes[start..<index]
        var count = 0
        // Whether a name that begins here is another attribute.
        var isApart = false
        while index < bytes.count, bytes[index] != UInt8(ascii: ">") {
            let byte = bytes[index]
            if Self.isSpace(byte) || byte == UInt8(ascii: "/") {
                isApart = true
            } else if byte == UInt8(ascii: "=") {
                skipValue()
                isApart = true
                continue
            } else if isApart {
                count += 1
                isApart = false
                guard count <= ExtractionLimits.maxAttributes else { return false }
            }
            index += 1
        }
        if count > ExtractionLimits.usualAttributes { pairs += count * count }
        if isHTML, Self.isRaw(name) { skipRaw() }
        return pairs <= ExtractionLimits.maxAttributePairs
    }

    /// Passes over "= value", to the sign after it.
    private mutating func skipValue() {
        index += 1
        while index < bytes.count, Self.isSpace(bytes[index]) { index += 1 }
        guard index < bytes.count else { return }
        let quote = bytes[index]
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
            while index < bytes.count, !Self.isSpace(bytes[index]),
                bytes[index] != UInt8(ascii: ">")
            {
                index += 1
            }
            return
        }
        index += 1
        while index < bytes.count, bytes[index] != quote { index += 1 }
        index += 1
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 32 || (9...13).contains(byte)
    }

    /// Elements whose content is no markup.
    private static func isRaw(_ name: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        [Array("script".utf8), Array("style".utf8)].contains { raw in
            name.count == raw.count && zip(name, raw).allSatisfy { $0 | 0x20 == $1 }
        }
    }

    private mutating func skipRaw() {
        while index + 1 < bytes.count {
            if bytes[index] == UInt8(ascii: "<"), bytes[index + 1] == UInt8(ascii: "/") { return }
            index += 1
        }
        index = bytes.count
    }

    private func starts(with text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard index + count <= bytes.count else { return false }
        return (0..<count).allSatisfy { bytes[index + $0] == text.utf8Start[$0] }
    }

    private mutating func skip(past text: StaticString) {
        while index < bytes.count {
            if bytes[index] == text.utf8Start[0], starts(with: text) {
                index += text.utf8CodeUnitCount
                return
            }
            index += 1
        }
    }
}
