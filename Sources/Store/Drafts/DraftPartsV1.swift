import Base
import Domain

// Version 1 of what drafts store: the types of release 0.1.0 as they were, whose cases and labels
// are the spelling. They are only read, and never changed.

struct DraftBasisV1: Decodable {
    var lastInbound: Int
    var session: Int
    var outcome: String
    var times: [Instant]
    var identities: [StoredBookingIdentity]?
    /// Drafts from before it was kept lack it, and have `spoken`.
    var effects: [BookingEffectV1]?
    var today: LocalDate?
    var handOff: String?
    var spoken: [String]?

    func value() throws -> DraftBasis {
        var basis = DraftBasis(
            lastInboundNumber: try StoredMember.bounded(
                "last_inbound", lastInbound, in: StoredMember.counter),
            sessionVersion: try StoredMember.bounded(
                "session", session, in: StoredMember.counter),
            expectedState: try StoredMember.named("outcome", outcome), commandTimes: times,
            identities: (identities ?? []).map(\.value),
            effects: try (effects ?? []).map { try $0.value() },
            today: today ?? LocalDate(dayNumber: 0))
        basis.handOff = try handOff.map { try StoredMember.named("hand_off", $0) }
        if effects == nil { basis.effects = nil }
        if today == nil { basis.today = nil }
        basis.renderedPrompts = spoken ?? []
        return basis
    }
}

enum BookingEffectV1: Decodable {
    case say(BookingPromptV1)
    case hold(StoredBooking)
    case release(BookingID)
    case confirm(StoredBooking)
    case requestPayment(StoredBooking)
    case cancel(StoredBooking)
    case move(StoredBooking, to: StoredSlot)
    case handOff

    func value() throws -> BookingEffect {
        switch self {
        case .say(let prompt): .say(try prompt.value())
        case .hold(let booking): .hold(try booking.value())
        case .release(let booking): .release(booking)
        case .confirm(let booking): .confirm(try booking.value())
        case .requestPayment(let booking): .requestPayment(try booking.value())
        case .cancel(let booking): .cancel(try booking.value())
        case .move(let booking, let slot): .move(try booking.value(), to: slot.value)
        case .handOff: .handOff
        }
    }
}

enum OfferChoiceV1: Decodable {
    case position(Int)
    case time(LocalTime)
    case any

    func value() throws -> OfferChoice {
        switch self {
        case .position(let position):
            .position(try StoredMember.bounded("position", position, in: -1_000...1_000))
        case .time(let time): .time(time)
        case .any: .any
        }
    }
}

enum CommandV1: Decodable {
    case startBooking(BookingRequestV1)
    case setSlot(BookingRequestV1)
    case correctSlot(BookingRequestV1)
    case chooseOffer(OfferChoiceV1)
    case confirm
    case deny
    case cancel(reference: String?)
    case cancelSeveral(references: [String])
    case reschedule(reference: String?, BookingRequestV1)
    case askFAQ(question: String)
    case status
    case handOff(reason: String)
    case none

    private enum CodingKeys: String, CodingKey {
        case startBooking, setSlot, correctSlot, chooseOffer, confirm, deny, cancel, cancelSeveral
        case reschedule
        case askFAQ = "askFaq"
        case status, handOff, none
    }

    func value() throws -> Command {
        switch self {
        case .startBooking(let wish): .startBooking(wish.value)
        case .setSlot(let wish): .setSlot(wish.value)
        case .correctSlot(let wish): .correctSlot(wish.value)
        case .chooseOffer(let choice): .chooseOffer(try choice.value())
        case .confirm: .confirm
        case .deny: .deny
        case .cancel(let reference): .cancel(reference: reference)
        case .cancelSeveral(let references): .cancelSeveral(references: references)
        case .reschedule(let reference, let wish): .reschedule(reference: reference, wish.value)
        case .askFAQ(let question): .askFAQ(question: question)
        case .status: .status
        case .handOff(let reason): .handOff(reason: reason)
        case .none: .none
        }
    }
}

struct BookingPreviewV1: Decodable {
    struct Place: Decodable {
        var service: ServiceID
        var serviceName: String
        var staff: StaffMemberID
        var staffName: String
        var start: Instant
        var end: Instant

        var value: BookingPreview.NamedSlot {
            BookingPreview.NamedSlot(
                service: service, serviceName: serviceName, staff: staff, staffName: staffName,
                start: start, end: end)
        }
    }

    var kind: String
    var words: String
    var place: Place?
    var from: Place?

    /// But for the hand-over, all was about bookings. Why a person comes is kept in the basis.
    func value() throws -> ProposedEffect {
        if kind == "hand_off" {
            return ProposedEffect(
                column: HandOffEffect.column, kind: HandOffEffect.kind, summary: words)
        }
        return BookingPreview(
            kind: try StoredMember.named("kind", kind), summary: words, slot: place?.value,
            previousSlot: from?.value
        ).proposed
    }
}
