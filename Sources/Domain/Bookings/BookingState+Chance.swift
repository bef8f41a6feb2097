import Base

extension BookingState {
    /// The same state without what is another each time that it is worked out: the id and the
    /// reference of an appointment that nobody has stored yet, and deadlines.
    ///
    /// A turn works the state out anew from the last reply on; what it comes to is the same, so
    /// what was understood in it may be remembered.
    package var withoutChance: BookingState {
        switch self {
        case .idle: return .idle
        case .collecting(var state):
            state.until = Instant(seconds: 0)
            return .collecting(state)
        case .confirming(var state):
            state.removeChance()
            return .confirming(state)
        case .paymentPending(var state):
            state.removeChance()
            return .paymentPending(state)
        case .rescheduleCollecting(var state):
            state.until = Instant(seconds: 0)
            return .rescheduleCollecting(state)
        case .rescheduleConfirm(var state):
            state.until = Instant(seconds: 0)
            return .rescheduleConfirm(state)
        case .cancelConfirm(var state):
            state.until = Instant(seconds: 0)
            return .cancelConfirm(state)
        }
    }
}

extension BookingState.Confirming {
    fileprivate mutating func removeChance() {
        until = Instant(seconds: 0)
        booking.expiresAt = nil
        guard booking.status == .hold else { return }
        // The contact is there already, and no appointment has its id.
        booking.id = BookingID(booking.contact.uuid)
        booking.reference = ""
    }
}
