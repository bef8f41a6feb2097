import CCharset
import Documents
import Foundation

/// Bytes of unknown encoding into text: a mark, a declaration, valid UTF-8, then a guess.
enum Charset {
    enum Declaration {
        case none, html
    }

    static func decode(
        _ data: Data, declared: Declaration
    ) throws(ExtractionRefusal) -> String {
        if data.starts(with: [0xEF, 0xBB, 0xBF]) {
            return String(decoding: data.dropFirst(3), as: UTF8.self)
        }
        if data.starts(with: [0xFF, 0xFE]) { return try convert(data.dropFirst(2), "UTF-16LE") }
        if data.starts(with: [0xFE, 0xFF]) { return try convert(data.dropFirst(2), "UTF-16BE") }
        if let text = String(validating: data, as: UTF8.self) { return text }
        // One broken byte in a long UTF-8 file should cost one letter, not the encoding.
        if isMostlyUTF8(data) { return String(decoding: data, as: UTF8.self) }
        if declared == .html, let name = declaredByHTML(data),
            let text = try? convert(data, name)  // an untrue declaration is worth no more
        {
            return text
        }
        return try convert(data, guess(data) ?? "WINDOWS-1252")
    }

    /// Whether nearly all bytes above ASCII belong to well-formed UTF-8.
    private static func isMostlyUTF8(_ data: Data) -> Bool {
        let high = data.count { $0 >= 0x80 }
        let text = String(decoding: data, as: UTF8.self)
        let broken = text.unicodeScalars.count { $0 == "\u{FFFD}" }
        return high > 0 && broken * 10 <= high
    }

    private static func declaredByHTML(_ data: Data) -> String? {
        let start = String(decoding: data.prefix(2048), as: UTF8.self).lowercased()
        guard let found = start.range(of: "charset=") else { return nil }
        let name = start[found.upperBound...].drop { $0 == "\"" || $0 == "'" }
            .prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "-_:.".contains($0)) }
        switch name {
        case "": return nil
        case "iso-8859-1", "latin1", "us-ascii": return "WINDOWS-1252"
        case "gb2312", "gbk": return "GB18030"
        default: return String(name)
        }
    }

    private static func guess(_ data: Data) -> String? {
        guard let detector = uchardet_new() else { return nil }
        defer { uchardet_delete(detector) }
        let sample = data.prefix(1 << 18)
        let failed = sample.withUnsafeBytes { bytes in
            uchardet_handle_data(
                detector, bytes.bindMemory(to: CChar.self).baseAddress, bytes.count)
        }
        guard failed == 0 else { return nil }
        uchardet_data_end(detector)
        guard let name = uchardet_get_charset(detector) else { return nil }
        let text = String(cString: name)
        // A guess of plain ASCII or of a rare code page on a few bytes is a guess of nothing.
        return text.isEmpty || text == "ASCII" ? nil : text
    }

    private static func convert(
        _ data: Data, _ name: String
    ) throws(ExtractionRefusal) -> String {
        let handle = iconv_open("UTF-8//TRANSLIT", name)
        guard handle != iconv_t(bitPattern: -1), let handle else { throw .charset }
        defer { iconv_close(handle) }
        var input = Array(data).map { CChar(bitPattern: $0) }
        var output = [CChar](repeating: 0, count: data.count * 4 + 16)
        let capacity = output.count
        var broken = 0
        let written = input.withUnsafeMutableBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                var from = source.baseAddress
                var left = source.count
                var to = target.baseAddress
                var room = capacity
                while left > 0, iconv(handle, &from, &left, &to, &room) == -1 {
                    guard left > 0, room > 3, errno == EILSEQ || errno == EINVAL else { break }
                    broken += 1
                    from = from.map { $0 + 1 }
                    left -= 1
                    for byte in "\u{FFFD}".utf8 {
                        to?.pointee = CChar(bitPattern: byte)
                        to = to.map { $0 + 1 }
                        room -= 1
                    }
                }
                return capacity - room
            }
        }
        guard broken * 20 <= data.count else { throw .charset }
        return String(decoding: output.prefix(written).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
