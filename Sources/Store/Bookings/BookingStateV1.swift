import Base
import Domain

// Version 1 of what sessions, commands and effects store: the types of release 0.1.0 as they were,
// whose cases and labels are the spelling. They are only read, and never changed.

enum BookingStateV1: Decodable {
    case idle
    case collecting(Collecting)
    case confirming(Confirming)
    case paymentPending(Confirming)
    case rescheduleCollecting(Rescheduling)
    case rescheduleConfirm(RescheduleConfirming)
    case cancelConfirm(Cancelling)

    struct Collecting: Decodable {
        var wish: BookingRequestV1
        var offered: [StoredSlot]
        var asked: Asked
        var until: Instant
        var then: BookingRequestV1?
    }

    struct Confirming: Decodable {
        var wish: BookingRequestV1
        var booking: StoredBooking
        var asked: Asked
        var until: Instant
        var then: BookingRequestV1?

        func value() throws -> BookingState.Confirming {
            .init(
                request: wish.value, booking: try booking.value(), asked: try asked.value(),
                until: until, followUp: then?.value)
        }
    }

    struct Rescheduling: Decodable {
        var target: Target
        var wish: BookingRequestV1
        var offered: [StoredSlot]
        var asked: Asked
        var until: Instant
        var then: BookingRequestV1?
    }

    struct RescheduleConfirming: Decodable {
        var appointment: StoredBooking
        var wish: BookingRequestV1
        var slot: StoredSlot
        var asked: Asked
        var until: Instant
        var then: BookingRequestV1?
    }

    struct Cancelling: Decodable {
        var target: Target
        var asked: Asked
        var until: Instant
        var then: BookingRequestV1?
    }

    enum Target: Decodable {
        case one(StoredBooking)
        case oneOf([StoredBooking])
        case every([StoredBooking])

        func value() throws -> BookingState.Target {
            switch self {
            case .one(let booking): .one(try booking.value())
            case .oneOf(let bookings): .oneOf(try bookings.map { try $0.value() })
            case .every(let bookings): .every(try bookings.map { try $0.value() })
            }
        }
    }

    struct Asked: Decodable {
        var question: Question
        var prompt: BookingPromptV1
        var times: Int

        func value() throws -> BookingState.Asked {
            BookingState.Asked(
                question: question.value, prompt: try prompt.value(),
                times: try StoredMember.bounded("times", times, in: 0...1_000))
        }
    }

    enum Question: String, Decodable {
        case service, day, time, confirmBooking, payment, which, confirmMove, confirmCancel

        var value: BookingState.Question {
            switch self {
            case .service: .service
            case .day: .day
            case .time: .time
            case .confirmBooking: .confirmBooking
            case .payment: .payment
            case .which: .which
            case .confirmMove: .confirmMove
            case .confirmCancel: .confirmCancel
            }
        }
    }

    func value() throws -> BookingState {
        switch self {
        case .idle: .idle
        case .collecting(let state):
            .collecting(
                .init(
                    request: state.wish.value, offered: state.offered.map(\.value),
                    asked: try state.asked.value(), until: state.until,
                    followUp: state.then?.value))
        case .confirming(let state): .confirming(try state.value())
        case .paymentPending(let state): .paymentPending(try state.value())
        case .rescheduleCollecting(let state):
            .rescheduleCollecting(
                .init(
                    target: try state.target.value(), request: state.wish.value,
                    offered: state.offered.map(\.value), asked: try state.asked.value(),
                    until: state.until, followUp: state.then?.value))
        case .rescheduleConfirm(let state):
            .rescheduleConfirm(
                .init(
                    appointment: try state.appointment.value(), request: state.wish.value,
                    slot: state.slot.value, asked: try state.asked.value(), until: state.until,
                    followUp: state.then?.value))
        case .cancelConfirm(let state):
            .cancelConfirm(
                .init(
                    target: try state.target.value(), asked: try state.asked.value(),
                    until: state.until, followUp: state.then?.value))
        }
    }
}

struct BookingRequestV1: Decodable {
    var service: ServiceID?
    var staff: StaffMemberID?
    var day: StoredDays?
    var time: StoredTimes?
    var anybody: Bool?
    var without: [StaffMemberID]?
    var soonest: Bool?
    var either: [StoredDayTimePair]?
    var suggested: [ServiceID]?
    var further: Bool?

    var value: BookingRequest {
        var request = BookingRequest(
            service: service, staff: staff, day: day?.value, time: time?.value,
            anyStaff: anybody ?? false, excludedStaff: Set(without ?? []),
            prefersEarliest: soonest ?? false)
        request.dayTimePairs = (either ?? []).map(\.value)
        request.candidateServices = suggested ?? []
        request.isAdditional = further ?? false
        return request
    }
}

