/// What happens to appointments and to what can be booked.
package enum BookingEvents {
    package static let held = EventKind("booking.held", in: column)
    package static let confirmed = EventKind("booking.confirmed", in: column)
    /// Let go before it was confirmed.
    package static let released = EventKind("booking.released", in: column)
    package static let cancelled = EventKind("booking.cancelled", in: column)
    package static let moved = EventKind("booking.moved", in: column)

    /// What a conversation is booking has come to another step.
    package static let sessionChanged = EventKind("booking_session.changed", in: column)

    package static let serviceSaved = EventKind("service.saved", in: column)
    package static let serviceRetired = EventKind("service.retired", in: column)
    package static let serviceRestored = EventKind("service.restored", in: column)
    package static let staffSaved = EventKind("staff.saved", in: column)
    package static let staffRetired = EventKind("staff.retired", in: column)
    package static let staffRestored = EventKind("staff.restored", in: column)

    private static let column = "Bookings"
}
