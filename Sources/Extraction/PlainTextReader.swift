import Documents
import Foundation

/// Plain text into blocks by the habits of people who write without formatting.
///
/// Blank lines part paragraphs; dashes and numbers begin list items; a short line in capitals or
/// underlined with === is a heading; columns are parted by tabs or by runs of spaces.
enum PlainTextReader {
    static func read(_ text: String) -> DocumentText {
        let lines = text.replacingOccurrences(of: "\r\n", with: "\n")
            .replacingOccurrences(of: "\r", with: "\n")
            .split(separator: "\n", omittingEmptySubsequences: false)
            // What follows an underlined heading is a group of its own.
            .flatMap { (line: Substring) -> [Substring] in
                isRule(line.trimmingCharacters(in: .whitespaces)) ? [line, ""] : [line]
            }
        let groups = lines.split { $0.allSatisfy(\.isWhitespace) }.map(Array.init)
        var blocks: [Block] = []
        for (index, group) in groups.enumerated() {
            let isLast = index == groups.count - 1
            if group.count == 1, !isLast, isSubheading(group[0], before: groups[index + 1]) {
                blocks.append(
                    Block(.heading(level: isCapitals(String(group[0])) ? 1 : 2), String(group[0])))
            } else {
                blocks += read(group: group)
            }
        }
        let title = blocks.first.flatMap { $0.headingLevel == nil ? nil : $0.text }
        return DocumentText(title: title, blocks: blocks)
    }

    private static func read(group: [Substring]) -> [Block] {
        guard !group.isEmpty else { return [] }
        let rows = group.map(columns)
        if group.count >= 2, rows.allSatisfy({ $0.count >= 2 && $0.count == rows[0].count }) {
            return TableRows(rows).blocks()
        }
        var blocks: [Block] = []
        var open: [String] = []
        // Lines of the item that goes on; put together once, however many there are.
        var item: [String] = []
        func close() {
            if !item.isEmpty { blocks.append(Block(.listItem, item.joined(separator: " "))) }
            if !open.isEmpty { blocks.append(Block(.paragraph, joined(open))) }
            item = []
            open = []
        }
        for (index, line) in group.enumerated() {
            let text = line.trimmingCharacters(in: .whitespaces)
            if isRule(text) {
                let title = open.count == 1 ? open[0] : nil
                if title != nil { open = [] }
                close()
                if let title { blocks.append(Block(.heading(level: 1), title)) }
            } else if let first = Bullets.item(text) {
                close()
                item = [first]
            } else if index == 0, group.count <= 2 || isCapitals(text), isHeading(text) {
                blocks.append(Block(.heading(level: 1), text))
            } else if !item.isEmpty, line.first?.isWhitespace == true {
                item.append(text)
            } else {
                if !item.isEmpty { close() }
                open.append(text)
            }
        }
        close()
        return blocks
    }

    /// The cells of a line: parted by tabs, by runs of spaces, or by dots that lead to a price. O(n).
    private static func columns(_ line: Substring) -> [String] {
        let scalars = Array(
            line.trimmingCharacters(in: .whitespaces)
                .replacingOccurrences(of: "    ", with: "\t").unicodeScalars)
        var cells: [String] = []
        var start = 0
        func close(_ end: Int) {
            var cell = String.UnicodeScalarView()
            cell.append(contentsOf: scalars[start..<end])
            if !cell.allSatisfy(\.properties.isWhitespace) { cells.append(String(cell)) }
        }
        var index = 0
        while index < scalars.count {
            guard scalars[index] == "." || scalars[index].properties.isWhitespace else {
                index += 1
                continue
            }
            let run = Run(scalars, from: index)
            index = run.range.upperBound
            guard run.parts else { continue }
            close(run.range.lowerBound)
            start = index
        }
        close(scalars.count)
        return cells
    }

    /// Neighbouring dots, or neighbouring white space.
    private struct Run {
        let range: Range<Int>
        /// Whether it parts two cells.
        let parts: Bool

        init(_ scalars: [Unicode.Scalar], from start: Int) {
            let isDot = scalars[start] == "."
            var end = start
            var (spaces, mostSpaces, hasTab) = (0, 0, false)
            while end < scalars.count,
                isDot ? scalars[end] == "." : scalars[end].properties.isWhitespace
            {
                spaces = scalars[end] == " " ? spaces + 1 : 0
                mostSpaces = max(mostSpaces, spaces)
                hasTab = hasTab || scalars[end] == "\t"
                end += 1
            }
            range = start..<end
            parts = hasTab || mostSpaces >= 3 || (isDot && end - start >= 4)
        }
    }

    private static func isRule(_ line: String) -> Bool {
        line.count >= 3
            && (line.allSatisfy { $0 == "=" } || line.allSatisfy { $0 == "-" || $0 == "_" })
    }

    /// A short line alone, without an ending, before something longer.
    private static func isSubheading(_ line: Substring, before next: [Substring]) -> Bool {
        let text = line.trimmingCharacters(in: .whitespaces)
        guard text.count <= 60, let first = text.first, let last = text.last, first.isUppercase,
            last.isLetter || last.isNumber || last == "?" || last == ")",
            Bullets.item(text) == nil, !text.contains("@"), columns(line).count == 1
        else { return false }
        return isCapitals(text) || next.count > 1 || next[0].count > text.count
    }

    private static func isCapitals(_ line: String) -> Bool {
        line.contains(where: \.isLetter) && line == line.uppercased() && line != line.lowercased()
    }

    /// Short, without an ending, and in capitals or with most words capitalised.
    private static func isHeading(_ line: String) -> Bool {
        guard line.count <= 60, let last = line.last, !".,;:!?".contains(last) else { return false }
        if isCapitals(line) { return true }
        return false
    }

    /// Wrapped lines become one; lines that are short on purpose stay lines.
    private static func joined(_ lines: [String]) -> String {
        let longest = lines.dropLast().map(\.count).min() ?? 0
        return lines.joined(separator: longest >= 45 ? " " : "\n")
    }
}

/// The signs that begin an item of a list.
enum Bullets {
    private static let signs: Set<Character> = [
        "•", "◦", "▪", "‣", "●", "○", "–", "*", "-", "·", "✓", "➢", "■", "□", "\u{F0B7}",
        "\u{F0A7}",
    ]

    /// Whether a word is nothing but the sign or number of an item.
    static func isSign(_ word: String) -> Bool {
        if word.count == 1, let sign = word.first, signs.contains(sign) { return true }
        return word.count <= 3 && word.last.map { $0 == "." || $0 == ")" } == true
            && word.dropLast().allSatisfy(\.isNumber) && word.count > 1
    }

    /// The text of the item without its sign; nil if the line is no item. Numbers stay in the text.
    static func item(_ line: String) -> String? {
        guard let first = line.first else { return nil }
        if signs.contains(first) {
            let rest = line.dropFirst()
            guard let next = rest.first, next.isWhitespace else { return nil }
            let text = rest.trimmingCharacters(in: .whitespaces)
            return text.isEmpty ? nil : text
        }
        let number = line.prefix { $0.isASCII && $0.isNumber }
        guard (1...2).contains(number.count) else { return nil }
        let rest = line.dropFirst(number.count)
        guard let mark = rest.first, mark == "." || mark == ")", rest.dropFirst().first == " "
        else { return nil }
        return line
    }
}
