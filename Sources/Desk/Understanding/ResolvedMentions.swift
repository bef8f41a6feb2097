import Base

/// Which of the names in a text are meant, and which are ruled out.
struct ResolvedMentions<Name: Sendable & Hashable>: Sendable {
    /// Wanted, in reading order, each once.
    let ordered: [Name]
    let best: Name?
    let refused: [Name]
    /// Whether a name was said only to say that it need not be: "it doesn't have to be Ana".
    let isOptional: Bool
    /// Whether exactly two are wanted, with no more than an "and" between them.
    let areJoined: Bool

    init(_ found: [CatalogueMatcher.Named<Name>], in text: String, _ correctedFrom: Int?) {
        let scalars = Array(text.unicodeScalars)
        var wanted: [CatalogueMatcher.Named<Name>] = []
        var refused: [Name] = []
        var isOptional = false
        var doubted: [CatalogueMatcher.Named<Name>] = []
        for named in found {
            let before = PhraseText(before: named.range.lowerBound, in: scalars)
            if Hedging.covers(named.range, scalars) {
                doubted.append(named)
                continue
            }
            switch Negation(before: before.all) {
            case nil: wanted.append(named)
            case .refused: refused.append(named.name)
            case .optional: isOptional = true
            }
        }
        // Where nothing is said for sure, one of those that are doubted is meant.
        if wanted.isEmpty { wanted = doubted }
        if let place = correctedFrom, wanted.contains(where: { $0.range.lowerBound >= place }) {
            wanted.removeAll { $0.range.lowerBound < place }
        }
        areJoined = ResolvedMentions.areJoined(wanted, scalars)
        var ordered: [Name] = []
        for named in wanted where !ordered.contains(named.name) { ordered.append(named.name) }
        self.ordered = ordered
        best = wanted.max { $0.score < $1.score }?.name
        self.refused = refused.filter { !ordered.contains($0) }
        self.isOptional = isOptional
    }

    private static func areJoined(
        _ wanted: [CatalogueMatcher.Named<Name>], _ scalars: [Unicode.Scalar]
    ) -> Bool {
        guard wanted.count == 2, wanted[0].range.upperBound < wanted[1].range.lowerBound else {
            return false
        }
        let between = scalars[wanted[0].range.upperBound..<wanted[1].range.lowerBound]
        let words = PhraseText(String(String.UnicodeScalarView(between))).all
        let joints: Set<String> = ["and", "a", "an", "plus", "then", "also", "my", "some", "the"]
        let isAdded =
            words.contains("and") || words.contains("plus") || between.contains("+")
            || between.contains("&")
        if isAdded, words.allSatisfy(joints.contains) { return true }
        // "A fade for him with Joel and a blow-dry for her."
        let place = words.firstIndex(of: "for")
        let isForSomebody = place.map { place in
            words.dropFirst(place + 1).first.map(Pronouns.own.contains) ?? false
        }
        return words.contains("and") && !words.contains("or") && words.count <= 9
            && isForSomebody ?? false
    }
}

/// "I have no idea if I need a peel or a laser": names that are not asked for.
enum Hedging {
    private static let phrases =
        "no idea|not sure if|not sure whether|not sure which|dont know if|dont know whether|"
        + "dont know which|or what|cant decide"

    private static let reach = 240

    /// Whether the sentence around a name only wonders about it.
    static func covers(_ range: Range<Int>, _ scalars: [Unicode.Scalar]) -> Bool {
        let ends: Set<Unicode.Scalar> = [".", "!", "?", ";", "\n"]
        // A sentence without an end is looked at only near the name: a message can be one, and
        // name dozens.
        let before = scalars[..<range.lowerBound].suffix(reach)
        let after = scalars[range.upperBound...].prefix(reach)
        let start = before.lastIndex(where: ends.contains).map { $0 + 1 } ?? before.startIndex
        let end = after.firstIndex(where: ends.contains) ?? after.endIndex
        return PhraseText(String(String.UnicodeScalarView(scalars[start..<end]))).has(phrases)
    }
}

/// Words for those whom an appointment may be for.
enum Pronouns {
    static let own: Set<String> = [
        "me", "him", "her", "them", "us", "my", "myself", "himself", "herself",
    ]
}

/// What the words before a name do to it.
enum Negation: Sendable {
    case refused, optional

    private static let fillers: Set<String> = [
        "with", "dr", "mr", "mrs", "ms", "doctor", "the", "a", "an", "by", "be", "to", "really",
        "necessarily", "have", "see", "want", "my", "for", "do", "it", "need", "at", "on", "get",
    ]

    init?(before words: [String]) {
        var rest = words.suffix(6)
        while let last = rest.last, Negation.fillers.contains(last) { rest.removeLast() }
        guard let word = rest.last else { return nil }
        let previous = rest.dropLast().last ?? ""
        switch word {
        case "not", "isnt", "dont", "never", "without", "except", "nor", "cant": self = .refused
        case "doesnt", "neednt": self = .optional
        case "of" where previous == "instead": self = .refused
        case "than" where ["rather", "other", "else"].contains(previous): self = .refused
        case "but" where ["anyone", "anybody", "any"].contains(previous): self = .refused
        default: return nil
        }
    }
}

/// Places where somebody takes back what they just said: "Tuesday, no wait, Wednesday".
enum Corrections {
    private static let marks: [[String]] = [
        ["actually"], ["no", "wait"], ["wait", "no"], ["scratch", "that"], ["i", "mean"],
        ["i", "meant"], ["make", "that"], ["or", "rather"], ["correction"], ["sorry", "no"],
        ["no", "sorry"], ["on", "second", "thoughts"], ["on", "second", "thought"],
    ]

    /// The offset, in Unicode scalars, behind the last of them; nil when there is none.
    static func last(in text: String) -> Int? {
        var words: [(text: String, end: Int)] = []
        var word = ""
        for (offset, scalar) in text.lowercased().unicodeScalars.enumerated() {
            if scalar.properties.isAlphabetic || scalar == "'" {
                if scalar != "'" { word.unicodeScalars.append(scalar) }
            } else if !word.isEmpty {
                words.append((word, offset))
                word = ""
            }
            if words.count >= PhraseText.limit { break }
        }
        for index in words.indices.reversed() {
            for mark in marks where index + mark.count <= words.count {
                if mark.indices.allSatisfy({ words[index + $0].text == mark[$0] }) {
                    return words[index + mark.count - 1].end
                }
            }
        }
        return nil
    }
}
