import Base
import Domain
import Language

/// One service for two people, each at a time of their own: "3:15 for her and 3:45 for him".
struct PairedRequest: Sendable {
    private let reading: ParsedMessage
    private let facts: UnderstandingContext

    init(_ reading: ParsedMessage, _ facts: UnderstandingContext) {
        self.reading = reading
        self.facts = facts
    }

    private static let people =
        "my two|both of|the two of|two of us|two appointments|two bookings|twins"
    private static let lengths: Set<String> = ["a", "an", "half", "one", "two", "about", "the"]

    /// Two wishes that are alike but for their times; nil where the text is not of that kind.
    func wishes(_ wish: BookingRequest) -> [BookingRequest]? {
        let exact = reading.mentions.filter { mention in
            if case .at? = mention.time, !mention.isExcluded { true } else { false }
        }
        if let second = secondPerson {
            var other = wish
            (other.staff, other.isAdditional) = (second, true)
            return [wish, other]
        }
        guard exact.count == 2, exact[0] != exact[1], areAdded(exact[0], exact[1]) else {
            return nil
        }
        guard reading.words.has(PairedRequest.people) || exact.allSatisfy(isForSomebody) else {
            return nil
        }
        return exact.enumerated().map { place, mention in
            var own = RequestedTimes(
                mentions: [mention], correctedFrom: nil, comparison: nil, spoken: .nothing,
                leaving: nil, facts: facts
            ).applied(to: wish)
            own.isAdditional = place > 0
            return own
        }
    }

    /// Whether the text between two mentions adds the second: "or" would make it a choice.
    private func areAdded(_ first: TimeMention, _ second: TimeMention) -> Bool {
        let between = words(first.range.upperBound, second.range.lowerBound)
        return between.contains("and") && !between.contains("or") && between.count <= 8
    }

    /// "10:30 for Beach Lane and 12 for Figtree", "3:15 for her".
    private func isForSomebody(_ mention: TimeMention) -> Bool {
        let after = words(mention.range.upperBound, mention.range.upperBound + 16)
        guard after.first == "for", let whom = after.dropFirst().first else { return false }
        return !PairedRequest.lengths.contains(whom) && !whom.allSatisfy(\.isNumber)
    }

    /// The other of two people who are each wished for: "one with Kaz and one with Lena".
    var secondPerson: StaffMemberID? {
        guard reading.people.count == 2, reading.words.has("one with"),
            reading.words.has("and one with") || reading.words.has(PairedRequest.people)
        else { return nil }
        return reading.people.first { $0 != reading.staff }
    }

    private func words(_ from: Int, _ to: Int) -> [String] {
        let scalars = reading.text.unicodeScalars.dropFirst(from).prefix(max(0, to - from))
        return PhraseText(String(String.UnicodeScalarView(scalars))).all
    }
}

extension RequestedTimes {
    /// The wish with this day and time instead of its own; a day that is not said stays.
    func applied(to wish: BookingRequest) -> BookingRequest {
        var own = wish
        own.day = day ?? wish.day
        own.time = time
        own.dayTimePairs = []
        return own
    }
}
