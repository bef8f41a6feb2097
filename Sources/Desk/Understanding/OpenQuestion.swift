import Base
import Domain
import Language

/// What the last reply asked, and how a text answers it.
struct OpenQuestion: Sendable {
    enum Reply: Sendable, Equatable {
        case yes, no
        /// Not yet, or a yes with a condition.
        case unsure
        /// 1 is the first of what was offered.
        case position(Int)
        case any
        /// None of what was offered, and nothing else was said.
        case noneOfThem
    }

    private let facts: UnderstandingContext
    private let offers: [Offer]

    init(_ facts: UnderstandingContext) {
        self.facts = facts
        let zone = facts.catalogue.zone
        func offer(_ slot: Slot, _ label: String) -> Offer {
            let local = zone.local(slot.start)
            return Offer(label: label, day: local.date, time: local.time)
        }
        switch facts.state {
        case .collecting, .rescheduleCollecting:
            if case .rescheduleCollecting(let moving) = facts.state,
                case .oneOf(let several) = moving.target
            {
                offers = OpenQuestion.offers(several, facts, offer)
            } else {
                offers = facts.state.offered.map { slot in
                    offer(slot, facts.catalogue.member(slot.staff)?.name ?? "")
                }
            }
        case .cancelConfirm(let cancelling):
            if case .oneOf(let several) = cancelling.target {
                offers = OpenQuestion.offers(several, facts, offer)
            } else {
                offers = []
            }
        case .idle, .confirming, .paymentPending, .rescheduleConfirm:
            offers = []
        }
    }

    private static func offers(
        _ bookings: [Booking], _ facts: UnderstandingContext, _ offer: (Slot, String) -> Offer
    ) -> [Offer] {
        bookings.map { offer($0.slot, facts.catalogue.service($0.slot.service)?.name ?? "") }
    }

    /// Whether the last reply asked which of several appointments is meant.
    var offersAppointments: Bool { facts.state.asked?.question == .which }

    func answer(to text: String, _ reading: ParsedMessage) -> Reply? {
        if !offers.isEmpty, let choice = choice(text) { return choice }
        guard facts.state.asked != nil else { return nil }
        switch Answers.consent(withoutTheAskedVerb(text)) {
        case .yes: return .yes
        case .no: return .no
        case .unsure: return .unsure
        case nil: return nil
        }
    }

    private func choice(_ text: String) -> Reply? {
        let found = Answers.choice(
            text, among: offers,
            reference: TimeReference(date: facts.now.date, time: facts.now.time),
            options: CatalogueMatcher.timeOptions(facts.catalogue))
        switch found {
        case .one(let index): return .position(index + 1)
        case .any: return .any
        case .none?: return .noneOfThem
        case .several, nil: return nil
        }
    }

    /// "Yes cancel it" is no half yes when cancelling was the question.
    private func withoutTheAskedVerb(_ text: String) -> String {
        let verbs: Set<String> =
            switch facts.state {
            case .cancelConfirm: ["cancel"]
            case .rescheduleConfirm: ["move", "change", "reschedule", "switch"]
            case .idle, .collecting, .confirming, .paymentPending, .rescheduleCollecting: []
            }
        guard !verbs.isEmpty else { return text }
        return text.split(separator: " ").filter { word in
            !verbs.contains(word.lowercased().trimmingPunctuation)
        }.joined(separator: " ")
    }
}

extension String {
    var trimmingPunctuation: String { filter { $0.isLetter || $0.isNumber } }
}
