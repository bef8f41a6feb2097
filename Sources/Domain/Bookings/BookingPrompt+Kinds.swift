/// What kind of thing a prompt is.
extension BookingPrompt {
    /// Whether it tells of something that was done, and so stays true whatever is said after it.
    package var tellsOfSomethingDone: Bool {
        switch self {
        case .booked, .moved, .cancelled: true
        case .askService, .suggestServices, .askCancelSeveral, .askDay, .offerTimes, .unavailable,
            .nothingFree, .closed,
            .closedForToday, .away, .doesNotOffer, .nobodyElse, .beyondHorizon, .askConfirm,
            .expiredButFree,
            .expired, .askPayment, .paymentLapsed, .askChange, .afterThis, .abandoned, .askWhich,
            .noAppointment, .unknownReference, .alreadyThen, .askNewTime, .askMove, .askCancel,
            .kept, .appointments, .offerPerson, .handingOver:
            false
        }
    }
}
