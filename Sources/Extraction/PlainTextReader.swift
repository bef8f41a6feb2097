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
        func close() {
            if !open.isEmpty { blocks.append(Block(.paragraph, joined(open))) }
            open = []
        }
        for (index, line) in group.enumerated() {
            let text = line.trimmingCharacters(in: .whitespaces)
            if isRule(text) {
                if open.count == 1 {
                    blocks.append(Block(.heading(level: 1), open[0]))
                } else {
                    close()
                }
                open = []
            } else if let item = Bullets.item(text) {
                close()
                blocks.append(Block(.listItem, item))
            } else if index == 0, group.count <= 2 || isCapitals(text), isHeading(text) {
                blocks.append(Block(.heading(level: 1), text))
            } else if let last = blocks.last, last.kind == .listItem, open.isEmpty,
                line.first?.isWhitespace == true
            {
                blocks[blocks.count - 1] = Block(.listItem, last.text + " " + text)
            } else {
                open.append(text)
            }
        }
        close()
        return blocks
    }

    private static func columns(_ line: Substring) -> [String] {
        let spaced = line.trimmingCharacters(in: .whitespaces)
            .replacingOccurrences(of: "    ", with: "\t")
            .replacingOccurrences(
                of: #"\s*\t\s*| {3,}|\s?\.{4,}\s?"#, with: "\t", options: .regularExpression)
        return spaced.split(separator: "\t").map(String.init)
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
