import Documents
import Foundation

/// PDF into blocks by poppler: columns in reading order, tables as rows, headings by size.
enum PDFReader {
    static func read(_ data: Data) throws(ExtractionRefusal) -> DocumentText {
        let file = try PDFFile(data)
        let count = file.pageCount
        guard count > 0 else { throw .damaged }
        var warnings: [String] = []
        var pages: [PDFPage] = []
        var crowding = PDFCrowding()
        for index in 0..<min(count, ExtractionLimits.maxPages) {
            let read = file.page(index)
            try crowding.add(words: file.lastWordCount)
            guard let page = read else {
                warnings.append("Page \(index + 1) could not be read.")
                continue
            }
            pages.append(page)
        }
        if count > ExtractionLimits.maxPages {
            warnings.append("Only the first \(ExtractionLimits.maxPages) pages were read.")
        }
        guard pages.contains(where: { !$0.words.isEmpty }) else { throw .noText }
        let pictures = pages.filter(\.words.isEmpty).map { String($0.number) }
        if !pictures.isEmpty {
            let list = pictures.prefix(20).joined(separator: ", ")
            warnings.append("These pages have no text, only pictures: \(list).")
        }
        let kept = PDFRunningHeads.removed(from: pages)
        let laid = kept.map { ($0.number, PDFLayout().pieces($0.words)) }
        var writer = PDFBlockWriter(laid)
        let blocks = writer.blocks()
        let title = title(file.title) ?? blocks.first { $0.headingLevel != nil }?.text
        return DocumentText(title: title, blocks: blocks, warnings: warnings)
    }

    /// Many programs put a file name or their own name where the title belongs.
    private static func title(_ text: String?) -> String? {
        guard let text else { return nil }
        let name = TextNormaliser.line(text)
        let lower = name.lowercased()
        if name.count < 4 || lower.hasPrefix("microsoft word") || lower.hasPrefix("untitled") {
            return nil
        }
        let suffixes = [".doc", ".docx", ".pdf", ".indd", ".html", ".odt", ".tex", ".txt"]
        return suffixes.contains(where: lower.hasSuffix) ? nil : name
    }
}
