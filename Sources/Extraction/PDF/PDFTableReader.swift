/// Bands with gutters into rows of cells; lines that go on a cell are joined to their row.
struct PDFTableReader {
    private struct Row {
        var cells: [String]
        var box: PDFBox
        var isEmphasised: Bool

        var filled: Int { cells.count { !$0.isEmpty } }
        var hasFirst: Bool { !cells[0].isEmpty }
    }

    private let rows: [Row]

    init(_ bands: [PDFBand], _ gutters: [PDFGap], size: Double) {
        let edges = gutters.map(\.middle)
        rows = bands.map { band in
            var columns = [[PDFWord]](repeating: [], count: edges.count + 1)
            let spans = gutters.contains { gap in
                band.words.contains { $0.box.left < gap.middle && $0.box.right > gap.middle }
                    || (!band.isOnBothSides(of: gap) && band.box.left < gap.left
                        && band.box.right > gap.right)
            }
            for word in band.words {
                let column = spans ? 0 : edges.count { $0 <= word.box.left }
                columns[column].append(word)
            }
            let whole = PDFLine(band.words)
            return Row(
                cells: columns.map { $0.isEmpty ? "" : Self.trimmed(PDFLine($0).text) },
                box: band.box, isEmphasised: whole.isBold || whole.size >= size * 1.1)
        }
    }

    func table() -> PDFTable {
        let joined = joinedRows()
        let emphasised = joined.indices.filter { joined[$0].isEmphasised }
        let all = emphasised.count == joined.count ? [] : emphasised
        return PDFTable(rows: joined.map(\.cells), emphasised: Set(all))
    }

    /// Dots that lead the eye to a price are no text.
    private static func trimmed(_ text: String) -> String {
        var kept = text[...]
        while kept.hasSuffix("..") || kept.hasSuffix(" .") || kept.hasSuffix("…")
            || kept.hasSuffix("_")
        {
            kept = kept.dropLast()
        }
        if kept.count < text.count, kept.hasSuffix(".") { kept = kept.dropLast() }
        while kept.hasPrefix(".") { kept = kept.dropFirst() }
        return kept.trimmingPrefix(" ").description
    }

    private func joinedRows() -> [Row] {
        let gaps = zip(rows.dropFirst(), rows).map { $0.box.top - $1.box.bottom }
        let least = gaps.min() ?? 0
        let most = gaps.max() ?? 0
        let isSpaced = most > max(least, 0) * 1.8 + 2
        let limit = isSpaced ? (least + most) / 2 : least + 0.5
        var joined: [Row] = []
        for (index, row) in rows.enumerated() {
            guard let last = joined.last, gaps[index - 1] <= limit,
                goesOn(last, row, isSpaced: isSpaced)
            else {
                joined.append(row)
                continue
            }
            var both = last
            for column in row.cells.indices where !row.cells[column].isEmpty {
                both.cells[column] += (both.cells[column].isEmpty ? "" : " ") + row.cells[column]
            }
            both.box = last.box.union(row.box)
            both.isEmphasised = last.isEmphasised && row.isEmphasised
            joined[joined.count - 1] = both
        }
        return joined
    }

    private func goesOn(_ row: Row, _ next: Row, isSpaced: Bool) -> Bool {
        if next.isEmphasised != row.isEmphasised { return false }
        if !next.hasFirst { return row.hasFirst || isSpaced }
        if !row.hasFirst { return isSpaced }
        return isSpaced && next.filled == 1 && row.filled > 1
    }
}
