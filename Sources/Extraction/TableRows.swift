import Documents

/// Turns the grid of any format's table into row blocks, finding the row that names the columns.
struct TableRows {
    private var rows: [[String]]
    private var page: Int?
    /// Texts of captions that look like headings; nil if the format does not say.
    private var emphasised: Set<[String]>?

    init(_ rows: [[String]], page: Int? = nil, emphasised: Set<Int>? = nil) {
        let lines = rows.map { $0.map(TextNormaliser.line) }
        self.rows = lines
        self.page = page
        self.emphasised = emphasised.map { Set($0.map { lines[$0] }) }
    }

    /// Blocks in order; `headerRows` says how many rows are known to name columns, nil to guess.
    ///
    /// A row with one value is a caption of the rows after it, so it becomes a paragraph, and a
    /// table with one column is no table.
    func blocks(headerRows: Int? = nil, captionLevel: Int? = nil) -> [Block] {
        let filled = rows.filter { row in row.contains { !$0.isEmpty } }
        let width = filled.map { row in row.count { !$0.isEmpty } }.max() ?? 0
        if width <= 1 {
            return filled.map { Block(.paragraph, $0.joined(separator: " "), page: page) }
        }
        let lead = headerRows == nil ? filled.prefix { Self.count($0) == 1 } : []
        let body = Array(filled.dropFirst(lead.count))
        let count = min(headerRows ?? (Self.namesColumns(body) ? 1 : 0), body.count)
        let names = Self.headers(Array(body.prefix(count)))
        var blocks = lead.map { caption($0, captionLevel) }
        for row in body.dropFirst(count) {
            // A table that goes on over pages or captions repeats its names.
            if count == 1, row == body[0] { continue }
            if Self.count(row) == 1, let first = row.first, !first.isEmpty {
                blocks.append(caption(row, captionLevel))
                continue
            }
            let cells = row.enumerated().map { index, value in
                TableCell(header: index < names.count ? names[index] : nil, value: value)
            }
            blocks.append(Block(row: cells, page: page))
        }
        // A table of nothing but names still has words in it.
        if body.count == count {
            blocks += body.map {
                Block(row: $0.map { TableCell(header: nil, value: $0) }, page: page)
            }
        }
        return blocks
    }

    private func caption(_ row: [String], _ level: Int?) -> Block {
        let text = row.joined(separator: " ")
        let isShort = text.count <= 80 && !text.hasSuffix(".")
        guard let level, isShort, emphasised?.contains(row) ?? true else {
            return Block(.paragraph, text, page: page)
        }
        return Block(.heading(level: level), text, page: page)
    }

    /// Several header rows are one above the other: "Price" over "Adult" is "Price Adult".
    private static func headers(_ rows: [[String]]) -> [String] {
        let width = rows.map(\.count).max() ?? 0
        return (0..<width).map { column in
            var parts: [String] = []
            for row in rows where column < row.count && !row[column].isEmpty {
                if parts.last != row[column] { parts.append(row[column]) }
            }
            // Every row repeats it: a column whose name is a page would be a book.
            return String(parts.joined(separator: " ").prefix(ExtractionLimits.maxColumnName))
        }
    }

    private static func count(_ row: [String]) -> Int { row.count { !$0.isEmpty } }

    /// The first row names the columns if it has no figures and the rows below it do, or if its
    /// words are the usual names of columns.
    static func namesColumns(_ rows: [[String]]) -> Bool {
        guard let first = rows.first, rows.count >= 2, count(first) >= 2 else { return false }
        let hasFigure = first.contains { $0.contains(where: \.isNumber) || $0.contains("£") }
        if hasFigure || first.contains(where: { $0.count > 40 }) { return false }
        if Set(first.map { $0.lowercased() }).intersection(usualNames).count >= 1 { return true }
        let below = rows.dropFirst().filter { count($0) >= 2 }
        guard !below.isEmpty else { return false }
        let figures = below.count { row in
            row.contains { $0.contains(where: \.isNumber) }
        }
        let emptyCorner = first.first?.isEmpty ?? false
        let isWeek = [first, below[0]].allSatisfy { $0.first?.hasSuffix("day") == true }
        if isWeek { return false }
        return emptyCorner || figures * 2 > below.count || isTerse(first, below)
    }

    /// Names of columns are much shorter than what stands under them.
    private static func isTerse(_ first: [String], _ below: [[String]]) -> Bool {
        guard below.count >= 2, first.allSatisfy({ $0.count <= 25 }) else { return false }
        return first.indices.dropFirst().allSatisfy { column in
            let lengths = below.map { column < $0.count ? $0[column].count : 0 }
            return first[column].count * lengths.count * 10 < lengths.reduce(0, +) * 6
        }
    }

    private static let usualNames: Set<String> = [
        "service", "treatment", "price", "prices", "duration", "time", "cost", "fee", "fees", "day",
        "hours", "opens", "closes", "open", "close", "description", "name", "role", "notes", "from",
        "includes", "what", "when", "item", "length", "stylist", "procedure", "matter", "property",
        "rent", "area", "beds", "bedrooms", "amount", "deposit", "notice", "charge",
    ]
}
