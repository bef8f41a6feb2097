/// What a text says shall not happen: "please don't cancel" speaks of cancelling and asks for nothing.
extension PhraseText {
    /// Whether one of the phrases stands in the text and is wished for.
    func asks(for phrases: String) -> Bool {
        places(of: phrases).contains { !isRefused(at: $0) }
    }

    /// Whether the phrases stand in the text only as what is not wished for.
    func refuses(_ phrases: String) -> Bool {
        let places = places(of: phrases)
        return !places.isEmpty && places.allSatisfy(isRefused)
    }

    private func places(of phrases: String) -> [Int] {
        phrases.split(separator: "|").flatMap { phrase in
            let wanted = phrase.split(separator: " ")
            return all.indices.filter { start in
                all[start...].prefix(wanted.count).elementsEqual(wanted) { $0 == $1 }
            }
        }
    }

    /// Whether "not", or what stands for it, belongs to the word at this place.
    ///
    /// Between the two may stand only what leads from one to the other: "not going to cancel", "I don't
    /// want you to cancel". "I don't want it, cancel it" has a clause of its own in between.
    private func isRefused(at place: Int) -> Bool {
        var index = place
        var leads = false
        while index > 0, !clauseStarts.contains(index), place - index < PhraseText.reach {
            index -= 1
            let word = all[index]
            if PhraseText.negations.contains(word) {
                return index == 0 || !isRhetorical(before: index)
            }
            if word == "no" {
                return PhraseText.wishNouns.contains(all[index + 1]) && index + 1 < place
            }
            if PhraseText.adverbs.contains(word) { continue }
            if PhraseText.links.contains(word) {
                leads = true
            } else if !leads || !PhraseText.wishVerbs.union(PhraseText.wishNouns).contains(word) {
                return false
            }
        }
        return false
    }

    /// "Why not cancel it", "if not cancel it".
    private func isRhetorical(before index: Int) -> Bool {
        !clauseStarts.contains(index) && ["why", "if", "or"].contains(all[index - 1])
    }

    /// Words that are looked at before the one that may be refused.
    private static let reach = 8
    private static let negations: Set = [
        "not", "dont", "never", "didnt", "doesnt", "wont", "wouldnt", "shouldnt", "isnt", "arent",
        "wasnt", "werent", "havent", "hasnt", "aint", "without", "nobody", "dnt",
    ]
    private static let adverbs: Set = [
        "just", "really", "actually", "ever", "even", "yet", "at", "all", "now", "planning",
        "please",
    ]
    private static let links: Set = [
        "to", "of", "on", "about", "be", "being", "been", "you", "u", "anyone", "anybody", "go",
        "going", "gonna", "have", "having", "that", "my", "the", "this", "any",
    ]
    private static let wishVerbs: Set = [
        "want", "wanting", "wanted", "wish", "wishing", "need", "needing", "plan", "trying", "try",
        "looking", "asking", "asked", "ask", "intend", "intending", "mean", "meaning", "meant",
        "like", "think", "thinking", "said", "say", "saying", "supposed", "rather", "do",
    ]
    private static let wishNouns: Set = [
        "need", "reason", "intention", "plan", "plans", "wish", "desire",
    ]
}
