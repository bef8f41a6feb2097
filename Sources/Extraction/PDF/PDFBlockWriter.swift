import Documents

/// Joins lines into paragraphs, list items and headings.
struct PDFBlockWriter {
    private let pages: [(number: Int, pieces: [PDFPiece])]
    private let bodySize: Double
    /// Sizes above the body's, largest first; the place of a size is its level.
    private let headingSizes: [Double]
    private var found: [Block] = []
    private var open: Open?
    private let hyphens: PDFHyphens

    /// A paragraph, item or heading that may go on with the next line.
    private struct Open {
        var kind: Block.Kind
        var text: String
        var page: Int
        var last: PDFLine
        var left: Double
    }

    init(_ pages: [(Int, [PDFPiece])]) {
        self.pages = pages.map { (number: $0.0, pieces: $0.1) }
        let lines = pages.flatMap { $0.1 }.flatMap { piece in
            if case .lines(let lines) = piece { lines } else { [] as [PDFLine] }
        }
        var weight: [Double: Int] = [:]
        for line in lines { weight[Self.rounded(line.size), default: 0] += line.text.count }
        let body = weight.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? 0
        bodySize = body
        headingSizes = weight.keys.filter { $0 >= body * 1.12 }.sorted(by: >)
        hyphens = PDFHyphens(lines)
    }

    mutating func blocks() -> [Block] {
        for (number, pieces) in pages {
            for piece in pieces {
                switch piece {
                case .lines(let lines): take(lines, page: number)
                case .table(let table):
                    close()
                    take(table, page: number)
                }
            }
        }
        close()
        return found
    }

    private static func rounded(_ size: Double) -> Double { (size * 2).rounded() / 2 }

    private mutating func take(_ table: PDFTable, page: Int) {
        let isHeaded = table.emphasised.contains(0) && !table.emphasised.contains(1)
        let rows = TableRows(table.rows, page: page, emphasised: table.emphasised)
        let level = min(headingSizes.count + 1, 6)
        let isNamed = isHeaded && table.rows[0].count { !$0.isEmpty } > 1
        found += rows.blocks(headerRows: isNamed ? 1 : nil, captionLevel: level)
    }

    private mutating func take(_ lines: [PDFLine], page: Int) {
        let left = lines.map(\.box.left).min() ?? 0
        let right = lines.map(\.box.right).max() ?? 0
        let pitches = zip(lines.dropFirst(), lines).map { $0.box.top - $1.box.top }
        let pitch = PDFLayout.median(pitches.filter { $0 > 0 && $0 < bodySize * 2.2 })
        let boldLines = lines.count { $0.isBold }
        for (index, line) in lines.enumerated() {
            let previous = index > 0 ? lines[index - 1] : nil
            let frame = Frame(
                left: left, right: right, pitch: pitch, isMostlyBold: boldLines * 2 > lines.count)
            add(line, previous, frame, page: page)
        }
    }

    private struct Frame {
        var left: Double
        var right: Double
        var pitch: Double
        var isMostlyBold: Bool

        var width: Double { right - left }
    }

    private mutating func add(_ line: PDFLine, _ previous: PDFLine?, _ frame: Frame, page: Int) {
        if let level = headingLevel(line, frame) {
            if var going = open, going.kind == .heading(level: level), previous != nil,
                line.box.top - going.last.box.top < line.size * 1.7, going.text.count < 150
            {
                going.text += " " + line.text
                going.last = line
                open = going
                return
            }
            start(.heading(level: level), line.text, line, page)
        } else if let item = Bullets.item(line.text) {
            start(.listItem, item, line, page)
        } else if let going = open, goesOn(going, line, previous, frame) {
            join(line, going, previous, frame)
        } else {
            start(.paragraph, line.text, line, page)
        }
    }

    private mutating func start(_ kind: Block.Kind, _ text: String, _ line: PDFLine, _ page: Int) {
        close()
        open = Open(kind: kind, text: text, page: page, last: line, left: line.box.left)
    }

