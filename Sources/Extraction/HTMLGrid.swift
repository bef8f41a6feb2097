import Documents

/// The cells of an HTML table as a grid, with spans filled in.
struct HTMLGrid {
    private(set) var rows: [[String]] = []
    /// Rows that name columns, by their `th` cells; nil if the table marks none.
    private(set) var headerRows: Int?
    private(set) var caption: String?
    /// Whether the table only places blocks on the page.
    private(set) var isLayout = false

    init(_ table: HTMLElement, _ work: HTMLWork) {
        let inside = table.descendants()
        caption = inside.first { $0.name == "caption" }?.text()
        let lines = inside.filter { $0.name == "tr" && $0.nearestTable?.isSame(as: table) == true }
        isLayout =
            table.attribute("role") == "presentation"
            || inside.contains { $0.name == "table" }
            || inside.contains { $0.name == "td" && $0.holdsBlocks }
        guard !isLayout else { return }
        var carried: [Int: (value: String, left: Int)] = [:]
        var markedRows = 0
        for line in lines where !work.isSpent {
            let cells = line.children.filter { $0.name == "td" || $0.name == "th" }
            rows.append(Self.row(cells, &carried, work))
            let isMarked = !cells.isEmpty && cells.allSatisfy { $0.name == "th" }
            if isMarked, cells.count > 1, markedRows == rows.count - 1 { markedRows += 1 }
        }
        headerRows = markedRows > 0 ? markedRows : nil
    }

    private static func row(
        _ cells: [HTMLElement], _ carried: inout [Int: (value: String, left: Int)],
        _ work: HTMLWork
    ) -> [String] {
        var row: [String] = []
        func takeCarried() {
            while let above = carried[row.count], row.count < ExtractionLimits.maxColumns {
                carried[row.count] = above.left > 1 ? (above.value, above.left - 1) : nil
                work.repeated(above.value)
                row.append(above.value)
            }
        }
        for cell in cells {
            takeCarried()
            let value = cell.text()
            let across = span(cell, "colspan")
            let down = span(cell, "rowspan")
            for step in 0..<across where row.count < ExtractionLimits.maxColumns {
                if down > 1 { carried[row.count] = (value, down - 1) }
                if step > 0 { work.repeated(cell.name == "th" ? value : "") }
                row.append(step == 0 || cell.name == "th" ? value : "")
            }
        }
        takeCarried()
        return row
    }

    private static func span(_ cell: HTMLElement, _ name: String) -> Int {
        min(max(cell.attribute(name).flatMap { Int($0) } ?? 1, 1), ExtractionLimits.maxColumns)
    }
}
