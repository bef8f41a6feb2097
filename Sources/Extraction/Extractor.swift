package import Documents
package import Foundation

/// Reads one document of any known type into blocks. Runs only inside the `extract` process.
package enum Extractor {
    /// Reads bytes whose name is known; the type is found by content.
    package static func extract(
        _ data: Data, name: String
    ) throws(ExtractionRefusal) -> DocumentText {
        guard data.count <= ExtractionLimits.maxInputBytes else { throw .tooLarge }
        let type = try FileType.sniff(data.prefix(FileType.sniffedBytes), name: name)
        return try extract(data, as: type)
    }

    /// Reads bytes of a known type.
    package static func extract(
        _ data: Data, as type: FileType
    ) throws(ExtractionRefusal) -> DocumentText {
        guard !data.isEmpty else { throw .empty }
        let document =
            switch type {
            case .pdf: try PDFReader.read(data)
            case .docx: try WordReader.read(data)
            case .html: try HTMLReader.read(try Charset.decode(data, declared: .html))
            case .markdown: try MarkdownReader.read(try Charset.decode(data, declared: .none))
            case .text: PlainTextReader.read(try Charset.decode(data, declared: .none))
            }
        guard !document.isEmpty else { throw .noText }
        guard document.blocks.count <= ExtractionResult.maxBlocks,
            document.blocks.reduce(0, { $0 + $1.text.unicodeScalars.count })
                <= ExtractionResult.maxScalars
        else { throw .tooLarge }
        return document
    }
}
