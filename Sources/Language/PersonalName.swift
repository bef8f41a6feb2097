/// A name by which somebody introduced themselves.
package struct PersonalName: Hashable, Sendable {
    /// As written, with single spaces: "Maya O'Brien".
    package let text: String
    /// Offsets in the text's Unicode scalars.
    package let range: Range<Int>

    static let maximumWords = 4
    static let maximumTokens = 2_000

    /// The first introduction in the text: "I'm Maya", "my name is …", "this is …", "Tom here". O(n).
    package static func read(_ text: String) -> PersonalName? {
        let scalars = Array(text.unicodeScalars)
        let tokens = Array(WordTokenizer.tokens(of: text).prefix(maximumTokens))
        for index in tokens.indices {
            for lead in leads where matches(lead.words, tokens, index) {
                let start = skipSigns(tokens, index + lead.words.count)
                let name = name(tokens, scalars, from: start, isSure: lead.isSure)
                if let name { return name }
            }
        }
        return signed(tokens, scalars)
    }

    private static let leads: [(words: [String], isSure: Bool)] = [
        (["my", "name", "is"], true), (["my", "name", "'s"], true), (["name", "is"], true),
        (["my", "names"], true), (["call", "me"], false), (["under", "the", "name"], true),
        (["name", ":"], true), (["im"], false), (["i", "am"], false), (["this", "is"], false),
        (["it", "'s"], false), (["its"], false), (["for", "the", "name"], true),
        (["in", "the", "name", "of"], true), (["under", "the", "name", "of"], true),
    ]

    private static let noNames: Set<String> = [
        "a", "an", "the", "not", "looking", "interested", "here", "sorry", "free", "happy", "just",
        "available", "late", "in", "on", "at", "new", "calling", "writing", "trying", "so", "very",
        "really", "running", "going", "wondering", "about", "for", "me", "my", "your", "is", "it",
        "that", "this", "what", "fine", "ok", "okay", "good", "great", "ridiculous", "urgent",
        "back",
        "still", "now", "when", "how", "why", "back", "asap", "later", "please", "and", "or", "of",
        "to", "from", "with", "by", "again", "i", "we", "you", "he", "she", "they", "yes", "no",
        "too", "all", "also", "only", "monday", "tuesday", "wednesday", "thursday", "friday",
        "saturday", "sunday", "pregnant", "sick", "ill", "busy", "can", "could", "would", "maybe",
        "perfect", "unacceptable", "because", "as", "if", "but", "hi", "hello", "dr", "mr", "mrs",
        "ms", "been", "was", "will", "be", "afraid", "sure", "unable", "supposed", "english",
        "american", "british", "spanish", "under", "do", "does", "there", "today", "tomorrow",
    ]
    private static let particles: Set<String> = [
        "de", "van", "der", "den", "von", "da", "di", "la", "le", "del", "bin", "al", "el", "ter",
    ]

    private static func matches(_ words: [String], _ tokens: [WordToken], _ index: Int) -> Bool {
        guard index + words.count < tokens.count else { return false }
        return words.indices.allSatisfy { tokens[index + $0].text == words[$0] }
    }

    private static func skipSigns(_ tokens: [WordToken], _ index: Int) -> Int {
        index < tokens.count && [":", "\"", "'", ","].contains(tokens[index].text)
            ? index + 1 : index
    }

    private static func name(
        _ tokens: [WordToken], _ scalars: [Unicode.Scalar], from start: Int, isSure: Bool
    ) -> PersonalName? {
        var index = start
        if index < tokens.count, ["dr", "mr", "mrs", "ms"].contains(tokens[index].text) {
            index += index + 1 < tokens.count && tokens[index + 1].text == "." ? 2 : 1
        }
        let first = index
        var end = index
        while index < tokens.count, end - first < maximumWords * 2, index - first < 8 {
            let token = tokens[index]
            if token.text == "-", index > first, !token.followsSpace {
                index += 1
                continue
            }
            guard token.kind == .word, !noNames.contains(token.text) else { break }
            let isUpper = scalars[token.range.lowerBound].properties.isUppercase
            let isFirst = index == first
            let isParticle = !isFirst && particles.contains(token.text)
            guard isUpper || isParticle || (isFirst && isSure) || isAllLower(tokens, index, isSure)
            else { break }
            index += 1
            if !isParticle { end = index }
            if index - first >= maximumWords { break }
        }
        guard end > first else { return nil }
        return made(tokens, scalars, first, end)
    }

    /// "my name is tom rivera": without capitals the second word counts when nothing follows.
    private static func isAllLower(_ tokens: [WordToken], _ index: Int, _ isSure: Bool) -> Bool {
        isSure && (index + 1 >= tokens.count || tokens[index + 1].kind == .sign)
    }

    /// "Tom here".
    private static func signed(_ tokens: [WordToken], _ scalars: [Unicode.Scalar]) -> PersonalName?
    {
        for index in tokens.indices.dropFirst() where tokens[index].text == "here" {
            let token = tokens[index - 1]
            let isStart =
                index == 1 || tokens[index - 2].kind == .sign
                || ["hi", "hey", "hello"].contains(tokens[index - 2].text)
            guard isStart, token.kind == .word, !noNames.contains(token.text),
                scalars[token.range.lowerBound].properties.isUppercase
            else { continue }
            return made(tokens, scalars, index - 1, index)
        }
        return nil
    }

    private static func made(
        _ tokens: [WordToken], _ scalars: [Unicode.Scalar], _ first: Int, _ end: Int
    ) -> PersonalName? {
        let range = tokens[first].range.lowerBound..<tokens[end - 1].range.upperBound
        guard range.count <= 80 else { return nil }
        var text = ""
        for token in tokens[first..<end] {
            if token.followsSpace, !text.isEmpty { text += " " }
            text.unicodeScalars.append(contentsOf: scalars[token.range])
        }
        return PersonalName(text: text, range: range)
    }
}
