import Documents
import Foundation

/// Which paragraph styles of a DOCX are headings or lists, following what styles are based on.
struct WordStyles {
    private struct Style {
        var level: Int?
        var isList = false
        var base: String?
    }

    private var styles: [String: Style] = [:]

    init(_ data: Data?) throws(ExtractionRefusal) {
        guard let data else { return }
        let pull = try XMLPull(data)
        var id = ""
        while let piece = try pull.next() {
            guard case .start(let name, _) = piece else { continue }
            switch name {
            case "style":
                id = pull.attribute("styleId") ?? ""
                styles[id] = Style()
            case "name":
                let known = Self.known(pull.attribute("val") ?? "")
                styles[id]?.level = known.level
                styles[id]?.isList = known.isList
            case "basedOn": styles[id]?.base = pull.attribute("val")
            case "numPr": styles[id]?.isList = true
            case "outlineLvl":
                if let level = pull.attribute("val").flatMap({ Int($0) }), (0...5).contains(level) {
                    styles[id]?.level = level + 1
                }
            default: break
            }
        }
    }

    /// The heading level a style gives, from itself or from what it is based on.
    func headingLevel(_ id: String) -> Int? { first(id) { $0.level } }

    func isList(_ id: String) -> Bool { first(id) { $0.isList ? true : nil } ?? false }

    private func first<Value>(_ id: String, _ find: (Style) -> Value?) -> Value? {
        var current: String? = id
        var seen: Set<String> = []
        while let name = current, seen.count < ExtractionLimits.maxStyleChain,
            seen.insert(name).inserted
        {
            guard let style = styles[name] else {
                let known = Self.known(name)
                return find(Style(level: known.level, isList: known.isList))
            }
            if let value = find(style) { return value }
            current = style.base
        }
        return nil
    }

    /// The built-in names, which Word keeps in English in every language.
    private static func known(_ name: String) -> (level: Int?, isList: Bool) {
        let plain = name.lowercased().filter { !$0.isWhitespace }
        if plain == "title" { return (1, false) }
        if plain.hasPrefix("heading"), let level = Int(plain.dropFirst(7)), (1...9).contains(level)
        {
            return (min(level, 6), false)
        }
        return (nil, plain.hasPrefix("listparagraph") ? false : plain.hasPrefix("list"))
    }
}
