/// A place in a text that names one of the known things, the likeliest first.
package struct NameMention: Hashable, Sendable {
    package struct Candidate: Hashable, Sendable {
        /// The place in the list given to the matcher.
        package let index: Int
        /// 0 … 1; 1 is every word of the name, spelled right.
        package let score: Double
    }

    /// Offsets in the text's Unicode scalars.
    package let range: Range<Int>
    /// Never empty; more than one when two are too close to choose.
    package let candidates: [Candidate]

    package var isAmbiguous: Bool { candidates.count > 1 }
    package var score: Double { candidates.first?.score ?? 0 }
}

/// Finds names of services and staff in free text, forgiving plurals, spelling and slips.
///
/// Words count by how few names share them: in "colour refresh" it is "refresh" that tells.
package struct NameMatcher: Sendable {
    static let maximumNames = 2_000
    static let maximumNameWords = 8
    /// Words of a text that are looked at.
    static let maximumTextWords = 3_000
    /// Two names closer than this cannot be told apart.
    static let closeness = 0.12
    static let smallestScore = 0.24
    /// Nobody asks for more in one message.
    static let maximumMentions = 64

    private struct Name {
        let index: Int
        let stems: [String]
        let weight: Double
    }

    private let names: [Name]
    private let weights: [String: Double]
    /// Stems by first letter, so that a slip is only looked for where one may be.
    private let stemsByInitial: [Unicode.Scalar: [(stem: String, scalars: [Unicode.Scalar])]]

    /// Takes for each thing its name and its other names.
    package init(_ things: [[String]]) {
        var listed: [(Int, [String])] = []
        for (index, aliases) in things.enumerated() {
            for alias in aliases where listed.count < NameMatcher.maximumNames {
                let stems = Array(NameMatcher.stems(alias).prefix(NameMatcher.maximumNameWords))
                guard !stems.isEmpty else { continue }
                listed.append((index, stems))
                if stems.count == 2 { listed.append((index, [stems[0] + stems[1]])) }
            }
        }
        var owners: [String: Set<Int>] = [:]
        for (index, stems) in listed {
            for stem in stems { owners[stem, default: []].insert(index) }
        }
        let weights = owners.mapValues { 1 / Double($0.count).squareRoot() }
        self.weights = weights
        names = listed.map { index, stems in
            Name(index: index, stems: stems, weight: stems.reduce(0) { $0 + (weights[$1] ?? 1) })
        }
        var byInitial: [Unicode.Scalar: [(stem: String, scalars: [Unicode.Scalar])]] = [:]
        for stem in owners.keys.sorted() {
            guard let initial = stem.unicodeScalars.first else { continue }
            byInitial[initial, default: []].append((stem, Array(stem.unicodeScalars)))
        }
        stemsByInitial = byInitial
    }

    /// All mentions in reading order. O(words × names), both bounded.
    package func mentions(in text: String) -> [NameMention] {
        let tokens = Array(WordTokenizer.tokens(of: text).prefix(NameMatcher.maximumTextWords))
            .filter { $0.kind != .sign }
        let seen = hits(tokens)
        let found = names.compactMap { spans(of: $0, tokens, seen) }.flatMap { $0 }
        return grouped(found)
    }

    // MARK: Words

    private struct Hit {
        let first: Int
        let last: Int
        let similarity: Double
    }

    /// For each stem of a name, where it stands in the text.
    private func hits(_ tokens: [WordToken]) -> [String: [Hit]] {
        var hits: [String: [Hit]] = [:]
        var known: [String: [(stem: String, similarity: Double)]] = [:]
        for place in tokens.indices {
            let own = NameMatcher.stem(tokens[place].text)
            var forms = [(own, place)]
            if place + 1 < tokens.count {
                forms.append(
                    (NameMatcher.stem(tokens[place].text + tokens[place + 1].text), place + 1))
            }
            for (form, last) in forms {
                let isStop = last == place && NameMatcher.stopWords.contains(tokens[place].text)
                guard !isStop, form.count >= 2 || weights[form] != nil else { continue }
                let similar = known[form] ?? similar(form, isExactOnly: last > place)
                known[form] = similar
                for (stem, similarity) in similar {
                    hits[stem, default: []].append(
                        Hit(first: place, last: last, similarity: similarity))
                }
            }
        }
        return hits
    }

    private func similar(
        _ form: String, isExactOnly: Bool
    ) -> [(stem: String, similarity: Double)] {
        let scalars = Array(form.unicodeScalars)
        if weights[form] != nil {
            let longer = isExactOnly ? [] : longerStems(form, scalars)
            return [(form, 1)] + longer.map { ($0, NameMatcher.shortened) }
        }
        guard !isExactOnly, scalars.count >= 4, scalars.count <= WordTokenizer.longestWord,
            !NameMatcher.plainWords.contains(form),
            let initial = scalars.first, let candidates = stemsByInitial[initial]
        else { return [] }
        let longer = longerStems(form, scalars)
        let limit = scalars.count >= 8 ? 2 : 1
        return candidates.compactMap { candidate in
            if longer.contains(candidate.stem) { return (candidate.stem, NameMatcher.shortened) }
            guard candidate.scalars.count >= 4,
                let distance = EditDistance.between(scalars, candidate.scalars, limit: limit)
            else { return nil }
            return (candidate.stem, 1 - Double(distance) / Double(max(scalars.count, 5)))
        }
    }

    /// "Rent" is short for "rental", as "manicure" is not for "man".
    private func longerStems(_ form: String, _ scalars: [Unicode.Scalar]) -> [String] {
        guard scalars.count >= 4, let initial = scalars.first else { return [] }
        return (stemsByInitial[initial] ?? []).filter { candidate in
            (2...3).contains(candidate.scalars.count - scalars.count)
                && candidate.stem.hasPrefix(form)
        }.map(\.stem)
    }

    /// How much a word counts that is only the beginning of another.
    static let shortened = 0.8

    /// Ordinary words that one slip would turn into a name: "leave" is no "lease".
    private static let plainWords: Set<String> = Set(
        [
            "leave", "later", "first", "three", "where", "there", "would", "could", "might",
            "right", "light", "night", "sorry", "thanks", "great", "other", "after", "never",
            "please", "today", "still", "again", "about", "maybe", "early", "should", "which",
            "while", "those", "these", "their", "much", "them", "then", "than", "make", "take",
            "like", "what", "when", "want", "need", "come", "time", "well", "good", "fine", "sure",
            "okay", "just", "only", "also", "been", "here", "more", "some", "soon", "late", "next",
            "last", "week", "hour", "half", "past", "keep", "know", "help", "back", "talk", "cost",
            "does", "done", "dont", "cant", "wont", "were", "from", "into", "over", "near", "name",
            "mine", "because", "really", "actually", "before", "move", "push", "book", "mean",
            "said", "another", "instead", "morning", "evening", "anyone", "anything", "something",
            "perfect", "lovely", "wait", "hold", "same", "very", "everything", "tell", "think",
        ].map(stem))

    /// Everybody's words for coming to look at something.
    private static let sameWords = [
        "see": "view", "look": "view", "viewing": "view", "inspect": "inspection",
        "inspecting": "inspection",
        "valued": "valuation", "valuing": "valuation", "appraised": "appraisal",
    ]

    private static let stopWords: Set<String> = [
        "the", "a", "an", "and", "or", "with", "for", "of", "to", "in", "on", "at", "my", "your",
        "me", "i", "is", "it", "please", "service", "appointment", "appt", "do", "you", "can",
        "dr", "mr", "mrs", "ms", "miss", "doctor", "we", "our", "that", "this", "not", "have",
    ]

    static func stems(_ name: String) -> [String] {
        WordTokenizer.tokens(of: name)
            .filter { $0.kind != .sign && !stopWords.contains($0.text) }
            .map { stem($0.text) }
    }

    /// Plural off, American spelling, no doubled letters: "colours" → "color", "Anna" → "ana".
    static func stem(_ word: String) -> String {
        if let same = sameWords[word] { return same }
        var text = word
        if text.count > 4, text.hasSuffix("ies") {
            text = text.dropLast(3) + "y"
        } else if text.count > 4, ["shes", "ches", "xes", "sses"].contains(where: text.hasSuffix) {
            text = String(text.dropLast(2))
        } else if text.count > 3, text.hasSuffix("s"), !text.hasSuffix("ss"), !text.hasSuffix("us")
        {
            text = String(text.dropLast())
        }
        for ending in ["ing", "ed"] where text.count > ending.count + 4 && text.hasSuffix(ending) {
            text = String(text.dropLast(ending.count))
            break
        }
        var result = ""
        var last: Character?
        for character in text where character != last {
            result.append(character)
            last = character
        }
        if result.count > 4, let range = result.firstRange(of: "our") {
            result.replaceSubrange(range, with: "or")
        }
        return result.count > 3 && result.hasSuffix("e") ? String(result.dropLast()) : result
    }
}

