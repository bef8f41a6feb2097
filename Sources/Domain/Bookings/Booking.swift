package import Base

/// Where an appointment stands. Only the first three take the person's time.
package enum BookingStatus: String, Sendable, Codable, CaseIterable, Hashable {
    /// Kept for a customer who was asked to confirm; lapses.
    case hold
    case pendingPayment = "pending_payment"
    case confirmed
    case cancelled
    case released
    case completed
    case noShow = "no_show"

    package var takesTime: Bool {
        switch self {
        case .hold, .pendingPayment, .confirmed: true
        case .cancelled, .released, .completed, .noShow: false
        }
    }
}

/// An appointment, or the hold that may become one.
package struct Booking: Sendable, Hashable, Identifiable {
    package var id: BookingID
    package var contact: ContactID
    package var slot: Slot
    package var status: BookingStatus
    /// When a hold lapses.
    package var expiresAt: Instant?
    /// What the customer can quote, for example `K7-4MQX`.
    package var reference: String
    package var version: Int

    package init(
        id: BookingID, contact: ContactID, slot: Slot, status: BookingStatus,
        expiresAt: Instant? = nil, reference: String, version: Int = 1
    ) {
        self.id = id
        self.contact = contact
        self.slot = slot
        self.status = status
        self.expiresAt = expiresAt
        self.reference = reference
        self.version = version
    }
}

/// The id and the reference that an appointment gets if a command comes to making one.
///
/// They are drawn when the draft is made and kept with it, so that approving makes the very
/// appointment that was previewed.
package struct BookingIdentity: Sendable, Hashable {
    package var id: BookingID
    package var reference: String

    package init(id: BookingID, reference: String) {
        self.id = id
        self.reference = reference
    }
}

package enum BookingRefusal: Refusal, Equatable {
    /// The slot went; other times of the same kind are offered.
    case slotTaken(alternatives: [Slot])
    /// The time cannot be had for another reason than that it is taken.
    case unavailable(Unavailability, alternatives: [Slot])
    case unknownService
    case unknownStaff
    case unknownBooking
    /// The booking is not in a state in which this can be done.
    case notPossible(BookingStatus)
    case changedMeanwhile
    case notAllowedHere(event: String, state: String)

    package var code: String {
        switch self {
        case .slotTaken: "booking.slot_taken"
        case .unavailable(let reason, _): reason.code
        case .unknownService: "booking.unknown_service"
        case .unknownStaff: "booking.unknown_staff"
        case .unknownBooking: "booking.unknown"
        case .notPossible: "booking.not_possible"
        case .changedMeanwhile: "booking.changed"
        case .notAllowedHere: "booking.not_allowed_here"
        }
    }

    package var kind: RefusalKind {
        switch self {
        case .slotTaken, .notPossible, .changedMeanwhile, .notAllowedHere: .conflict
        case .unavailable: .invalid
        case .unknownService, .unknownStaff, .unknownBooking: .missing
        }
    }

    package var detail: String {
        switch self {
        case .slotTaken: Unavailability.taken.detail
        case .unavailable(let reason, _): reason.detail
        case .unknownService: "There is no such service."
        case .unknownStaff: "Nobody of that id offers this service."
        case .unknownBooking: "There is no such appointment."
        case .notPossible(let status): "An appointment that is \(status.rawValue) stays as it is."
        case .changedMeanwhile: "Somebody changed this appointment meanwhile. Load it again."
        case .notAllowedHere(let event, let state): "\(event) has no meaning while \(state)."
        }
    }

    package var fields: [FieldProblem] {
        guard case .unavailable(let reason, _) = self else { return [] }
        let field = reason == .personDoesNotOffer ? "staff" : "start"
        return [FieldProblem(field, reason.detail)]
    }

    /// The refusal for what is wrong with a time.
    package static func refusing(
        _ reason: Unavailability, alternatives: [Slot]
    ) -> BookingRefusal {
        reason == .taken
            ? .slotTaken(alternatives: alternatives)
            : .unavailable(reason, alternatives: alternatives)
    }
}
