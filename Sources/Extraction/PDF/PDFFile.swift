import CPoppler
import Documents
import Foundation

/// An open PDF; one per document, used by one thread.
final class PDFFile {
    private let document: OpaquePointer
    /// Words of the page that was read last, also when it is beyond limits.
    private(set) var lastWordCount = 0

    /// Throws `.encrypted` for a PDF that asks for a password and `.damaged` for any other failure.
    init(_ data: Data) throws(ExtractionRefusal) {
        var error: UnsafeMutablePointer<GError>?
        let bytes = data.withUnsafeBytes { g_bytes_new($0.baseAddress, gsize($0.count)) }
        defer { g_bytes_unref(bytes) }
        let opened = poppler_document_new_from_bytes(bytes, nil, &error)
        if let error {
            let isEncrypted =
                frontdesk_poppler_is_own_error(error) != 0
                && error.pointee.code == gint(POPPLER_ERROR_ENCRYPTED.rawValue)
            g_error_free(error)
            throw isEncrypted ? .encrypted : .damaged
        }
        guard let opened else { throw .damaged }
        document = opened
    }

    deinit { g_object_unref(gpointer(document)) }

    var pageCount: Int { Int(poppler_document_get_n_pages(document)) }

    var title: String? {
        guard let title = poppler_document_get_title(document) else { return nil }
        defer { g_free(title) }
        return String(cString: title)
    }

    /// The words of a page, by index from 0; nil if the page cannot be read or is beyond limits.
    func page(_ index: Int) -> PDFPage? {
        lastWordCount = 0
        guard let page = poppler_document_get_page(document, Int32(index)) else { return nil }
        defer { g_object_unref(gpointer(page)) }
        var width = 0.0
        var height = 0.0
        poppler_page_get_size(page, &width, &height)
        guard let words = words(of: page) else { return nil }
        return PDFPage(number: index + 1, height: height, words: words)
    }

    private func words(of page: OpaquePointer) -> [PDFWord]? {
        guard let raw = poppler_page_get_text(page) else { return [] }
        defer { g_free(raw) }
        // Poppler writes marks of direction into the text but gives no boxes for them.
        let scalars = Array(String(cString: raw).unicodeScalars).filter {
            !(0x202A...0x202E).contains($0.value)
        }
        guard scalars.count <= ExtractionLimits.maxGlyphsPerPage else {
            lastWordCount = scalars.count { $0.properties.isWhitespace }
            return nil
        }
        var boxes: UnsafeMutablePointer<PopplerRectangle>?
        var count: guint = 0
        guard poppler_page_get_text_layout(page, &boxes, &count) != 0, let boxes else { return [] }
        defer { g_free(boxes) }
        let styles = styles(of: page, count: scalars.count)
        var words: [PDFWord] = []
        var start: Int?
        func close(_ end: Int) {
            guard let from = start else { return }
            start = nil
            if let word = Self.word(scalars, boxes, styles, from..<end) { words.append(word) }
        }
        for index in 0..<min(scalars.count, Int(count)) {
            if scalars[index].properties.isWhitespace {
                close(index)
            } else if start == nil {
                start = index
            } else if Self.isApart(boxes[index - 1], boxes[index], styles[index].size) {
                // Poppler writes no space between the cells of a table.
                close(index)
                start = index
            }
        }
        close(min(scalars.count, Int(count)))
        lastWordCount = words.count
        return words.count <= ExtractionLimits.maxWordsPerPage ? words : nil
    }

    /// Whether two signs are too far from each other to be in one word.
    private static func isApart(
        _ one: PopplerRectangle, _ other: PopplerRectangle, _ size: Double
    ) -> Bool {
        let height = max(size, other.y2 - other.y1, 1)
        let across = max(other.x1 - one.x2, one.x1 - other.x2)
        return across > height * 0.2 || abs(other.y1 - one.y1) > height * 0.8
    }

    private static func word(
        _ scalars: [Unicode.Scalar], _ boxes: UnsafeMutablePointer<PopplerRectangle>,
        _ styles: [(size: Double, isBold: Bool)], _ range: Range<Int>
    ) -> PDFWord? {
        var text = String.UnicodeScalarView()
        var box: PDFBox?
        for index in range {
            let one = boxes[index]
            let next = PDFBox(
                left: min(one.x1, one.x2), top: min(one.y1, one.y2), right: max(one.x1, one.x2),
                bottom: max(one.y1, one.y2))
            guard next.left.isFinite, next.top.isFinite, next.right.isFinite, next.bottom.isFinite
            else { return nil }
            box = box?.union(next) ?? next
            text.append(scalars[index])
        }
        guard let box else { return nil }
        let style = styles[range.lowerBound]
        let size = style.size > 0 ? style.size : box.height
        return PDFWord(text: String(text), box: box, size: size, isBold: style.isBold)
    }

    /// Size and weight of every sign of the page's text.
    private func styles(
        of page: OpaquePointer, count: Int
    ) -> [(size: Double, isBold: Bool)] {
        var styles = [(size: Double, isBold: Bool)](repeating: (0, false), count: count)
        let list = poppler_page_get_text_attributes(page)
        defer { poppler_page_free_text_attributes(list) }
        var item = list
        while let current = item {
            item = current.pointee.next
            guard let data = current.pointee.data else { continue }
            let attribute = data.assumingMemoryBound(to: PopplerTextAttributes.self).pointee
            let name = attribute.font_name.map { String(cString: $0).lowercased() } ?? ""
            let isBold = ["bold", "black", "heavy", "semibold"].contains(where: name.contains)
            let lower = max(Int(attribute.start_index), 0)
            let upper = min(Int(attribute.end_index), count - 1)
            guard lower <= upper else { continue }
            for index in lower...upper { styles[index] = (attribute.font_size, isBold) }
        }
        return styles
    }
}
