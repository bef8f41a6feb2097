package import Base

/// What kind of thing a prompt is.
extension BookingPrompt {
    /// Whether it tells of something that was done, and so stays true whatever is said after it.
    package var tellsOfSomethingDone: Bool {
        switch self {
        case .booked, .moved, .cancelled: true
        case .askService, .suggestServices, .askCancelSeveral, .askDay, .offerTimes, .unavailable,
            .nothingFree, .closed, .cannotBook, .past, .tooSoon, .outsideHours,
            .closedForToday, .away, .doesNotOffer, .nobodyElse, .beyondHorizon, .askConfirm,
            .expiredButFree,
            .expired, .askPayment, .paymentLapsed, .askChange, .afterThis, .abandoned, .askWhich,
            .noAppointment, .unknownReference, .alreadyThen, .askNewTime, .askMove, .askCancel,
            .kept, .appointments, .offerPerson, .handingOver:
            false
        }
    }
}

extension BookingPrompt {
    /// Whether it tells the customer that somebody else must see to the booking.
    package var saysNothingCanBeBooked: Bool {
        if case .cannotBook = self { true } else { false }
    }
}

extension BookingPrompt {
    /// The moment that was wished for and cannot be had: "an hour later" is later than this.
    package var wishedMoment: LocalDateTime? {
        switch self {
        case .unavailable(_, let wished, _): wished
        case .tooSoon(_, let wished, _), .outsideHours(_, _, let wished, _): wished
        default: nil
        }
    }
}
