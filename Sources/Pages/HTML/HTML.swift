/// Markup that is known to be well formed: text gets in only through escaping.
///
/// There is one way around the escaping, `HTML(trusted:)`, for our own constants such as icons.
package struct HTML: Sendable, Hashable, CustomStringConvertible {
    private(set) var markup: String

    package static let empty = HTML(trusted: "")

    /// Text, escaped.
    package init(_ text: String) {
        markup = HTML.escape(text)
    }

    /// Markup that we wrote ourselves; nothing from outside may ever come here.
    init(trusted markup: String) {
        self.markup = markup
    }

    package var description: String { markup }

    var isEmpty: Bool { markup.isEmpty }

    mutating func append(_ other: HTML) { markup += other.markup }

    static func + (left: HTML, right: HTML) -> HTML {
        HTML(trusted: left.markup + right.markup)
    }

    /// Replaces the five signs that mean something in HTML, and drops what no document may hold.
    static func escape(_ text: String) -> String {
        var clean = true
        for byte in text.utf8 where needsCare(byte) {
            clean = false
            break
        }
        if clean { return text }
        var escaped = ""
        escaped.reserveCapacity(text.utf8.count + 16)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case "\t", "\n", "\r": escaped.unicodeScalars.append(scalar)
            default:
                if scalar.value >= 0x20, scalar.value != 0x7F {
                    escaped.unicodeScalars.append(scalar)
                }
            }
        }
        return escaped
    }

    private static func needsCare(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == 0x7F || byte == UInt8(ascii: "&") || byte == UInt8(ascii: "<")
            || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")
    }
}

/// Lets a view be written as nested elements; strings are text and are escaped.
@resultBuilder
package enum HTMLBuilder {
    package static func buildExpression(_ html: HTML) -> HTML { html }
    package static func buildExpression(_ html: HTML?) -> HTML { html ?? .empty }
    package static func buildExpression(_ text: String) -> HTML { HTML(text) }
    package static func buildBlock(_ parts: HTML...) -> HTML {
        var whole = HTML.empty
        for part in parts { whole.append(part) }
        return whole
    }
    package static func buildOptional(_ part: HTML?) -> HTML { part ?? .empty }
    package static func buildEither(first: HTML) -> HTML { first }
    package static func buildEither(second: HTML) -> HTML { second }
    package static func buildArray(_ parts: [HTML]) -> HTML {
        var whole = HTML.empty
        for part in parts { whole.append(part) }
        return whole
    }
}
