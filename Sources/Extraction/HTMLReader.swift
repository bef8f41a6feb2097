import CXML
import Documents
import Foundation

/// HTML into blocks: the main content without navigation, scripts or what is hidden.
enum HTMLReader {
    /// - Parameter work: counts what reading costs.
    static func read(
        _ text: String, work: HTMLWork = HTMLWork()
    ) throws(ExtractionRefusal) -> DocumentText {
        let bytes = Array(text.utf8).filter { $0 != 0 }
        guard !bytes.isEmpty else { return DocumentText(title: nil, blocks: []) }
        guard bytes.count < Int(Int32.max) else { throw .tooLarge }
        try MarkupScan.check(bytes, isHTML: true)
        let options = Int32(
            HTML_PARSE_NONET.rawValue | HTML_PARSE_NOERROR.rawValue
                | HTML_PARSE_NOWARNING.rawValue | HTML_PARSE_RECOVER.rawValue
                | HTML_PARSE_COMPACT.rawValue)
        let tree = bytes.withUnsafeBytes { raw in
            htmlReadMemory(
                raw.bindMemory(to: CChar.self).baseAddress, Int32(raw.count), nil, "UTF-8", options)
        }
        guard let tree else { throw .damaged }
        defer { xmlFreeDoc(tree) }
        guard let root = xmlDocGetRootElement(tree) else {
            return DocumentText(title: nil, blocks: [])
        }
        let whole = HTMLElement(node: root, work: work)
        work.measure(whole)
        let page = HTMLPage(root: whole)
        var walk = HTMLWalk(work)
        try walk.contents(of: page.main, depth: 0)
        walk.closeParagraph()
        if walk.found.isEmpty, !page.main.isSame(as: page.body) {
            try walk.contents(of: page.body, depth: 0)
            walk.closeParagraph()
        }
        guard !work.isSpent else { throw .tooComplex }
        return DocumentText(title: page.title, language: page.language, blocks: walk.found)
    }
}

/// The parts of a page that a reader of it cares about.
private struct HTMLPage {
    let body: HTMLElement
    let main: HTMLElement
    let title: String?
    let language: String?

    init(root: HTMLElement) {
        let all = root.descendants()
        body = all.first { $0.name == "body" } ?? root
        title = all.first { $0.name == "title" }?.text()
        language = root.attribute("lang")
        let marked = all.filter { $0.name == "main" || $0.attribute("role") == "main" }
        let articles = all.filter { $0.name == "article" }
        if marked.count == 1, !marked[0].isEmptyOfText {
            main = marked[0]
        } else if articles.count == 1, articles[0].text().count * 3 > body.text().count {
            main = articles[0]
        } else {
            main = body
        }
    }
}

/// Walks a tree and gathers running text until something ends the paragraph.
private struct HTMLWalk {
    var found: [Block] = []
    private let work: HTMLWork
    private var running = ""
    private var kind: Block.Kind = .paragraph

    init(_ work: HTMLWork) {
        self.work = work
    }

    mutating func closeParagraph() {
        let block = Block(kind, running)
        if !block.text.isEmpty { found.append(block) }
        running = ""
        // The rest of a list item after a nested paragraph is still the item.
        if kind != .listItem { kind = .paragraph }
    }

    mutating func contents(
        of element: HTMLElement, depth: Int
    ) throws(ExtractionRefusal) {
        guard depth < ExtractionLimits.maxDepth, !work.isSpent else { throw .tooComplex }
        var child = element.firstChild
        while let current = child {
            if let text = current.ownText {
                append(text)
            } else if current.isElement, !current.isLeftOut {
                try take(current, depth: depth + 1)
            }
            child = current.next
        }
    }

    /// White space of the source, newlines included, is a space on the page.
    private mutating func append(_ text: String) {
        for character in text {
            if character.isWhitespace {
                if running.last != " ", running.last != "\n" { running.append(" ") }
            } else {
                running.append(character)
            }
        }
    }

    private mutating func take(
        _ element: HTMLElement, depth: Int
    ) throws(ExtractionRefusal) {
        switch element.name {
        case "h1", "h2", "h3", "h4", "h5", "h6":
            heading(element)
        case "br": running += "\n"
        case "hr": closeParagraph()
        case "pre":
            closeParagraph()
            found.append(Block(.paragraph, element.rawText()))
        case "li": try block(element, .listItem, depth)
        case "summary": try block(element, .question, depth)
        case "caption", "figcaption", "legend": try block(element, .paragraph, depth)
        case "table": try table(element, depth)
        case "dl": try definitions(element, depth)
        case let name where HTMLElement.inlineNames.contains(name):
            try contents(of: element, depth: depth)
        default:
            if element.isMostlyLinks { return }
            if kind == .listItem {
                try block(element, .listItem, depth)
            } else {
                try block(element, .paragraph, depth)
            }
        }
    }

    private mutating func block(
        _ element: HTMLElement, _ kind: Block.Kind, _ depth: Int
    ) throws(ExtractionRefusal) {
        closeParagraph()
        let outer = self.kind
        self.kind = kind
        try contents(of: element, depth: depth)
        closeParagraph()
        self.kind = outer
    }

    private mutating func heading(_ element: HTMLElement) {
        closeParagraph()
        let level = element.name.last?.wholeNumberValue ?? 6
        found.append(Block(.heading(level: level), TextNormaliser.line(element.text())))
    }

    /// Terms with one short meaning each are a table; longer ones are questions and answers.
    private mutating func definitions(
        _ list: HTMLElement, _ depth: Int
    ) throws(ExtractionRefusal) {
        closeParagraph()
        var parts: [HTMLElement] = []
        // What stands in a list inside this one belongs to that one alone.
        list.visit { element in
            let isPart = element.name == "dt" || element.name == "dd"
            if isPart { parts.append(element) }
            return !isPart && element.name != "dl"
        }
        var rows: [[String]] = []
        for part in parts {
            let text = TextNormaliser.line(part.text())
            if part.name == "dt" {
                rows.append([text])
            } else if !rows.isEmpty {
                rows[rows.count - 1].append(text)
            }
        }
        let isTable = rows.allSatisfy { row in
            row.count == 2 && !row[0].hasSuffix("?") && row.allSatisfy { $0.count <= 80 }
        }
        if isTable, !rows.isEmpty {
            found += TableRows(rows).blocks(headerRows: 0)
            return
        }
        for part in parts {
            try block(part, part.name == "dt" ? .question : .paragraph, depth)
        }
    }

    /// A table with figures or several columns of words is data; other tables are layout.
    private mutating func table(
        _ table: HTMLElement, _ depth: Int
    ) throws(ExtractionRefusal) {
        closeParagraph()
        let grid = HTMLGrid(table, work)
        guard !work.isSpent else { throw .tooComplex }
        guard !grid.isLayout else {
            try contents(of: table, depth: depth)
            closeParagraph()
            return
        }
        if let caption = grid.caption { found.append(Block(.paragraph, caption)) }
        let blocks = TableRows(grid.rows).blocks(headerRows: grid.headerRows)
        found += blocks
    }
}
