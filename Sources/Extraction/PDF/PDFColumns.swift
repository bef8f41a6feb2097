/// Tells columns of running text from the columns of a table.
enum PDFColumns {
    /// The stretch that parts two columns of text; nil if the run is a table.
    static func split(_ bands: [PDFBand], _ gutters: [PDFGap], size: Double) -> PDFGap? {
        if let middle = repeatedList(bands, gutters) { return middle }
        for gap in gutters.sorted(by: { $0.width > $1.width }) {
            let left = side(bands) { $0.box.left < gap.middle }
            let right = side(bands) { $0.box.left >= gap.middle }
            guard left.count >= 2, right.count >= 2 else { continue }
            if isProse(left), isProse(right) { return gap }
            if isUneven(bands, gap, size), isWordy(left), isWordy(right) { return gap }
            if holdsHeadings(right, size), holdsHeadings(left, size) { return gap }
        }
        return nil
    }

    private static func side(
        _ bands: [PDFBand], _ keep: (PDFWord) -> Bool
    ) -> [PDFLine] {
        bands.compactMap { band in
            let words = band.words.filter(keep)
            return words.isEmpty ? nil : PDFLine(words)
        }
    }

    /// Lines of many words that reach the edge of their column.
    private static func isProse(_ lines: [PDFLine]) -> Bool {
        let pieces = lines.map { PDFBand(words: $0.words, box: $0.box).pieceCount }.reduce(0, +)
        let words = Double(lines.map(\.words.count).reduce(0, +)) / Double(max(pieces, 1))
        let left = lines.map(\.box.left).min() ?? 0
        let right = lines.map(\.box.right).max() ?? 0
        let fill = lines.map(\.box.width).reduce(0, +) / Double(lines.count)
        return words >= 4 && fill >= (right - left) * 0.6 && lines.count >= 3
    }

    private static func isWordy(_ lines: [PDFLine]) -> Bool {
        lines.map(\.words.count).reduce(0, +) * 2 >= lines.count * 5
    }

    /// Rows of a table share a baseline; neighbouring columns of text often do not.
    private static func isUneven(_ bands: [PDFBand], _ gap: PDFGap, _ size: Double) -> Bool {
        let both = bands.filter { $0.isOnBothSides(of: gap) }
        let uneven = both.count { band in
            let left = band.words.filter { $0.box.left < gap.middle }.map(\.box.bottom).max() ?? 0
            let right = band.words.filter { $0.box.left >= gap.middle }.map(\.box.bottom).max() ?? 0
            return abs(left - right) > size * 0.2
        }
        return uneven * 5 >= both.count * 2 && both.count >= 3
    }

    /// Headings inside both sides mean that each side tells a story of its own.
    private static func holdsHeadings(_ lines: [PDFLine], _ size: Double) -> Bool {
        lines.dropFirst().contains { $0.size >= size * 1.2 }
    }

    /// Name, price, name, price: two lists side by side.
    private static func repeatedList(_ bands: [PDFBand], _ gutters: [PDFGap]) -> PDFGap? {
        guard gutters.count == 3 else { return nil }
        let edges = [-Double.infinity] + gutters.map(\.middle) + [Double.infinity]
        let figures = (0..<4).map { column in
            let cells = side(bands) { (edges[column]..<edges[column + 1]).contains($0.box.left) }
            let short = cells.count { $0.text.count <= 14 && $0.text.contains(where: \.isNumber) }
            return !cells.isEmpty && short * 10 >= cells.count * 7
        }
        return figures == [false, true, false, true] ? gutters[1] : nil
    }
}
