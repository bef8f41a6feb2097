package import Base

/// Where the booking part of a conversation stands.
package enum BookingState: Sendable, Hashable {
    /// Nothing is being arranged. Goes to collecting, rescheduleCollecting, rescheduleConfirm,
    /// cancelConfirm, and to confirming when one message says everything.
    case idle
    /// A new appointment is being put together. Goes to confirming, idle, itself, and to the
    /// reschedule and cancel states.
    case collecting(Collecting)
    /// A slot is held and the customer was asked to confirm. Goes to idle, paymentPending,
    /// collecting, itself, and to the reschedule and cancel states.
    case confirming(Confirming)
    /// The slot waits for a deposit. Goes to idle.
    case paymentPending(Confirming)
    /// A new time is being found for an appointment. Goes to rescheduleConfirm, cancelConfirm, idle.
    case rescheduleCollecting(Rescheduling)
    /// The customer was asked whether to move. Goes to idle, rescheduleCollecting, cancelConfirm.
    case rescheduleConfirm(RescheduleConfirming)
    /// The customer was asked whether to cancel. Goes to idle, rescheduleCollecting,
    /// rescheduleConfirm.
    case cancelConfirm(Cancelling)

    package struct Collecting: Sendable, Hashable {
        package var request: BookingRequest
        /// What the last reply offered, in order.
        package var offered: [Slot]
        package var asked: Asked
        package var until: Instant
        /// Another appointment that was wished for, to be seen to after this one.
        package var followUp: BookingRequest?

        package init(
            request: BookingRequest, offered: [Slot], asked: Asked, until: Instant,
            followUp: BookingRequest? = nil
        ) {
            self.request = request
            self.offered = offered
            self.asked = asked
            self.until = until
            self.followUp = followUp
        }
    }

    package struct Confirming: Sendable, Hashable {
        package var request: BookingRequest
        package var booking: Booking
        package var asked: Asked
        package var until: Instant
        package var followUp: BookingRequest?

        package init(
            request: BookingRequest, booking: Booking, asked: Asked, until: Instant,
            followUp: BookingRequest? = nil
        ) {
            self.request = request
            self.booking = booking
            self.asked = asked
            self.until = until
            self.followUp = followUp
        }
    }

    package struct Rescheduling: Sendable, Hashable {
        package var target: Target
        package var request: BookingRequest
        package var offered: [Slot]
        package var asked: Asked
        package var until: Instant
        package var followUp: BookingRequest?

        package init(
            target: Target, request: BookingRequest, offered: [Slot], asked: Asked, until: Instant,
            followUp: BookingRequest? = nil
        ) {
            self.target = target
            self.request = request
            self.offered = offered
            self.asked = asked
            self.until = until
            self.followUp = followUp
        }
    }

    package struct RescheduleConfirming: Sendable, Hashable {
        package var appointment: Booking
        package var request: BookingRequest
        package var slot: Slot
        package var asked: Asked
        package var until: Instant
        package var followUp: BookingRequest?

        package init(
            appointment: Booking, request: BookingRequest, slot: Slot, asked: Asked, until: Instant,
            followUp: BookingRequest? = nil
        ) {
            self.appointment = appointment
            self.request = request
            self.slot = slot
            self.asked = asked
            self.until = until
            self.followUp = followUp
        }
    }

    package struct Cancelling: Sendable, Hashable {
        package var target: Target
        package var asked: Asked
        package var until: Instant
        package var followUp: BookingRequest?

        package init(target: Target, asked: Asked, until: Instant, followUp: BookingRequest? = nil)
        {
            self.target = target
            self.asked = asked
            self.until = until
            self.followUp = followUp
        }
    }

    /// The appointment that a change is about, those that it may be about, or all it is about.
    package enum Target: Sendable, Hashable {
        case one(Booking)
        case oneOf([Booking])
        case every([Booking])
    }

    /// Which question was put last, in which words, and how often in a row without an answer.
    package struct Asked: Sendable, Hashable {
        package var question: Question
        package var prompt: BookingPrompt
        package var times: Int

        package init(question: Question, prompt: BookingPrompt, times: Int) {
            self.question = question
            self.prompt = prompt
            self.times = times
        }
    }

    package enum Question: String, Sendable, Hashable {
        case service, day, time, confirmBooking, payment, which, confirmMove, confirmCancel
    }

    package var name: Name {
        switch self {
        case .idle: .idle
        case .collecting: .collecting
        case .confirming: .confirming
        case .paymentPending: .paymentPending
        case .rescheduleCollecting: .rescheduleCollecting
        case .rescheduleConfirm: .rescheduleConfirm
        case .cancelConfirm: .cancelConfirm
        }
    }

    /// The seven states as they are spelled in the API and in the database.
    package enum Name: String, Sendable, Hashable, CaseIterable {
        case idle = "IDLE"
        case collecting = "COLLECTING"
        case confirming = "CONFIRMING"
        case paymentPending = "PAYMENT_PENDING"
        case rescheduleCollecting = "RESCHEDULE_COLLECTING"
        case rescheduleConfirm = "RESCHEDULE_CONFIRM"
        case cancelConfirm = "CANCEL_CONFIRM"
    }

    /// When this state lapses; nil for idle, which never does.
    package var deadline: Instant? {
        switch self {
        case .idle: nil
        case .collecting(let state): state.until
        case .confirming(let state), .paymentPending(let state): state.until
        case .rescheduleCollecting(let state): state.until
        case .rescheduleConfirm(let state): state.until
        case .cancelConfirm(let state): state.until
        }
    }

    /// The question that is open; nil when nothing was asked.
    package var asked: Asked? {
        switch self {
        case .idle: nil
        case .collecting(let state): state.asked
        case .confirming(let state), .paymentPending(let state): state.asked
        case .rescheduleCollecting(let state): state.asked
        case .rescheduleConfirm(let state): state.asked
        case .cancelConfirm(let state): state.asked
        }
    }

    /// The same state with another question open.
    func asking(_ asked: Asked) -> BookingState {
        switch self {
        case .idle: return .idle
        case .collecting(var state):
            state.asked = asked
            return .collecting(state)
        case .confirming(var state):
            state.asked = asked
            return .confirming(state)
        case .paymentPending(var state):
            state.asked = asked
            return .paymentPending(state)
        case .rescheduleCollecting(var state):
            state.asked = asked
            return .rescheduleCollecting(state)
        case .rescheduleConfirm(var state):
            state.asked = asked
            return .rescheduleConfirm(state)
        case .cancelConfirm(var state):
            state.asked = asked
            return .cancelConfirm(state)
        }
    }

    /// The booking that this is about and that must not stand in its own way: the one that is held,
    /// or that is being moved.
    package var ownBooking: BookingID? {
        switch self {
        case .confirming(let state), .paymentPending(let state): state.booking.id
        case .rescheduleConfirm(let state): state.appointment.id
        case .rescheduleCollecting(let state): state.target.one?.id
        case .idle, .collecting, .cancelConfirm: nil
        }
    }

    /// The slots that the last reply offered, for "the second one".
    package var offered: [Slot] {
        switch self {
        case .collecting(let state): state.offered
        case .rescheduleCollecting(let state): state.offered
        case .idle, .confirming, .paymentPending, .rescheduleConfirm, .cancelConfirm: []
        }
    }
}

