import Documents

/// One walk over a part of a DOCX, holding what is open: paragraphs, tables, removed text.
struct WordWalk {
    private struct Paragraph {
        var text = ""
        var style = ""
        var level: Int?
        var isListed = false
        var notes: [String] = []
    }

    private struct Table {
        var rows: [[String]] = []
        var headerRows = 0
        var row: [String] = []
        var cell = ""
        var span = 1
        var continues = false
        var isHeader = false
    }

    private let pull: XMLPull
    private let styles: WordStyles
    private let notes: [String: [Block]]
    private let notePrefix: String?
    private var paragraphs: [Paragraph] = []
    private var tables: [Table] = []
    private var skipped = 0
    /// Bytes that were written more than once, for merged cells and references to notes.
    private var repeated = 0
    private var inText = false
    private(set) var found: [Block] = []
    private(set) var notesRead: [String: [Block]] = [:]

    init(_ pull: XMLPull, _ styles: WordStyles, notes: [String: [Block]], notePrefix: String?) {
        self.pull = pull
        self.styles = styles
        self.notes = notes
        self.notePrefix = notePrefix
    }

    mutating func run() throws(ExtractionRefusal) {
        var noteID = ""
        while let piece = try pull.next() {
            guard repeated <= ExtractionLimits.maxRepeatedBytes else { throw .expandsTooFar }
            switch piece {
            case .start(let name, let isEmpty):
                if skipped > 0 || Self.skippedNames.contains(name) {
                    if !isEmpty { skipped += 1 }
                    continue
                }
                if name == "footnote" || name == "endnote" {
                    noteID = (notePrefix ?? "") + (pull.attribute("id") ?? "")
                    found = []
                }
                try start(name)
                if isEmpty { end(name) }
            case .end(let name):
                if skipped > 0 {
                    skipped -= 1
                    continue
                }
                end(name)
                if name == "footnote" || name == "endnote" { notesRead[noteID] = found }
            case .text(let text):
                if skipped == 0, inText { append(text) }
            }
        }
    }

    /// Removed or moved text, the fallback of a drawing, the name of a field, alternative text.
    private static let skippedNames: Set<String> = [
        "del", "moveFrom", "Fallback", "instrText", "delText", "pPrChange", "rPrChange",
    ]

    private mutating func start(_ name: String) throws(ExtractionRefusal) {
        switch name {
        case "p":
            guard paragraphs.count < 16 else { throw .tooComplex }
            paragraphs.append(Paragraph())
        case "tbl":
            guard tables.count < 16 else { throw .tooComplex }
            tables.append(Table())
        case "tr", "tc", "gridSpan", "vMerge", "tblHeader": startTable(name)
        case "t": inText = true
        case "tab": append(" ")
        case "br", "cr": append("\n")
        case "noBreakHyphen": append("-")
        case "pStyle", "numPr", "numId", "outlineLvl": startProperty(name)
        case "footnoteReference", "endnoteReference":
            guard let id = pull.attribute("id"), !paragraphs.isEmpty else { return }
            let prefix = name == "footnoteReference" ? "f" : "e"
            paragraphs[paragraphs.count - 1].notes.append(prefix + id)
        default: break
        }
    }

    private mutating func startProperty(_ name: String) {
        guard !paragraphs.isEmpty else { return }
        let last = paragraphs.count - 1
        switch name {
        case "pStyle": paragraphs[last].style = pull.attribute("val") ?? ""
        case "numPr": paragraphs[last].isListed = true
        // Number 0 takes a paragraph out of the list that its style would put it in.
        case "numId": if pull.attribute("val") == "0" { paragraphs[last].isListed = false }
        default:
            let level = pull.attribute("val").flatMap { Int($0) } ?? 9
            if (0...5).contains(level) { paragraphs[last].level = level + 1 }
        }
    }

    private mutating func startTable(_ name: String) {
        guard !tables.isEmpty else { return }
        let last = tables.count - 1
        switch name {
        case "tr":
            tables[last].row = []
            tables[last].isHeader = false
        case "tc":
            tables[last].cell = ""
            tables[last].span = 1
            tables[last].continues = false
        case "gridSpan":
            let span = pull.attribute("val").flatMap { Int($0) } ?? 1
            tables[last].span = min(max(span, 1), ExtractionLimits.maxColumns)
        case "vMerge": tables[last].continues = pull.attribute("val") != "restart"
        default: tables[last].isHeader = pull.attribute("val") != "0"
        }
    }

    private mutating func end(_ name: String) {
        switch name {
        case "t": inText = false
        case "p": endParagraph()
        case "tc", "tr", "tbl": endTable(name)
        default: break
        }
    }

    private mutating func append(_ text: String) {
        guard !paragraphs.isEmpty else { return }
        paragraphs[paragraphs.count - 1].text += text
    }

    private mutating func endParagraph() {
        guard let paragraph = paragraphs.popLast() else { return }
        if !tables.isEmpty {
            if !tables[tables.count - 1].cell.isEmpty { tables[tables.count - 1].cell += " " }
            tables[tables.count - 1].cell += paragraph.text
            for note in paragraph.notes {
                for block in quoted(note) { tables[tables.count - 1].cell += " " + block.text }
            }
            return
        }
        if let level = paragraph.level ?? styles.headingLevel(paragraph.style) {
            found.append(Block(.heading(level: level), TextNormaliser.line(paragraph.text)))
        } else if paragraph.isListed || styles.isList(paragraph.style) {
            found.append(Block(.listItem, paragraph.text))
        } else if let item = Bullets.item(TextNormaliser.normalise(paragraph.text)) {
            found.append(Block(.listItem, item))
        } else {
            found.append(Block(.paragraph, paragraph.text))
        }
        for note in paragraph.notes { found += quoted(note) }
    }

    /// The blocks of a note, each time that it is referred to.
    private mutating func quoted(_ note: String) -> [Block] {
        let blocks = notes[note] ?? []
        for block in blocks { repeated += block.text.utf8.count }
        return repeated <= ExtractionLimits.maxRepeatedBytes ? blocks : []
    }

    private mutating func endTable(_ name: String) {
        guard var table = tables.popLast() else { return }
        switch name {
        case "tc":
            let column = table.row.count
            if table.continues, let above = table.rows.last, column < above.count {
                table.cell = above[column]
                repeated += table.cell.utf8.count + ExtractionLimits.repeatedCellBytes
            }
            for step in 0..<table.span where table.row.count < ExtractionLimits.maxColumns {
                if step > 0 {
                    repeated += ExtractionLimits.repeatedCellBytes
                    if table.isHeader { repeated += table.cell.utf8.count }
                }
                table.row.append(step == 0 || table.isHeader ? table.cell : "")
            }
            table.cell = ""
        case "tr":
            if table.isHeader, table.headerRows == table.rows.count { table.headerRows += 1 }
            table.rows.append(table.row)
        default:
            close(table)
            return
        }
        tables.append(table)
    }

    /// A table inside a cell becomes text of that cell.
    private mutating func close(_ table: Table) {
        guard tables.isEmpty else {
            let text = table.rows.map { row in
                row.filter { !$0.isEmpty }.joined(separator: " — ")
            }
            tables[tables.count - 1].cell += " " + text.joined(separator: "; ")
            return
        }
        let rows = TableRows(table.rows)
        found += rows.blocks(headerRows: table.headerRows > 0 ? table.headerRows : nil)
    }
}
