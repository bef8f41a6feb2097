import CArchive
import Documents
import Foundation

/// The parts of a DOCX that are read, unpacked under one bound for all of them.
struct WordArchive {
    private(set) var parts: [String: Data] = [:]

    private static let wanted: Set<String> = [
        "word/document.xml", "word/document2.xml", "word/styles.xml", "word/footnotes.xml",
        "word/endnotes.xml", "docProps/core.xml",
    ]

    init(_ data: Data) throws(ExtractionRefusal) {
        guard let archive = archive_read_new() else { throw .tooComplex }
        defer { archive_read_free(archive) }
        archive_read_support_format_zip(archive)
        let bytes = Array(data)
        var failure: ExtractionRefusal?
        bytes.withUnsafeBytes { raw in
            do throws(ExtractionRefusal) {
                guard archive_read_open_memory(archive, raw.baseAddress, raw.count) == ARCHIVE_OK
                else { throw .damaged }
                parts = try Self.read(archive)
            } catch { failure = error }
        }
        if let failure { throw failure }
    }

    private static func read(_ archive: OpaquePointer) throws(ExtractionRefusal) -> [String: Data] {
        var parts: [String: Data] = [:]
        var total = 0
        var entries = 0
        var entry: OpaquePointer?
        while true {
            let status = archive_read_next_header(archive, &entry)
            if status == ARCHIVE_EOF { return parts }
            guard status == ARCHIVE_OK || status == ARCHIVE_WARN, let entry else { throw .damaged }
            entries += 1
            guard entries <= ExtractionLimits.maxArchiveEntries else { throw .expandsTooFar }
            guard let path = archive_entry_pathname(entry) else { continue }
            let name = String(cString: path)
            guard wanted.contains(name), parts[name] == nil else { continue }
            if archive_entry_is_encrypted(entry) != 0 { throw .encrypted }
            parts[name] = try content(archive, &total)
        }
    }

    private static func content(
        _ archive: OpaquePointer, _ total: inout Int
    ) throws(ExtractionRefusal) -> Data {
        var data = Data()
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = archive_read_data(archive, &buffer, buffer.count)
            if count == 0 { return data }
            guard count > 0 else { throw .damaged }
            total += count
            guard total <= ExtractionLimits.maxUnpackedBytes else { throw .expandsTooFar }
            data.append(contentsOf: buffer[0..<count])
        }
    }
}
