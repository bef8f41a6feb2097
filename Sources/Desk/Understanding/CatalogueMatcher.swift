import Base
import Domain
import Language

/// The names of a catalogue, ready to be looked for.
struct CatalogueMatcher: Sendable {
    private let services: NameMatcher
    private let serviceIDs: [ServiceID]
    private let people: NameMatcher
    private let peopleIDs: [StaffMemberID]
    private let children: ChildVariants
    private let commonNames: Set<String>
    private let wholeNames: Set<String>
    let timeOptions: TimeOptions

    init(_ catalogue: Catalogue) {
        services = NameMatcher(catalogue.services.map { [$0.name] + $0.aliases })
        serviceIDs = catalogue.services.map(\.id)
        children = ChildVariants(catalogue.services)
        people = NameMatcher(catalogue.staff.map { CatalogueMatcher.names(of: $0) })
        peopleIDs = catalogue.staff.map(\.id)
        commonNames = CatalogueMatcher.wordsThatAreNames
        wholeNames = Set(
            catalogue.services.flatMap { [$0.name] + $0.aliases }
                .map { PhraseText($0).all.joined(separator: " ") })
        timeOptions = CatalogueMatcher.timeOptions(catalogue)
    }

    /// How this business writes dates, and its usual day.
    static func timeOptions(_ catalogue: Catalogue) -> TimeOptions {
        var options = TimeOptions()
        let periods = catalogue.hours.periods.values.flatMap { $0 }
        if let opens = periods.map(\.open).min(), let closes = periods.map(\.close).max() {
            options.opens = opens
            options.closes = closes
        }
        options.dateOrder = catalogue.locale.dateOrder == .monthFirst ? .monthFirst : .dayFirst
        return options
    }

    private static let titles: Set<String> = ["dr", "mr", "mrs", "ms", "miss", "prof", "rn", "md"]
    /// First names that are also words; these need "with" before them or a capital.
    private static let wordsThatAreNames: Set<String> = [
        "may", "will", "mark", "grace", "jo", "jim", "art", "april", "june", "rose", "hope", "bill",
        "sky", "summer", "dawn", "faith", "rob", "sue", "pat", "jack", "penny", "ray", "rich",
    ]

    private static func names(of person: StaffMember) -> [String] {
        let parts = person.name.split(whereSeparator: { $0 == " " || $0 == "," || $0 == "." })
            .map(String.init).filter { !titles.contains($0.lowercased()) }
        let whole = parts.joined(separator: " ")
        return Array(Set([person.name, whole] + parts + person.aliases)).sorted()
    }

    /// A service or person that a text names, and where.
    struct Named<Name: Sendable & Hashable>: Sendable {
        let name: Name
        /// Offsets in the text's Unicode scalars.
        let range: Range<Int>
        let score: Double
    }

    /// The services that are named without doubt, in reading order.
    func services(in text: String, _ words: PhraseText) -> [Named<ServiceID>] {
        services.mentions(in: text)
            .filter { !$0.isAmbiguous && !isVerb($0, text, words) }
            .map {
                Named(
                    name: children.meant(serviceIDs[$0.candidates[0].index], by: words),
                    range: $0.range, score: $0.score)
            }
    }

    /// The service, or the children's in its place.
    func meant(_ service: ServiceID, by words: PhraseText) -> ServiceID {
        children.meant(service, by: words)
    }

    /// The one service that stands out; nil when none is named.
    func service(in text: String, _ words: PhraseText) -> ServiceID? {
        services(in: text, words).max { $0.score < $1.score }?.name
    }

    /// The people who are named without doubt, in reading order.
    func staff(in text: String, _ words: PhraseText) -> [Named<StaffMemberID>] {
        let scalars = Array(text.unicodeScalars)
        return people.mentions(in: text).filter { mention in
            guard !mention.isAmbiguous else { return false }
            let said = String(String.UnicodeScalarView(scalars[mention.range]))
            guard commonNames.contains(said.lowercased()) else { return true }
            let isCapital = scalars[mention.range.lowerBound].properties.isUppercase
            let follows = PhraseText(before: mention.range.lowerBound, in: scalars).all.last ?? ""
            return words.has("with \(said.lowercased())")
                || (isCapital && mention.range.lowerBound > 0)
                || ["am", "pm"].contains(follows) || follows.first?.isNumber == true
        }.map {
            Named(name: peopleIDs[$0.candidates[0].index], range: $0.range, score: $0.score)
        }
    }

    /// "Will you" and "the first one" name no service, though services have such words.
    private func isVerb(_ mention: NameMention, _ text: String, _ words: PhraseText) -> Bool {
        let scalars = Array(text.unicodeScalars)
        let said = PhraseText(String(String.UnicodeScalarView(scalars[mention.range])))
        if said.all == ["will"] {
            return !words.has(
                "a will|my will|will appointment|the will|will meeting|will and estate")
        }
        let phrase = said.all.joined(separator: " ")
        guard said.all.allSatisfy(CatalogueMatcher.plainWords.contains),
            !wholeNames.contains(phrase)
        else { return false }
        // "See flat" has every word of "view a flat": that is no accident.
        return said.count < 2 || mention.score < CatalogueMatcher.wholeScore
    }

    /// Every word of a name, spelled right.
    private static let wholeScore = 0.99

    /// Words that stand in names of services but name none by themselves.
    private static let plainWords: Set<String> = [
        "make", "first", "one", "sign", "meet", "see", "pick", "up", "view", "look", "new", "free",
        "call", "what", "is", "my", "list", "sell", "get", "visit", "day", "appointment", "meeting",
        "time", "check", "about", "worth", "house", "home", "flat", "skin", "second", "head",
        "half", "dry", "top", "and", "with", "long", "short", "test", "full", "kids", "child",
        "dentist", "lawyer", "doctor", "problem", "document", "phone", "patient", "initial",
        "urgent", "removal", "remove", "manage", "review", "selling", "private", "market", "finish",
    ]
}