    private mutating func close() {
        guard let going = open else { return }
        open = nil
        let isHeading = if case .heading = going.kind { true } else { false }
        let text = isHeading ? TextNormaliser.line(going.text) : going.text
        // A heading of nothing but signs or of one long text is no heading.
        let isPlain = isHeading && (text.count > 160 || !text.contains(where: \.isLetter))
        found.append(Block(isPlain ? .paragraph : going.kind, text, page: going.page))
    }

    private func headingLevel(_ line: PDFLine, _ frame: Frame) -> Int? {
        guard line.text.count <= 150, Bullets.item(line.text) == nil || line.isBold else {
            return nil
        }
        let size = Self.rounded(line.size)
        if let place = headingSizes.firstIndex(of: size) { return min(place + 1, 6) }
        guard line.isBold, !frame.isMostlyBold, line.text.count <= 90, size >= bodySize * 0.95,
            let last = line.text.last, !".,;:".contains(last), line.text.contains(where: \.isLetter)
        else { return nil }
        return min(headingSizes.count + 1, 6)
    }

    private func goesOn(
        _ going: Open, _ line: PDFLine, _ previous: PDFLine?, _ frame: Frame
    ) -> Bool {
        if case .heading = going.kind { return false }
        let startsLow = line.text.first?.isLowercase == true
        let ended = going.text.last.map { ".!?:…”\"".contains($0) } ?? true
        guard let previous else { return startsLow && !ended && sameSize(going.last, line) }
        guard sameSize(previous, line) else { return false }
        let pitch = line.box.top - previous.box.top
        if pitch > frame.pitch * 1.3 + 0.5 { return startsLow && !ended && pitch < frame.pitch * 2 }
        if going.kind == .listItem {
            return line.box.left > going.left + line.size * 0.4 || startsLow
        }
        let isIndented = line.box.left > frame.left + line.size * 0.8
        if isIndented, previous.box.left < line.box.left - line.size * 0.5 { return false }
        let isShort = previous.box.right < frame.right - frame.width * 0.25
        return !(isShort && ended && !startsLow)
    }

    private func sameSize(_ one: PDFLine, _ other: PDFLine) -> Bool {
        abs(one.size - other.size) <= max(one.size, other.size) * 0.1
    }

    private mutating func join(
        _ line: PDFLine, _ given: Open, _ previous: PDFLine?, _ frame: Frame
    ) {
        var going = given
        if let joined = hyphens.join(going.text, line.text) {
            going.text = joined
        } else {
            let right = previous?.box.right ?? frame.right
            let firstWord = line.words.first?.box.width ?? 0
            // A line that had room for the next word was ended on purpose: an address, a list.
            let hadRoom = right + firstWord + line.size < frame.right
            let isRagged = right < frame.right - frame.width * 0.3
            going.text += (hadRoom && isRagged ? "\n" : " ") + line.text
        }
        going.last = line
        open = going
    }
}

/// Decides whether a hyphen at the end of a line belongs to the word.
struct PDFHyphens {
    private var words: Set<String> = []

    init(_ lines: [PDFLine]) {
        for line in lines {
            for word in line.words { words.insert(Self.plain(word.text)) }
        }
    }

    /// Both parts joined; nil if the text does not end in a hyphenated word.
    func join(_ text: String, _ next: String) -> String? {
        guard let mark = text.last, mark == "-" || mark == "\u{AD}" || mark == "‐" else {
            return nil
        }
        let head = text.dropLast()
        guard head.last?.isLetter == true, next.first?.isLowercase == true else {
            return mark == "\u{AD}" ? head + next : nil
        }
        let left = head.split(whereSeparator: \.isWhitespace).last.map(String.init) ?? ""
        let right = next.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? ""
        if mark == "-", words.contains(Self.plain(left + "-" + right)),
            !words.contains(Self.plain(left + right))
        {
            return text + next
        }
        return head + next
    }

    private static func plain(_ word: String) -> String {
        word.lowercased().filter { $0.isLetter || $0 == "-" }
    }
}
