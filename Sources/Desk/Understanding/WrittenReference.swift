/// Finds the reference of an appointment in a text: "AB-C2DE", in any case, with or without its
/// dash.
enum WrittenReference {
    /// The first in the text, as references are written. O(n).
    static func first(in text: String) -> String? {
        let scalars = Array(text.unicodeScalars)
        return scalars.indices.lazy.compactMap { read(scalars, at: $0) }.first
    }

    private static func read(_ scalars: [Unicode.Scalar], at start: Int) -> String? {
        guard start + 6 <= scalars.count, start == 0 || !isWord(scalars[start - 1]),
            let head = letters(scalars, start..<start + 2, orDigits: false)
        else { return nil }
        let isParted = scalars[start + 2] == "-" || scalars[start + 2] == " "
        let from = start + (isParted ? 3 : 2)
        guard from + 4 <= scalars.count,
            let tail = letters(scalars, from..<from + 4, orDigits: true),
            from + 4 == scalars.count || !isWord(scalars[from + 4])
        else { return nil }
        // Without a digit or a dash it is a word: "confirm" must not read as a reference.
        guard tail.contains(where: \.isNumber) || scalars[start + 2] == "-" else { return nil }
        return "\(head)-\(tail)"
    }

    /// The scalars as capitals; nil unless all may stand in a reference, which has no I, O, 0 or 1.
    private static func letters(
        _ scalars: [Unicode.Scalar], _ range: Range<Int>, orDigits: Bool
    ) -> String? {
        var text = ""
        for scalar in scalars[range] {
            switch scalar {
            case "a"..."z", "A"..."Z":
                let capital = Character(scalar).uppercased()
                guard capital != "I", capital != "O" else { return nil }
                text += capital
            case "2"..."9" where orDigits: text.unicodeScalars.append(scalar)
            default: return nil
            }
        }
        return text
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }
}