enum BookingPromptV1: Decodable {
    case askService([ServiceID])
    case suggestServices([ServiceID])
    case askDay(ServiceID, suggestions: [LocalDate])
    case offerTimes(ServiceID, [StoredSlot])
    case cannotBook(ServiceID?)
    case unavailable(ServiceID, wished: StoredMoment?, [StoredSlot])
    case past(LocalDate, [StoredSlot])
    case tooSoon(minutes: Int, wished: StoredMoment, [StoredSlot])
    case outsideHours(ServiceID, StaffMemberID?, wished: StoredMoment, [StoredSlot])
    case nothingFree(ServiceID, StoredDays)
    case closed(LocalDate, [StoredSlot])
    case closedForToday([StoredSlot])
    case away(StaffMemberID, LocalDate, [StoredSlot])
    case doesNotOffer(StaffMemberID, ServiceID)
    case nobodyElse(ServiceID)
    case beyondHorizon(days: Int)
    case askConfirm(StoredSlot, priceMin: Int?, priceMax: Int?)
    case expiredButFree(StoredSlot)
    case expired
    case booked(StoredBooking, preparation: String)
    case askPayment(StoredBooking)
    case paymentLapsed
    case askChange
    case afterThis(ServiceID?)
    case abandoned
    case askWhich([StoredBooking], WhichFor)
    case noAppointment
    case unknownReference(String)
    case alreadyThen(StoredBooking)
    case askNewTime(StoredBooking)
    case askMove(StoredBooking, StoredSlot)
    case moved(StoredBooking, StoredSlot)
    case askCancel(StoredBooking)
    case askCancelSeveral([StoredBooking])
    case cancelled(StoredBooking)
    case kept(StoredBooking?)
    case appointments([StoredBooking])
    case offerPerson
    case handingOver

    enum WhichFor: String, Decodable { case cancel, reschedule }

    func value() throws -> BookingPrompt {
        switch self {
        case .askService(let services): .askService(services)
        case .suggestServices(let services): .suggestServices(services)
        case .askDay(let service, let dates): .askDay(service, suggestions: dates)
        case .offerTimes(let service, let slots): .offerTimes(service, slots.map(\.value))
        case .cannotBook(let service): .cannotBook(service)
        case .unavailable(let service, let wished, let slots):
            .unavailable(service, wished: wished?.value, slots.map(\.value))
        case .past(let date, let slots): .past(date, slots.map(\.value))
        case .tooSoon(let minutes, let wished, let slots):
            .tooSoon(
                minutes: try count("minutes", minutes), wished: wished.value, slots.map(\.value))
        case .outsideHours(let service, let staff, let wished, let slots):
            .outsideHours(service, staff, wished: wished.value, slots.map(\.value))
        case .nothingFree(let service, let days): .nothingFree(service, days.value)
        case .closed(let date, let slots): .closed(date, slots.map(\.value))
        case .closedForToday(let slots): .closedForToday(slots.map(\.value))
        case .away(let staff, let date, let slots): .away(staff, date, slots.map(\.value))
        case .doesNotOffer(let staff, let service): .doesNotOffer(staff, service)
        case .nobodyElse(let service): .nobodyElse(service)
        case .beyondHorizon(let days): .beyondHorizon(days: try count("days", days))
        case .askConfirm(let slot, let priceMin, let priceMax):
            .askConfirm(slot.value, priceMin: priceMin, priceMax: priceMax)
        case .expiredButFree(let slot): .expiredButFree(slot.value)
        case .expired: .expired
        case .booked(let booking, let preparation):
            .booked(try booking.value(), preparation: preparation)
        case .askPayment(let booking): .askPayment(try booking.value())
        case .paymentLapsed: .paymentLapsed
        case .askChange: .askChange
        case .afterThis(let service): .afterThis(service)
        case .abandoned: .abandoned
        case .askWhich(let bookings, .cancel): .askWhich(try values(bookings), .cancel)
        case .askWhich(let bookings, .reschedule): .askWhich(try values(bookings), .reschedule)
        case .noAppointment: .noAppointment
        case .unknownReference(let reference): .unknownReference(reference)
        case .alreadyThen(let booking): .alreadyThen(try booking.value())
        case .askNewTime(let booking): .askNewTime(try booking.value())
        case .askMove(let booking, let slot): .askMove(try booking.value(), slot.value)
        case .moved(let booking, let slot): .moved(try booking.value(), slot.value)
        case .askCancel(let booking): .askCancel(try booking.value())
        case .askCancelSeveral(let bookings): .askCancelSeveral(try values(bookings))
        case .cancelled(let booking): .cancelled(try booking.value())
        case .kept(let booking): .kept(try booking?.value())
        case .appointments(let bookings): .appointments(try values(bookings))
        case .offerPerson: .offerPerson
        case .handingOver: .handingOver
        }
    }

    private func count(_ name: String, _ number: Int) throws -> Int {
        try StoredMember.bounded(name, number, in: StoredMember.counter)
    }

    private func values(_ bookings: [StoredBooking]) throws -> [Booking] {
        try bookings.map { try $0.value() }
    }
}
