import Foundation

/// The words of a question that carry its meaning, as stems with a weight each.
struct QuestionWords: Sendable {
    /// Stem → how much it tells, by how seldom customers use it.
    let weights: [String: Double]

    init(_ question: String) {
        var weights: [String: Double] = [:]
        for word in Words(question).all where !QuestionWords.isCommon(word) {
            weights[QuestionWords.stem(word)] = QuestionWords.rarity.weight(of: word)
        }
        self.weights = weights
    }

    /// The share of the question's weight that stands in the words, 0 … 1; 1 for no words at all.
    func coverage(by stems: Set<String>) -> Double {
        let all = weights.values.reduce(0, +)
        guard all > 0 else { return 1 }
        let found = weights.filter { holds(stems, $0.key) }.values.reduce(0, +)
        return found / all
    }

    /// The weightiest word that stands nowhere in the words, against the weightiest of all.
    func heaviestMissing(in stems: Set<String>) -> Double {
        let missing = weights.filter { !holds(stems, $0.key) }.values.max() ?? 0
        return missing / max(weights.values.max() ?? 1, 0.001)
    }

    private func holds(_ stems: Set<String>, _ stem: String) -> Bool {
        if stems.contains(stem) { return true }
        if let kin = QuestionWords.kin[stem], !stems.isDisjoint(with: kin) { return true }
        // "Colour" in "colouring", "notar" in "notarize".
        guard stem.count >= 5 else { return false }
        return stems.contains { $0.hasPrefix(stem) || ($0.count >= 5 && stem.hasPrefix($0)) }
    }

    static func stems(_ text: String) -> Set<String> {
        Set(Words(text).all.map(stem))
    }

    /// Endings off, roughly: enough to find "highlights" in "highlight" and "parking" in "park".
    static func stem(_ word: String) -> String {
        var text = word
        if text.count > 4, text.hasSuffix("ies") {
            text = text.dropLast(3) + "y"
        } else if text.count > 4, text.hasSuffix("es"), !text.hasSuffix("ses") {
            text = String(text.dropLast(2))
        } else if text.count > 3, text.hasSuffix("s"), !text.hasSuffix("ss") {
            text = String(text.dropLast())
        }
        for ending in ["ing", "ed", "ly"] where text.count > ending.count + 3 {
            if text.hasSuffix(ending) {
                text = String(text.dropLast(ending.count))
                break
            }
        }
        if text.count > 3, text.last == "e" { text = String(text.dropLast()) }
        if let last = text.last, text.count > 4, text.dropLast().last == last {
            text = String(text.dropLast())
        }
        return text.replacingOccurrences(of: "our", with: "or")
    }

    static func isCommon(_ word: String) -> Bool { common.contains(word) }

    private static let common: Set<String> = Set(
        """
        a an the and or but if so of to in on at for with from by about as than then that this these
        those there here it its is are was were be been being am do does did done doing have has had
        having can could will would shall should may might must i me my mine we us our you your
        yours u ur ye yall he him his she her they them their one ones some any no not dont doesnt
        didnt cant wont isnt arent im ive id ill youre whats hows wheres whos what which who whom
        whose when where why how please pls thanks thank hi hello hey ok okay just really very too
        also only even still yet already much many more most lot get got gets getting go going
        goes make made let want need know tell like thing things anyone anybody someone somebody
        anything something everything way up out off over under again back way time kind sort
        does long often soon because while during before after until into onto per via yes yeah
        guys well now today long ok possible
        """.split(whereSeparator: \.isWhitespace).map(String.init))

    /// Words that customers use for what documents call by another name; both ways.
    private static let kin: [String: Set<String>] = {
        let groups = [
            "price cost fee charg rat pric pay", "cheap discount les off", "dog pet terrier animal",
            "cat pet animal", "car park parking garag", "kid child children son daughter lad boy",
            "baby child", "mom mother parent", "cancel cancellation notic", "lat late",
            "refund return money", "deposit retainer", "pregnant pregnancy", "breastfe breast",
            "doctor dr dentist", "lawyer attorney", "flat apartment apt hom property hous",
            "landlord owner", "bond deposit", "wash shampo", "cut trim haircut", "fringe bang",
            "dye color tint", "tox botox", "lip filler", "numb numbing", "gas sedation nitrous",
            "tooth teeth", "clean cleaning polish hygien", "subway train station", "card credit",
            "cash card cheque check", "weekend saturday sunday", "zoom video phon remot",
            "english spanish portuguese french mandarin languag speak", "open opening hour clos",
            "show arriv miss missed", "mate friend refer", "hous hom property",
            "alon accompani parent guardian", "insurance insurer insur", "phon telephon call ring",
        ]
        var kin: [String: Set<String>] = [:]
        for group in groups {
            let words = Set(group.split(separator: " ").map { stem(String($0)) })
            for word in words { kin[word, default: []].formUnion(words) }
        }
        return kin
    }()

    /// How seldom customers use a word, learned from the labelled utterances.
    private static let rarity = WordRarity()
}

/// Weights of words by inverse frequency in the labelled utterances.
private struct WordRarity: Sendable {
    private let counts: [String: Int]
    private let all: Int

    init() {
        // Without the utterances every word counts the same; understanding reports their absence.
        let utterances = (try? LabelledUtterances.all()) ?? []
        var counts: [String: Int] = [:]
        for utterance in utterances {
            for stem in QuestionWords.stems(utterance.text) { counts[stem, default: 0] += 1 }
        }
        self.counts = counts
        all = max(utterances.count, 1)
    }

    func weight(of word: String) -> Double {
        let count = counts[QuestionWords.stem(word)] ?? 0
        return log(Double(all + 1) / Double(count + 1)) / log(Double(all + 1))
    }
}
