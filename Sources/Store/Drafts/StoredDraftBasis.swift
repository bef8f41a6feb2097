import Base
import Domain

/// What a draft rests on (`draft.basis`).
struct StoredDraftBasis: StoredShape {
    static let version = 2

    var lastInboundNumber: Int
    var sessionVersion: Int
    var expectedState: String
    var commandTimes: [Instant]
    var bookingIdentities: [StoredBookingIdentity]
    var effects: [StoredBookingEffect]
    var today: LocalDate?
    var handOff: String?

    init(_ basis: DraftBasis) {
        lastInboundNumber = basis.lastInboundNumber
        sessionVersion = basis.sessionVersion
        expectedState = basis.expectedState.rawValue
        commandTimes = basis.commandTimes
        bookingIdentities = basis.identities.map(StoredBookingIdentity.init)
        effects = (basis.effects ?? []).map(StoredBookingEffect.init)
        today = basis.today
        handOff = basis.handOff?.rawValue
    }

    func value() throws -> DraftBasis {
        var basis = DraftBasis(
            lastInboundNumber: try StoredMember.bounded(
                "last_inbound_number", lastInboundNumber, in: StoredMember.counter),
            sessionVersion: try StoredMember.bounded(
                "session_version", sessionVersion, in: StoredMember.counter),
            expectedState: try StoredMember.named("expected_state", expectedState),
            commandTimes: commandTimes, identities: bookingIdentities.map(\.value),
            effects: try effects.map { try $0.value() },
            today: try StoredMember.required("today", today))
        basis.handOff = try handOff.map { try StoredMember.named("hand_off", $0) }
        return basis
    }

    static func value(ofVersion version: Int, from decoder: any Decoder) throws -> DraftBasis {
        try DraftBasisV1(from: decoder).value()
    }
}

/// Versions 1 and 2 spell it alike.
struct StoredBookingIdentity: Codable {
    var id: BookingID
    var reference: String

    init(_ identity: BookingIdentity) {
        id = identity.id
        reference = identity.reference
    }

    var value: BookingIdentity { BookingIdentity(id: id, reference: reference) }
}

/// What the machine did: a kind, with the members that this kind has.
struct StoredBookingEffect: Codable {
    enum Kind: String, Codable, CaseIterable {
        case say, hold, release, confirm
        case requestPayment = "request_payment"
        case cancel, move
        case handOff = "hand_off"
    }

    var kind: Kind
    var prompt: StoredBookingPrompt?
    var booking: StoredBooking?
    /// Of what is released, which needs no more.
    var bookingId: BookingID?
    var slot: StoredSlot?

    private init(kind: Kind, _ booking: Booking? = nil) {
        self.kind = kind
        self.booking = booking.map(StoredBooking.init)
    }

    init(_ effect: BookingEffect) {
        switch effect {
        case .say(let prompt):
            self.init(kind: .say)
            self.prompt = StoredBookingPrompt(prompt)
        case .hold(let booking): self.init(kind: .hold, booking)
        case .release(let booking):
            self.init(kind: .release)
            bookingId = booking
        case .confirm(let booking): self.init(kind: .confirm, booking)
        case .requestPayment(let booking): self.init(kind: .requestPayment, booking)
        case .cancel(let booking): self.init(kind: .cancel, booking)
        case .move(let booking, let slot):
            self.init(kind: .move, booking)
            self.slot = StoredSlot(slot)
        case .handOff: self.init(kind: .handOff)
        }
    }

    func value() throws -> BookingEffect {
        switch kind {
        case .say: .say(try StoredMember.required("prompt", prompt).value())
        case .hold: .hold(try theBooking())
        case .release: .release(try StoredMember.required("booking_id", bookingId))
        case .confirm: .confirm(try theBooking())
        case .requestPayment: .requestPayment(try theBooking())
        case .cancel: .cancel(try theBooking())
        case .move: .move(try theBooking(), to: try StoredMember.required("slot", slot).value)
        case .handOff: .handOff
        }
    }

    private func theBooking() throws -> Booking {
        try StoredMember.required("booking", booking).value()
    }
}
