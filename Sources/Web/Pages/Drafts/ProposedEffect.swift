import Domain

/// An effect in words taken apart for showing: "books Colour refresh, Tue 24 Nov 15:30 with Ana".
///
/// The sentence is ours (`BookingWording.summary`); whatever does not fit is shown as it stands.
struct ProposedEffect: Sendable, Hashable {
    /// "Books", "Moves", "Cancels", "Holds".
    let verb: String
    let service: String
    /// "Tue 24 Nov 15:30 with Ana".
    let when: String
    /// "NOV" and "24".
    let month: String
    let day: String

    init?(_ words: String) {
        let verbs = ["books", "holds", "cancels", "moves"]
        guard let verb = verbs.first(where: { words.hasPrefix($0 + " ") }) else { return nil }
        let rest = words.dropFirst(verb.count + 1)
        let separator = verb == "moves" ? " from " : ", "
        guard let cut = rest.firstRange(of: separator) else { return nil }
        let service = rest[..<cut.lowerBound]
        let whole = rest[cut.upperBound...]
        let target = whole.firstRange(of: " to ").map { whole[$0.upperBound...] } ?? whole
        let parts = target.split(separator: " ")
        guard parts.count >= 3, let day = Int(parts[1]), (1...31).contains(day) else { return nil }
        self.verb = verb.capitalisedFirst
        self.service = String(service)
        self.when = String(whole)
        self.month = parts[2].uppercased()
        self.day = String(day)
    }

    var title: String {
        switch verb {
        case "Books": "Booking"
        case "Holds": "Holds a time"
        case "Cancels": "Cancellation"
        default: "Move"
        }
    }
}
