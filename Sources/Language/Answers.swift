/// What somebody said to a yes-or-no question.
package enum Consent: String, Hashable, Sendable {
    case yes, no
    /// Spoken to, but neither: "maybe", or a yes with a condition ("yes but later").
    case unsure
}

/// Reads short answers to what was asked.
package enum Answers {
    /// Only this many words decide; what comes later is talk.
    static let maximumWords = 60

    /// Yes, no or unsure; nil when the text does not answer.
    ///
    /// A yes that asks for a change is `unsure`: a booking must not rest on half a yes. O(n).
    package static func consent(_ text: String) -> Consent? {
        let tokens = WordTokenizer.tokens(of: text)
        let words = Answers.words(tokens.prefix(maximumWords))
        let isQuestion = tokens.contains { $0.text == "?" }
        let signs = Set(tokens.prefix(maximumWords).filter { $0.kind == .sign }.map(\.text))
        if words.isEmpty { return consent(ofSigns: signs) }
        let reader = PhraseReader(words: words)
        if reader.contains(unsurePhrases) { return .unsure }
        if reader.contains(hiddenYes) { return reader.contains(changes) ? .unsure : .yes }
        let start = reader.skippingFillers()
        if reader.begins(noPhrases, at: start) {
            return reader.begins(softNo, at: start) ? .yes : .no
        }
        if reader.begins(strongYes, at: start) {
            return isChanging(reader) || reader.contains(refusals) ? .unsure : .yes
        }
        if reader.contains(refusals) { return .no }
        guard !isQuestion, words.count <= 14 else { return nil }
        let endsInYes = words.count <= 6 && reader.begins(plainYes, at: words.count - 1)
        if reader.begins(weakYes, at: start) || reader.contains(anywhereYes) || endsInYes {
            return isChanging(reader) ? nil : .yes
        }
        return nil
    }

    /// The words without signs; "that's" is one word, as it is without its apostrophe.
    private static func words(_ tokens: ArraySlice<WordToken>) -> [String] {
        var words: [String] = []
        for token in tokens {
            if token.text == "'s", let last = words.last {
                words[words.count - 1] = last + "s"
            } else if token.kind != .sign {
                words.append(token.text)
            }
        }
        return words
    }

    private static func consent(ofSigns signs: Set<String>) -> Consent? {
        if !signs.isDisjoint(with: ["👍", "✅", "👌", "💯", "✔", "🙏"]) { return .yes }
        if !signs.isDisjoint(with: ["👎", "❌", "🚫"]) { return .no }
        return signs.isDisjoint(with: ["🤷", "🤔"]) ? nil : .unsure
    }

    private static func isChanging(_ reader: PhraseReader) -> Bool {
        reader.contains(changes) || reader.contains([["not"]])
    }

    private static func phrases(_ text: String) -> [[String]] {
        text.split(separator: "|").map { $0.split(separator: " ").map(String.init) }
    }

    private static let changes = phrases(
        """
        but|actually|instead|except|unless|rather|change|move|cancel|make it|switch|only if
        """)
    private static let unsurePhrases = phrases(
        """
        not sure|not certain|maybe|dont know|do not know|dunno|idk|let me check|let me think|\
        let me see|possibly|unsure|perhaps|depends|ill think|i will think|need to check|\
        have to check|get back to you|not yet|hmm|cant decide|thinking about it|might be|\
        ask my wife|ask my husband|ask my boss|might|hold on|hang on|one sec|one second|one moment|\
        just a sec|just a moment|just a minute|give me a minute|give me a sec|bear with me|\
        check with|let me ask|need to ask|have to ask|think about it|think it over|sleep on it
        """)
    private static let hiddenYes = phrases(
        """
        no problem|no worries|why not|not a problem|cant wait|no doubt|no objection|no objections|\
        no changes|no change needed
        """)
    private static let noPhrases = phrases(
        """
        no|nope|nah|naw|not really|not for me|negative|n|never|never mind|nevermind|nvm|dont|\
        do not|none|neither|id rather not|i would rather not|rather not|not that|not this|nay|\
        not good|not ok|not okay|cant|wont|cannot|no thanks|forget it|stop|incorrect|wrong
        """)
    private static let softNo = phrases("no thats fine|no thats perfect|no thats great|no its fine")
    private static let strongYes = phrases(
        """
        yes|yep|yeah|yea|ya|yah|yup|yess|yesss|y|aye|sure|absolutely|definitely|affirmative|\
        certainly|of course|si|oui|ja|please do|go ahead|go for it|confirm|confirmed|i confirm|\
        book it|book me|correct|agreed|deal|do it|lets do it|lets do|lets go|by all means|\
        i accept|accepted|yas|ye|uh huh|mhm|lock it in|proceed|pls do|reserve it|indeed|exactly
        """)
    private static let plainYes = phrases("yes|yep|yeah|yup|yes please")
    private static let weakYes = phrases(
        """
        grand|thats grand|sound|sweet|champion|ace|smashing|fab|fabulous|amazing|fantastic|legend|\
        beauty|righto|rightio|too easy|spot on|bang on|happy days|all good|sorted|done|go on|go on then|\
        thats great|thats lovely|thats ideal|thats ok|thats okay|thatll be fine|be great|\
        ok|okay|k|kk|okey|okie|fine|good|great|perfect|right|thats right|that is right|cool|\
        alright|all right|works|lovely|brilliant|awesome|excellent|please|thats it|wonderful|\
        super|happy with|thats correct|thats fine|thats good|thats perfect|ideal|that one|thats the one
        """)
    private static let anywhereYes = phrases(
        """
        sounds good|sounds great|sounds perfect|sounds fine|sounds ok|sounds lovely|works for me|\
        that works|that will work|thatll work|thatll do|that will do|suits me|im happy with|\
        good for me|fine by me|fine with me|im in|ill be there|ill take it|i will take it|\
        well take it|looks good|looks right|book it|go ahead|lock it in|lock that in|please confirm|please book|\
        good to go|is perfect|is great|is good|is fine|works great|works well|works|suits
        """)
    private static let refusals = phrases(
        """
        doesnt work|does not work|wont work|will not work|cant make|cannot make|cant do|\
        cannot do|no good|not good|too late|too early|too expensive|too far|isnt good|\
        doesnt suit|not possible|wont be able|not able|dont want|do not want|changed my mind|\
        not interested|isnt right|not right|not correct|no longer|not going to|rather not|\
        dont book|do not book|isnt correct|is wrong|not happy|doesnt fit|not work
        """)
}

/// Finds phrases among words. O(words × phrases) with short phrases.
struct PhraseReader {
    let words: [String]

    private static let fillers: Set<String> = [
        "um", "uh", "er", "oh", "ah", "well", "so", "and", "hi", "hello", "hey", "thanks", "thank",
        "you", "lol", "haha", "sorry", "ahh", "ooh", "mm", "i", "think",
    ]

    func skippingFillers() -> Int {
        var index = 0
        while index < min(words.count - 1, 4), PhraseReader.fillers.contains(words[index]) {
            index += 1
        }
        return index
    }

    func begins(_ phrases: [[String]], at index: Int) -> Bool {
        phrases.contains { matches($0, at: index) }
    }

    func contains(_ phrases: [[String]]) -> Bool {
        words.indices.contains { index in phrases.contains { matches($0, at: index) } }
    }

    private func matches(_ phrase: [String], at index: Int) -> Bool {
        guard index + phrase.count <= words.count else { return false }
        return phrase.indices.allSatisfy { words[index + $0] == phrase[$0] }
    }
}
