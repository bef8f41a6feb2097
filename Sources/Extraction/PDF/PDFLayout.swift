/// Finds columns and tables on a page from where its words stand.
///
/// A recursive XY-cut (Nagy and Seth 1984) over bands: runs of bands that share an empty vertical
/// stretch are either columns of running text, which are read one after the other, or a table,
/// which is read row by row. They are told apart by how much is written on each side.
struct PDFLayout {
    private let maxDepth = 6

    /// The pieces of a page in reading order. O(n log n) for usual pages.
    func pieces(_ words: [PDFWord]) -> [PDFPiece] {
        pieces(words, depth: 0)
    }

    private func pieces(_ words: [PDFWord], depth: Int) -> [PDFPiece] {
        let bands = PDFBand.cut(words)
        guard depth < maxDepth else { return [lines(bands)] }
        let size = Self.median(words.map(\.size))
        var pieces: [PDFPiece] = []
        var plain: [PDFBand] = []
        var index = 0
        func closePlain() {
            if !plain.isEmpty { pieces.append(lines(plain)) }
            plain = []
        }
        let runs = PDFRun.find(bands, size: size)
        for run in runs {
            if run.range.lowerBound > index { plain += bands[index..<run.range.lowerBound] }
            let inside = Array(bands[run.range])
            if let gap = PDFColumns.split(inside, run.gutters, size: size) {
                let above = plain.suffix(while: { !$0.crosses(gap) })
                plain.removeLast(above.count)
                closePlain()
                let all = (above + inside).flatMap(\.words)
                pieces += self.pieces(all.filter { $0.box.left < gap.middle }, depth: depth + 1)
                pieces += self.pieces(all.filter { $0.box.left >= gap.middle }, depth: depth + 1)
            } else if let headed = Self.cutAtHeadings(inside, size: size) {
                for part in headed {
                    if part.isHeading {
                        plain += part.bands
                        continue
                    }
                    closePlain()
                    pieces += self.pieces(part.bands.flatMap(\.words), depth: depth + 1)
                }
            } else {
                closePlain()
                let gutters = run.refined(bands, size: size)
                pieces.append(.table(PDFTableReader(inside, gutters, size: size).table()))
            }
            index = run.range.upperBound
        }
        plain += bands[index...]
        closePlain()
        return pieces
    }

    /// Parts of a table between headings, which belong to what follows; nil without headings.
    private static func cutAtHeadings(
        _ bands: [PDFBand], size: Double
    ) -> [(isHeading: Bool, bands: [PDFBand])]? {
        var parts: [(isHeading: Bool, bands: [PDFBand])] = []
        for band in bands {
            let isHeading = band.isHeading(besides: size)
            if let last = parts.last, last.isHeading == isHeading {
                parts[parts.count - 1].bands.append(band)
            } else {
                parts.append((isHeading, [band]))
            }
        }
        return parts.contains(where: \.isHeading) && parts.count > 1 ? parts : nil
    }

    private func lines(_ bands: [PDFBand]) -> PDFPiece {
        .lines(bands.map { PDFLine($0.words) })
    }

    static func median(_ values: [Double]) -> Double {
        values.isEmpty ? 0 : values.sorted()[values.count / 2]
    }
}

extension PDFBand {
    /// Whether it is one short line without wide spaces, set larger than the text.
    fileprivate func isHeading(besides size: Double) -> Bool {
        let line = PDFLine(words)
        let isOnePiece = gaps(atLeast: line.size * 1.5).count <= 2
        return isOnePiece && line.size >= size * 1.12 && line.text.count <= 90
    }

    fileprivate func crosses(_ gap: PDFGap) -> Bool {
        words.contains { $0.box.left < gap.right && $0.box.right > gap.left }
            || (!isOnBothSides(of: gap) && box.left < gap.left && box.right > gap.right)
    }
}

extension Array {
    /// The longest run at the end whose elements all pass.
    fileprivate func suffix(while passes: (Element) -> Bool) -> [Element] {
        var start = endIndex
        while start > startIndex, passes(self[start - 1]) { start -= 1 }
        return Array(self[start...])
    }
}

