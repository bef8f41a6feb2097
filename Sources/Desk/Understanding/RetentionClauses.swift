import Foundation

/// What a text wants to keep beside what it gives up: "cancel that one but leave the blow-dry".
enum RetentionClauses {
    /// The text without the clauses that keep something; nil when it keeps nothing, or nothing
    /// else is said.
    static func removed(from text: String) -> String? {
        let clauses = clauses(of: text)
        let rest = clauses.filter { !PhraseText($0).has(words) }
        guard rest.count < clauses.count, !rest.isEmpty else { return nil }
        return rest.joined(separator: ". ")
    }

    private static let words =
        "keep|keeping|leave|still keen|still on|still want|still need|still coming|still good|"
        + "still come|still fine|dont cancel|do not cancel|not cancelling|but not|except|apart from|can stay|stays|not touching"

    private static let joints = [" but ", " though ", " and ", " just not "]

    private static func clauses(of text: String) -> [String] {
        var clauses = text.split { ".,;!?\n".contains($0) }.map(String.init)
        for joint in joints {
            clauses = clauses.flatMap { clause -> [String] in
                guard let range = clause.range(of: joint, options: .caseInsensitive) else {
                    return [clause]
                }
                let mark = String(joint.drop { $0 == " " })
                let rest = String(clause[range.upperBound...])
                return [String(clause[..<range.lowerBound]), mark + rest]
            }
        }
        return clauses
    }
}
