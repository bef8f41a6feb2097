import CMarkdown
import Documents
import Foundation

/// Markdown with GitHub's tables into blocks, by cmark-gfm's tree.
enum MarkdownReader {
    static func read(_ text: String) throws(ExtractionRefusal) -> DocumentText {
        cmark_gfm_core_extensions_ensure_registered()
        guard let parser = cmark_parser_new(CMARK_OPT_DEFAULT) else { throw .tooComplex }
        defer { cmark_parser_free(parser) }
        for name in ["table", "strikethrough", "tasklist"] {
            if let found = cmark_find_syntax_extension(name) {
                _ = cmark_parser_attach_syntax_extension(parser, found)
            }
        }
        let body = Array(withoutFrontMatter(text).utf8)
        guard areFlat(body) else { throw .tooComplex }
        body.withUnsafeBytes { bytes in
            cmark_parser_feed(
                parser, bytes.bindMemory(to: CChar.self).baseAddress, bytes.count)
        }
        guard let root = cmark_parser_finish(parser) else { throw .damaged }
        defer { cmark_node_free(root) }
        var walk = MarkdownWalk()
        try walk.blocks(under: root, depth: 0)
        let title = walk.found.first { $0.headingLevel == 1 }?.text
        return DocumentText(title: title, blocks: walk.found)
    }

    /// Whether no line begins with more marks than there are levels. Each is a level for cmark, which
    /// goes through all open levels for every line. O(bytes).
    private static func areFlat(_ bytes: [UInt8]) -> Bool {
        var marks = 0
        var isStart = true
        for (place, byte) in bytes.enumerated() {
            switch byte {
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                marks = 0
                isStart = true
            case UInt8(ascii: ">"), UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: "+"),
                UInt8(ascii: "."), UInt8(ascii: ")"):
                // A rule of many dashes is one thing; items have a space behind each mark.
                let next = place + 1 < bytes.count ? bytes[place + 1] : 0
                let isMark = byte == UInt8(ascii: ">") || next == 32 || next == 9
                if isStart, isMark { marks += 1 }
                if marks > ExtractionLimits.maxMarksPerLine { return false }
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "0")...UInt8(ascii: "9"): break
            default: isStart = false
            }
        }
        return true
    }

    /// Settings of a site generator at the top are not the document.
    private static func withoutFrontMatter(_ text: String) -> Substring {
        guard text.hasPrefix("---\n"), let end = text.range(of: "\n---\n") else { return text[...] }
        return text[end.upperBound...]
    }
}

private struct MarkdownWalk {
    var found: [Block] = []

    mutating func blocks(under node: OpaquePointer, depth: Int) throws(ExtractionRefusal) {
        guard depth < ExtractionLimits.maxDepth else { throw .tooComplex }
        var child = cmark_node_first_child(node)
        while let current = child {
            switch Self.type(current) {
            case "heading":
                let level = min(max(Int(cmark_node_get_heading_level(current)), 1), 6)
                found.append(Block(.heading(level: level), Self.inline(current)))
            case "paragraph": found.append(Block(.paragraph, Self.inline(current)))
            case "list": try list(current, depth: depth + 1)
            case "code_block": found.append(Block(.paragraph, Self.literal(current)))
            case "table": table(current)
            case "html_block":
                found += try HTMLReader.read(Self.literal(current)).blocks
            default: try blocks(under: current, depth: depth + 1)
            }
            child = cmark_node_next(current)
        }
    }

    /// The first paragraph of an item is the item; what is nested follows as blocks of its own.
    private mutating func list(_ list: OpaquePointer, depth: Int) throws(ExtractionRefusal) {
        guard depth < ExtractionLimits.maxDepth else { throw .tooComplex }
        var number = max(Int(cmark_node_get_list_start(list)), 1)
        let ordered = cmark_node_get_list_type(list) == CMARK_ORDERED_LIST
        var child = cmark_node_first_child(list)
        while let item = child {
            var part = cmark_node_first_child(item)
            var isFirst = true
            while let current = part {
                if Self.type(current) == "paragraph" {
                    let lead = ordered && isFirst ? "\(number). " : ""
                    found.append(Block(.listItem, lead + Self.inline(current)))
                } else if Self.type(current) == "list" {
                    try self.list(current, depth: depth + 1)
                } else {
                    found.append(Block(.listItem, Self.inline(current)))
                }
                isFirst = false
                part = cmark_node_next(current)
            }
            number += 1
            child = cmark_node_next(item)
        }
    }

    private mutating func table(_ table: OpaquePointer) {
        var rows: [[String]] = []
        var row = cmark_node_first_child(table)
        while let current = row {
            var cells: [String] = []
            var cell = cmark_node_first_child(current)
            while let value = cell, cells.count < ExtractionLimits.maxColumns {
                cells.append(Self.inline(value))
                cell = cmark_node_next(value)
            }
            rows.append(cells)
            row = cmark_node_next(current)
        }
        found += TableRows(rows).blocks(headerRows: 1)
    }

    private static func type(_ node: OpaquePointer) -> String {
        String(cString: cmark_node_get_type_string(node))
    }

    private static func literal(_ node: OpaquePointer) -> String {
        cmark_node_get_literal(node).map { String(cString: $0) } ?? ""
    }

    /// The words under a node; an iterator, so that depth costs no stack.
    private static func inline(_ node: OpaquePointer) -> String {
        guard let iterator = cmark_iter_new(node) else { return "" }
        defer { cmark_iter_free(iterator) }
        var text = ""
        while true {
            let event = cmark_iter_next(iterator)
            if event == CMARK_EVENT_DONE { return text }
            guard event == CMARK_EVENT_ENTER, let current = cmark_iter_get_node(iterator)
            else { continue }
            switch type(current) {
            case "text", "code", "code_block": text += literal(current)
            case "softbreak": text += " "
            case "linebreak": text += "\n"
            case "html_inline": if literal(current).lowercased().hasPrefix("<br") { text += "\n" }
            case "paragraph": if !text.isEmpty { text += " " }
            default: break
            }
        }
    }
}