/// Neighbouring bands with empty stretches in common.
struct PDFRun {
    var range: Range<Int>
    var gutters: [PDFGap]

    /// Greedy from the top: each run goes on while some stretch stays empty.
    static func find(_ bands: [PDFBand], size: Double) -> [PDFRun] {
        var runs: [PDFRun] = []
        let narrow = max(size * 0.9, 4)
        var index = 0
        while index < bands.count {
            let gaps = bands[index].gaps(atLeast: narrow)
            guard gaps.contains(where: { bands[index].isOnBothSides(of: $0) }) else {
                index += 1
                continue
            }
            let run = longest(bands, from: index, gaps, narrow: narrow)
            if let run = run.checked(bands, size: size) {
                runs.append(run)
                index = run.range.upperBound
            } else {
                index += 1
            }
        }
        return joined(runs, bands, size)
    }

    private static func longest(
        _ bands: [PDFBand], from start: Int, _ first: [PDFGap], narrow: Double
    ) -> PDFRun {
        var gaps = first
        var end = start + 1
        while end < bands.count {
            // A large empty stretch parts one thing from the next.
            let space = bands[end].box.top - bands[end - 1].box.bottom
            if space > max(narrow * 4, 40) { break }
            let next = PDFGap.shared(gaps, bands[end].gaps(atLeast: narrow), atLeast: narrow)
            let inside = next.filter { gap in
                bands[start..<(end + 1)].contains { $0.isOnBothSides(of: gap) }
            }
            if inside.isEmpty { break }
            gaps = next
            end += 1
        }
        return PDFRun(range: start..<end, gutters: gaps)
    }

    /// Only stretches with words on both sides in enough bands part anything.
    private func checked(_ bands: [PDFBand], size: Double) -> PDFRun? {
        let inside = gutters.filter { gap in
            guard gap.left.isFinite, gap.right.isFinite else { return false }
            let both = bands[range].count { $0.isOnBothSides(of: gap) }
            return both >= (gap.width >= size * 1.8 ? 2 : 3)
        }
        guard !inside.isEmpty else { return nil }
        // What stands on one side only at the end is the text after a table, or a longer column.
        return PDFRun(range: range, gutters: inside.sorted { $0.left < $1.left })
    }

    /// Its stretches and those too narrow to part columns of text, but not those of a table.
    func refined(_ bands: [PDFBand], size: Double) -> [PDFGap] {
        let narrow = size * 0.45
        var gaps = [PDFGap(left: -.infinity, right: .infinity)]
        for band in bands[range] {
            gaps = PDFGap.shared(gaps, band.gaps(atLeast: narrow), atLeast: narrow)
        }
        let all = PDFRun(range: range, gutters: gaps).checked(bands, size: size)?.gutters ?? []
        return all.count > gutters.count ? all : gutters
    }

    /// Two runs parted by one line that spans the columns are one table with a caption inside.
    private static func joined(
        _ runs: [PDFRun], _ bands: [PDFBand], _ size: Double
    ) -> [PDFRun] {
        var joined: [PDFRun] = []
        for run in runs {
            guard let last = joined.last, run.range.lowerBound - last.range.upperBound <= 1,
                last.gutters.count == run.gutters.count
            else {
                joined.append(run)
                continue
            }
            let shared = zip(last.gutters, run.gutters).map { one, other in
                PDFGap(left: max(one.left, other.left), right: min(one.right, other.right))
            }
            let between = bands[last.range.upperBound..<run.range.lowerBound]
            let isCaption = between.allSatisfy {
                PDFLine($0.words).text.count <= 60 && !$0.isHeading(besides: size)
            }
            if isCaption, shared.allSatisfy({ $0.width > 2 }) {
                let range = last.range.lowerBound..<run.range.upperBound
                joined[joined.count - 1] = PDFRun(range: range, gutters: shared)
            } else {
                joined.append(run)
            }
        }
        return joined
    }
}