extension NameMatcher {
    private struct Span {
        let index: Int
        let score: Double
        let words: Int
        let range: Range<Int>
    }

    /// Stretches of the text where words of this name stand together.
    private func spans(of name: Name, _ tokens: [WordToken], _ seen: [String: [Hit]]) -> [Span] {
        var hits: [(hit: Hit, stem: String)] = []
        for stem in Set(name.stems) { hits += (seen[stem] ?? []).map { ($0, stem) } }
        guard !hits.isEmpty else { return [] }
        hits.sort { ($0.hit.first, $0.stem) < ($1.hit.first, $1.stem) }
        var spans: [Span] = []
        var cluster: [String: Double] = [:]
        var (first, last) = (0, -1)
        func close() {
            guard !cluster.isEmpty else { return }
            let weight = cluster.reduce(0) { $0 + (weights[$1.key] ?? 1) * $1.value }
            let score = weight / name.weight
            if score >= NameMatcher.smallestScore {
                let range = tokens[first].range.lowerBound..<tokens[last].range.upperBound
                spans.append(
                    Span(index: name.index, score: score, words: cluster.count, range: range))
            }
            cluster = [:]
        }
        for (hit, stem) in hits {
            if cluster.isEmpty || hit.first > last + 3 || cluster[stem] != nil {
                close()
                (first, last) = (hit.first, hit.last)
            }
            cluster[stem] = hit.similarity
            last = max(last, hit.last)
        }
        close()
        return spans
    }

    /// One mention for each stretch: the best name, and those too close to tell apart.
    private func grouped(_ spans: [Span]) -> [NameMention] {
        let ranked = spans.sorted {
            let (left, right) = (rank($0), rank($1))
            return left == right ? $0.index < $1.index : left > right
        }
        var mentions: [(range: Range<Int>, candidates: [NameMention.Candidate], rank: Double)] = []
        for span in ranked {
            if let at = mentions.firstIndex(where: { $0.range.overlaps(span.range) }) {
                let isKnown = mentions[at].candidates.contains { $0.index == span.index }
                if !isKnown, mentions[at].rank - rank(span) <= NameMatcher.closeness {
                    mentions[at].candidates.append(.init(index: span.index, score: span.score))
                }
            } else if mentions.count < NameMatcher.maximumMentions {
                let candidate = NameMention.Candidate(index: span.index, score: min(span.score, 1))
                mentions.append((span.range, [candidate], rank(span)))
            }
        }
        return mentions.sorted { $0.range.lowerBound < $1.range.lowerBound }
            .map { NameMention(range: $0.range, candidates: $0.candidates) }
    }

    /// More words seen count for more than a short name seen whole.
    private func rank(_ span: Span) -> Double { span.score + 0.25 * Double(span.words) }
}
