import Base
import Domain

/// Where the booking part of a conversation stands (`booking_session.state`): the state's name, with
/// the members that this state has.
struct StoredBookingSession: StoredShape {
    static let version = 2

    struct Asked: Codable {
        var question: Question
        var prompt: StoredBookingPrompt
        var times: Int

        init(_ asked: BookingState.Asked) {
            question = Question(asked.question)
            prompt = StoredBookingPrompt(asked.prompt)
            times = asked.times
        }

        func value() throws -> BookingState.Asked {
            BookingState.Asked(
                question: question.value, prompt: try prompt.value(),
                times: try StoredMember.bounded("times", times, in: 0...1_000))
        }
    }

    enum Question: String, Codable, CaseIterable {
        case service, day, time
        case confirmBooking = "confirm_booking"
        case payment, which
        case confirmMove = "confirm_move"
        case confirmCancel = "confirm_cancel"
    }

    struct Target: Codable {
        enum Kind: String, Codable, CaseIterable {
            case one
            case oneOf = "one_of"
            case every
        }

        var kind: Kind
        var bookings: [StoredBooking]
    }

    var state: String
    var request: StoredBookingRequest?
    var offered: [StoredSlot]?
    var booking: StoredBooking?
    var target: Target?
    var slot: StoredSlot?
    var asked: Asked?
    var until: Instant?
    var followUp: StoredBookingRequest?

    init(_ state: BookingState) {
        self.state = state.name.rawValue
        switch state {
        case .idle: break
        case .collecting(let state):
            request = StoredBookingRequest(state.request)
            offered = state.offered.map(StoredSlot.init)
            set(state.asked, state.until, state.followUp)
        case .confirming(let state), .paymentPending(let state):
            request = StoredBookingRequest(state.request)
            booking = StoredBooking(state.booking)
            set(state.asked, state.until, state.followUp)
        case .rescheduleCollecting(let state):
            target = Target(state.target)
            request = StoredBookingRequest(state.request)
            offered = state.offered.map(StoredSlot.init)
            set(state.asked, state.until, state.followUp)
        case .rescheduleConfirm(let state):
            booking = StoredBooking(state.appointment)
            request = StoredBookingRequest(state.request)
            slot = StoredSlot(state.slot)
            set(state.asked, state.until, state.followUp)
        case .cancelConfirm(let state):
            target = Target(state.target)
            set(state.asked, state.until, state.followUp)
        }
    }

    private mutating func set(
        _ asked: BookingState.Asked, _ until: Instant, _ followUp: BookingRequest?
    ) {
        self.asked = Asked(asked)
        self.until = until
        self.followUp = followUp.map(StoredBookingRequest.init)
    }

    func value() throws -> BookingState {
        switch try StoredMember.named("state", state, as: BookingState.Name.self) {
        case .idle: .idle
        case .collecting:
            .collecting(
                .init(
                    request: try theRequest(), offered: try theOffers(), asked: try theQuestion(),
                    until: try theEnd(), followUp: followUp?.value))
        case .confirming: .confirming(try confirming())
        case .paymentPending: .paymentPending(try confirming())
        case .rescheduleCollecting:
            .rescheduleCollecting(
                .init(
                    target: try theTarget(), request: try theRequest(), offered: try theOffers(),
                    asked: try theQuestion(), until: try theEnd(), followUp: followUp?.value))
        case .rescheduleConfirm:
            .rescheduleConfirm(
                .init(
                    appointment: try theBooking(), request: try theRequest(),
                    slot: try StoredMember.required("slot", slot).value,
                    asked: try theQuestion(), until: try theEnd(), followUp: followUp?.value))
        case .cancelConfirm:
            .cancelConfirm(
                .init(
                    target: try theTarget(), asked: try theQuestion(), until: try theEnd(),
                    followUp: followUp?.value))
        }
    }

    private func confirming() throws -> BookingState.Confirming {
        .init(
            request: try theRequest(), booking: try theBooking(), asked: try theQuestion(),
            until: try theEnd(), followUp: followUp?.value)
    }

    private func theRequest() throws -> BookingRequest {
        try StoredMember.required("request", request).value
    }

    private func theOffers() throws -> [Slot] {
        try StoredMember.required("offered", offered).map(\.value)
    }

    private func theBooking() throws -> Booking {
        try StoredMember.required("booking", booking).value()
    }

    private func theTarget() throws -> BookingState.Target {
        try StoredMember.required("target", target).value()
    }

    private func theQuestion() throws -> BookingState.Asked {
        try StoredMember.required("asked", asked).value()
    }

    private func theEnd() throws -> Instant { try StoredMember.required("until", until) }

    static func value(ofVersion version: Int, from decoder: any Decoder) throws -> BookingState {
        try BookingStateV1(from: decoder).value()
    }
}

extension StoredBookingSession.Target {
    init(_ target: BookingState.Target) {
        switch target {
        case .one(let booking): self.init(kind: .one, bookings: [StoredBooking(booking)])
        case .oneOf(let bookings):
            self.init(kind: .oneOf, bookings: bookings.map(StoredBooking.init))
        case .every(let bookings):
            self.init(kind: .every, bookings: bookings.map(StoredBooking.init))
        }
    }

    func value() throws -> BookingState.Target {
        let values = try bookings.map { try $0.value() }
        switch kind {
        case .one:
            guard let first = values.first, values.count == 1 else {
                throw StoredMember.wrong("bookings")
            }
            return .one(first)
        case .oneOf: return .oneOf(values)
        case .every: return .every(values)
        }
    }
}

extension StoredBookingSession.Question {
    init(_ question: BookingState.Question) {
        switch question {
        case .service: self = .service
        case .day: self = .day
        case .time: self = .time
        case .confirmBooking: self = .confirmBooking
        case .payment: self = .payment
        case .which: self = .which
        case .confirmMove: self = .confirmMove
        case .confirmCancel: self = .confirmCancel
        }
    }

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
