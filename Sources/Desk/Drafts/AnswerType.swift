/// What kind of thing a question wants to hear.
enum AnswerType: Sendable, Hashable {
    case money, duration, time, anything

    init(_ words: PhraseText) {
        if words.has("how much|price*|cost*|fee|fees|charge*|rate|rates|commission") {
            self = .money
        } else if words.has("how long|how soon|how far ahead|how quick*|how many days|last") {
            self = .duration
        } else if words.has("when|what time|opening times|hours|what day") {
            self = .time
        } else {
            self = .anything
        }
    }

    /// Whether a text can be an answer of this kind; nil when any text can.
    func fits(_ text: String) -> Bool? {
        switch self {
        case .money:
            return text.contains(where: { "£$€%".contains($0) })
                || PhraseText(text).has(
                    "free|no charge|costs nothing|no fee|no fees|cent|cents|percent")
        case .duration:
            return PhraseText(text).has(
                "minute|minutes|min|hour|hours|h|day|days|week|weeks|month|months|year|years|"
                    + "tomorrow|once|at once")
        case .time:
            return text.contains(where: \.isNumber)
                || PhraseText(text).has(
                    "day|days|week|weeks|month|months|monday*|tuesday*|wednesday*|thursday*|"
                        + "friday*|saturday*|sunday*|noon|after|until|before")
        case .anything: return nil
        }
    }
}

/// How a question is put, which tells how likely a business has written the answer down.
struct QuestionShape: Sendable, Hashable {
    /// "Do you do perms?", "Is there a pool?": often about what the business does not have.
    let asksForOffer: Bool
    /// "My chair broke": who speaks of a case of their own mostly has something of the business.
    let isOwnCase: Bool

    init(_ words: PhraseText) {
        let first = words.all.first { !QuestionShape.fillers.contains($0) } ?? ""
        let second = words.all.drop { $0 != first }.dropFirst().first ?? ""
        asksForOffer =
            QuestionShape.openers.contains(first) && QuestionShape.addressed.contains(second)
        isOwnCase = words.has("i|im|ive|my|me|we|our")
    }

    private static let fillers: Set = ["hi", "hello", "hey", "and", "also", "so", "ok"]
    private static let openers: Set = ["do", "does", "can", "are", "is", "have", "could", "will"]
    private static let addressed: Set = ["you", "u", "ye", "yall", "yous", "they", "there"]
}
