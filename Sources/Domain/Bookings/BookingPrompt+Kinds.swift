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

    /// Whether a person is promised; whoever sends it must see that one comes.
    package var promisesPerson: Bool {
        switch self {
        case .handingOver, .cannotBook: true
        case .askService, .suggestServices, .askCancelSeveral, .askDay, .offerTimes, .unavailable,
            .past, .tooSoon, .outsideHours, .nothingFree, .closed, .closedForToday, .away,
            .doesNotOffer, .nobodyElse,
            .beyondHorizon, .askConfirm, .expiredButFree, .expired, .booked, .askPayment,
            .paymentLapsed, .askChange, .afterThis, .abandoned, .askWhich, .noAppointment,
            .unknownReference, .alreadyThen, .askNewTime, .askMove, .moved, .askCancel,
            .cancelled, .kept, .appointments, .offerPerson:
            false
        }
    }

    /// The same with every appointment in it changed.
    func mapBookings(_ change: (Booking) -> Booking) -> BookingPrompt {
        switch self {
        case .booked(let booking, let preparation):
            .booked(change(booking), preparation: preparation)
        case .askPayment(let booking): .askPayment(change(booking))
        case .askWhich(let bookings, let purpose): .askWhich(bookings.map(change), purpose)
        case .alreadyThen(let booking): .alreadyThen(change(booking))
        case .askNewTime(let booking): .askNewTime(change(booking))
        case .askMove(let booking, let slot): .askMove(change(booking), slot)
        case .moved(let booking, let slot): .moved(change(booking), slot)
        case .askCancel(let booking): .askCancel(change(booking))
        case .askCancelSeveral(let bookings): .askCancelSeveral(bookings.map(change))
        case .cancelled(let booking): .cancelled(change(booking))
        case .kept(let booking): .kept(booking.map(change))
        case .appointments(let bookings): .appointments(bookings.map(change))
        case .askService, .suggestServices, .askDay, .offerTimes, .unavailable, .nothingFree,
            .past, .tooSoon, .outsideHours, .cannotBook, .closed, .closedForToday, .away,
            .doesNotOffer, .nobodyElse, .beyondHorizon,
            .askConfirm, .expiredButFree, .expired, .paymentLapsed, .askChange, .afterThis,
            .abandoned, .noAppointment, .unknownReference, .offerPerson, .handingOver:
            self
        }
    }
}

extension BookingEffect {
    /// The effect without what differs between two runs on the same world: when a hold lapses
    /// counts from the run, and a version counts changes that may have been undone.
    package var comparable: BookingEffect {
        func plain(_ booking: Booking) -> Booking {
            var plain = booking
            plain.expiresAt = nil
            plain.version = 1
            return plain
        }
        return switch self {
        case .say(let prompt): .say(prompt.mapBookings(plain))
        case .hold(let booking): .hold(plain(booking))
        case .confirm(let booking): .confirm(plain(booking))
        case .requestPayment(let booking): .requestPayment(plain(booking))
        case .cancel(let booking): .cancel(plain(booking))
        case .move(let booking, let slot): .move(plain(booking), to: slot)
        case .release, .handOff: self
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
    package var requestedMoment: LocalDateTime? {
        switch self {
        case .unavailable(_, let wished, _): wished
        case .tooSoon(_, let wished, _), .outsideHours(_, _, let wished, _): wished
        default: nil
        }
    }
}
