/// A rectangle on a page in points; y grows downwards.
struct PDFBox: Hashable {
    var left: Double
    var top: Double
    var right: Double
    var bottom: Double

    var width: Double { right - left }
    var height: Double { bottom - top }
    var middle: Double { (top + bottom) / 2 }

    func union(_ other: PDFBox) -> PDFBox {
        PDFBox(
            left: min(left, other.left), top: min(top, other.top),
            right: max(right, other.right), bottom: max(bottom, other.bottom))
    }
}

/// Signs that stand together on a page.
struct PDFWord: Hashable {
    var text: String
    var box: PDFBox
    /// Points.
    var size: Double
    var isBold: Bool
}

/// A page as words in no particular order.
struct PDFPage {
    /// Counted from 1.
    var number: Int
    var height: Double
    var words: [PDFWord]
}

/// Words side by side, read as one line.
struct PDFLine {
    let words: [PDFWord]
    let box: PDFBox
    let text: String
    let size: Double
    let isBold: Bool

    /// Orders the words along the direction they are read in. `words` is not empty.
    init(_ unordered: [PDFWord]) {
        let signs = unordered.lazy.flatMap(\.text.unicodeScalars)
        let leftwards = signs.count { (0x590...0x8FF).contains($0.value) }
        let isLeftwards = leftwards * 2 > signs.count
        words = unordered.sorted {
            isLeftwards ? $0.box.right > $1.box.right : $0.box.left < $1.box.left
        }
        box = words.dropFirst().reduce(words[0].box) { $0.union($1.box) }
        text = words.map(\.text).joined(separator: " ")
        let letters = words.map(\.text.count).reduce(0, +)
        let bold = words.filter(\.isBold).map(\.text.count).reduce(0, +)
        isBold = bold * 10 >= letters * 9
        size = words.max { $0.text.count < $1.text.count }?.size ?? 0
    }
}

/// What a page consists of, in reading order.
enum PDFPiece {
    /// Lines of one column, from top to bottom.
    case lines([PDFLine])
    case table(PDFTable)
}

/// A table as rows of cell texts.
struct PDFTable {
    var rows: [[String]]
    /// Rows that are bold or larger than the rest.
    var emphasised: Set<Int>
}
