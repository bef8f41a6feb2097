/// Percent-encoding (RFC 3986, section 2.1), strict on the way in.
package enum PercentEncoding {
    /// Decodes `%XX`; nil for a broken escape, for NUL, and for bytes that are not UTF-8.
    package static func decode(_ text: some StringProtocol, plusIsSpace: Bool = false) -> String? {
        decode(Array(text.utf8), plusIsSpace: plusIsSpace)
    }

    package static func decode(_ bytes: [UInt8], plusIsSpace: Bool = false) -> String? {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "%"):
                guard index + 2 < bytes.count, let high = hexValue(bytes[index + 1]),
                    let low = hexValue(bytes[index + 2]), high << 4 | low != 0
                else { return nil }
                result.append(high << 4 | low)
                index += 3
            case UInt8(ascii: "+") where plusIsSpace:
                result.append(32)
                index += 1
            case 0:
                return nil
            case let byte:
                result.append(byte)
                index += 1
            }
        }
        return String(validating: result, as: UTF8.self)
    }

    /// Encodes everything but the unreserved characters, fit for a path segment or a query value.
    package static func encode(_ text: some StringProtocol) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, 45, 46, 95, 126: result.append(byte)
            default:
                result += [
                    UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)],
                ]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
