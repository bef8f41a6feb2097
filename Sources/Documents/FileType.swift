import Foundation

/// The kinds of document that can be read.
package enum FileType: String, Sendable, Hashable, Codable, CaseIterable {
    case pdf, docx, html, markdown, text

    /// How many bytes `sniff` looks at; pass at least these if the file has them.
    package static let sniffedBytes = 8192

    /// Decides by content; the name only tells kinds of text apart.
    ///
    /// Throws a refusal that says what the file really is, so that the owner knows what to do.
    package static func sniff(
        _ start: some Collection<UInt8>, name: String
    ) throws(ExtractionRefusal) -> FileType {
        let bytes = Array(start.prefix(sniffedBytes))
        guard !bytes.isEmpty else { throw .empty }
        let suffix = suffix(of: name)
        if isPDF(bytes) { return .pdf }
        if bytes.starts(with: [0x50, 0x4B]) { return try zipped(bytes, suffix) }
        if let refusal = Signature.refusal(bytes) { throw refusal }
        guard looksLikeText(bytes) else { throw suffix == "pdf" ? .damaged : .binary }
        switch suffix {
        case "pdf", "docx", "doc", "xlsx", "pptx", "exe", "jpg", "jpeg", "png": throw .misnamed
        case "md", "markdown", "mdown": return .markdown
        case "html", "htm", "xhtml": return .html
        default: return startsLikeHTML(bytes) ? .html : .text
        }
    }

    private static func suffix(of name: String) -> String {
        guard let dot = name.lastIndex(of: "."), name.distance(from: dot, to: name.endIndex) < 12
        else { return "" }
        return name[name.index(after: dot)...].lowercased()
    }

    /// Readers accept a PDF whose header stands anywhere in the first kilobyte.
    private static func isPDF(_ bytes: [UInt8]) -> Bool {
        if bytes.starts(with: Array("MZ".utf8)) || bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46]) {
            return false
        }
        return contains(Array(bytes.prefix(1024)), "%PDF-")
    }

    private static func zipped(
        _ bytes: [UInt8], _ suffix: String
    ) throws(ExtractionRefusal) -> FileType {
        if contains(bytes, "mimetypeapplication/vnd.oasis.opendocument") { throw .openDocument }
        if contains(bytes, "word/") { return .docx }
        if contains(bytes, "xl/workbook") || suffix == "xlsx" { throw .spreadsheet }
        if contains(bytes, "ppt/") || suffix == "pptx" { throw .presentation }
        if suffix == "docx" { return .docx }
        if contains(bytes, "[Content_Types].xml") { return .docx }
        throw suffix == "pdf" ? .misnamed : .archive
    }

    private static func contains(_ bytes: [UInt8], _ text: String) -> Bool {
        Data(bytes).range(of: Data(text.utf8)) != nil
    }

    /// No zero bytes (but for UTF-16 with its mark) and hardly any control characters.
    private static func looksLikeText(_ bytes: [UInt8]) -> Bool {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) { return true }
        var controls = 0
        for byte in bytes {
            if byte == 0 { return false }
            if byte < 0x20, !(0x09...0x0D).contains(byte), byte != 0x1B { controls += 1 }
        }
        return controls * 100 <= bytes.count
    }

    private static func startsLikeHTML(_ bytes: [UInt8]) -> Bool {
        let text = String(decoding: bytes.prefix(2048), as: UTF8.self).lowercased()
        let start = text.drop { $0.isWhitespace || $0 == "\u{FEFF}" }
        let marks = ["<!doctype html", "<html", "<head", "<body", "<?xml", "<!--"]
        guard marks.contains(where: start.hasPrefix) else { return false }
        return start.hasPrefix("<?xml") || start.hasPrefix("<!--")
            ? text.contains("<html") || text.contains("<body") : true
    }
}

/// First bytes of files that are no documents.
private enum Signature {
    static func refusal(_ bytes: [UInt8]) -> ExtractionRefusal? {
        table.first { bytes.starts(with: $0.start) }?.refusal ?? later(bytes)
    }

    /// Signatures that do not stand at the start.
    private static func later(_ bytes: [UInt8]) -> ExtractionRefusal? {
        guard bytes.count >= 12 else { return nil }
        let brand = String(decoding: bytes[4..<12], as: UTF8.self)
        if brand.hasPrefix("ftyphei") || brand.hasPrefix("ftypmif") || brand.hasPrefix("ftypavif") {
            return .image
        }
        if brand.hasPrefix("ftyp") { return .media }
        if bytes.starts(with: Array("RIFF".utf8)) {
            return String(decoding: bytes[8..<12], as: UTF8.self) == "WEBP" ? .image : .media
        }
        return nil
    }

    private static let table: [(start: [UInt8], refusal: ExtractionRefusal)] = [
        (Array("MZ".utf8), .executable), ([0x7F, 0x45, 0x4C, 0x46], .executable),
        (Array("#!".utf8), .executable), ([0xCF, 0xFA, 0xED, 0xFE], .executable),
        ([0xCE, 0xFA, 0xED, 0xFE], .executable), ([0xCA, 0xFE, 0xBA, 0xBE], .executable),
        ([0x89, 0x50, 0x4E, 0x47], .image), ([0xFF, 0xD8, 0xFF], .image),
        (Array("GIF8".utf8), .image), ([0x49, 0x49, 0x2A, 0x00], .image),
        ([0x4D, 0x4D, 0x00, 0x2A], .image), ([0xD0, 0xCF, 0x11, 0xE0], .oldWord),
        (Array("{\\rtf".utf8), .richText), ([0x1F, 0x8B], .archive),
        (Array("Rar!".utf8), .archive), ([0x37, 0x7A, 0xBC, 0xAF], .archive),
        ([0xFD, 0x37, 0x7A, 0x58], .archive), (Array("ID3".utf8), .media),
        (Array("OggS".utf8), .media), ([0x1A, 0x45, 0xDF, 0xA3], .media),
    ]
}
