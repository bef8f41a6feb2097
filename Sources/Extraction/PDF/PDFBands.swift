/// Words of a page that overlap in height: a line across all columns.
struct PDFBand {
    var words: [PDFWord]
    var box: PDFBox

    /// Stretches of words between wide spaces.
    var pieceCount: Int {
        gaps(atLeast: max((words.first?.size ?? 0) * 0.9, 4)).count - 1
    }

    /// All words cut into bands from top to bottom. O(n log n).
    static func cut(_ words: [PDFWord]) -> [PDFBand] {
        func core(_ word: PDFWord) -> (top: Double, bottom: Double) {
            // Only the middle of a word counts, since lines set tightly touch each other.
            (word.box.middle - word.box.height / 4, word.box.middle + word.box.height / 4)
        }
        var bands: [PDFBand] = []
        var bottom = -Double.infinity
        for word in words.sorted(by: { core($0).top < core($1).top }) {
            let (top, end) = core(word)
            if top < bottom, !bands.isEmpty {
                bands[bands.count - 1].words.append(word)
                bands[bands.count - 1].box = bands[bands.count - 1].box.union(word.box)
            } else {
                bands.append(PDFBand(words: [word], box: word.box))
            }
            bottom = max(bottom, end)
        }
        return bands
    }

    /// Stretches without words, at least `width` wide, and those left and right of all words.
    func gaps(atLeast width: Double) -> [PDFGap] {
        var gaps: [PDFGap] = []
        var edge = -Double.infinity
        var isBullet = false
        for word in words.sorted(by: { $0.box.left < $1.box.left }) {
            let gap = word.box.left - edge
            // The space after a bullet parts no columns.
            if gap >= width, !isBullet { gaps.append(PDFGap(left: edge, right: word.box.left)) }
            isBullet = edge == -.infinity && Bullets.isSign(word.text)
            edge = max(edge, word.box.right)
        }
        gaps.append(PDFGap(left: edge, right: .infinity))
        return gaps
    }

    func has(leftOf gap: PDFGap) -> Bool { words.contains { $0.box.right <= gap.left + 0.01 } }
    func has(rightOf gap: PDFGap) -> Bool { words.contains { $0.box.left >= gap.right - 0.01 } }
    func isOnBothSides(of gap: PDFGap) -> Bool { has(leftOf: gap) && has(rightOf: gap) }
}

/// An empty stretch across a band.
struct PDFGap: Equatable {
    var left: Double
    var right: Double

    var width: Double { right - left }
    var middle: Double { (left + right) / 2 }

    static func shared(_ one: [PDFGap], _ other: [PDFGap], atLeast width: Double) -> [PDFGap] {
        var shared: [PDFGap] = []
        for first in one {
            for second in other {
                let both = PDFGap(
                    left: max(first.left, second.left), right: min(first.right, second.right))
                if both.width >= width { shared.append(both) }
            }
        }
        return shared
    }
}