/// Something that happened to the booking part of a conversation.
package enum BookingEvent: Sendable, Hashable {
    case start(BookingRequest)
    /// Fills in or corrects what is known.
    case set(BookingRequest)
    case choose(OfferChoice)
    case confirm
    case deny
    /// Wants to cancel an appointment, named by its reference if one was given.
    case cancel(reference: String?)
    /// Wants to cancel these, or without any reference everything.
    case cancelSeveral(references: [String])
    case reschedule(reference: String?, BookingRequest)
    case status
    /// The state's deadline has passed.
    case lapse
    case paymentSucceeded
    case paymentFailed

    package var name: String {
        switch self {
        case .start: "start"
        case .set: "set"
        case .choose: "choose"
        case .confirm: "confirm"
        case .deny: "deny"
        case .cancel: "cancel"
        case .cancelSeveral: "cancel_several"
        case .reschedule: "reschedule"
        case .status: "status"
        case .lapse: "lapse"
        case .paymentSucceeded: "payment_succeeded"
        case .paymentFailed: "payment_failed"
        }
    }
}

/// What must be done because of a transition.
package enum BookingEffect: Sendable, Hashable {
    case say(BookingPrompt)
    case hold(Booking)
    case release(BookingID)
    case confirm(Booking)
    case requestPayment(Booking)
    case cancel(Booking)
    case move(Booking, to: Slot)
    /// The machine asked the same thing three times and is none the wiser: a person takes over.
    case handOff
}

/// Something to say to the customer; `BookingWording` turns it into a sentence.
package enum BookingPrompt: Sendable, Hashable {
    case askService([ServiceID])
    /// What was described may be one of these.
    case suggestServices([ServiceID])
    case askDay(ServiceID, suggestions: [LocalDate])
    case offerTimes(ServiceID, [Slot])
    /// Nothing can be booked at all, for example because no opening hours are known: a person sees
    /// to it. Without a service, none can be.
    case cannotBook(ServiceID?)
    /// The wished time is not free; others are near it.
    case unavailable(ServiceID, wished: LocalDateTime?, [Slot])
    /// The wished day or time has passed.
    case past(LocalDate, [Slot])
    /// Sooner than the notice that the business needs.
    case tooSoon(minutes: Int, wished: LocalDateTime, [Slot])
    /// The business is open on that day, or the person works, but not then.
    case outsideHours(ServiceID, StaffMemberID?, wished: LocalDateTime, [Slot])
    /// Nothing is free on the wished days, nor soon after.
    case nothingFree(ServiceID, DayConstraint)
    case closed(LocalDate, [Slot])
    /// The last time for today's appointments has passed.
    case closedForToday([Slot])
    /// The person who was wished for does not work on that day.
    case away(StaffMemberID, LocalDate, [Slot])
    /// The person who was wished for does not offer this service; others do.
    case doesNotOffer(StaffMemberID, ServiceID)
    /// Somebody else was asked for, and there is nobody else for this service.
    case nobodyElse(ServiceID)
    case beyondHorizon(days: Int)
    case askConfirm(Slot, priceMin: Int?, priceMax: Int?)
    /// The confirmation came too late, but the time is still free.
    case expiredButFree(Slot)
    case expired
    case booked(Booking, preparation: String)
    case askPayment(Booking)
    case paymentLapsed
    case askChange
    /// The other appointment that was wished for comes next.
    case afterThis(ServiceID?)
    case abandoned
    case askWhich([Booking], WhichFor)
    case noAppointment
    /// No upcoming appointment of this customer has that reference.
    case unknownReference(String)
    /// The appointment is at the wished time already.
    case alreadyThen(Booking)
    case askNewTime(Booking)
    case askMove(Booking, Slot)
    case moved(Booking, Slot)
    case askCancel(Booking)
    case askCancelSeveral([Booking])
    case cancelled(Booking)
    case kept(Booking?)
    case appointments([Booking])
    case offerPerson
    case handingOver

    package enum WhichFor: String, Sendable, Hashable {
        case cancel, reschedule
    }
}

/// How long each state waits for the customer.
package struct BookingTimeouts: Sendable, Hashable {
    package var collecting: Duration = .minutes(30)
    package var confirming: Duration = .minutes(10)
    package var payment: Duration = .minutes(15)
    package var rescheduling: Duration = .minutes(30)
    package var cancelling: Duration = .minutes(10)

    package init() {}
}

/// Everything the machine may know beside state and event.
package struct BookingContext: Sendable {
    /// When the event happened; decides whether the state has lapsed.
    package var at: Instant
    /// The present; deadlines of new states count from here.
    package var now: Instant
    package var contact: ContactID
    /// The contact's upcoming confirmed appointments, by start.
    package var appointments: [Booking]
    package var availability: Availability
    package var timeouts: BookingTimeouts
    package var depositRequired: Bool
    /// Ready-made, used if the event leads to a hold.
    package var newBooking: BookingID
    package var newReference: String

    package init(
        at: Instant, now: Instant, contact: ContactID, appointments: [Booking],
        availability: Availability, timeouts: BookingTimeouts = BookingTimeouts(),
        depositRequired: Bool = false, newBooking: BookingID, newReference: String
    ) {
        self.at = at
        self.now = now
        self.contact = contact
        self.appointments = appointments
        self.availability = availability
        self.timeouts = timeouts
        self.depositRequired = depositRequired
        self.newBooking = newBooking
        self.newReference = newReference
    }

    package var catalogue: Catalogue { availability.catalogue }
}
