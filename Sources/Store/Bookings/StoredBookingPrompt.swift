import Base
import Domain

/// Something that the machine said or asked: a kind, with the members that this kind has.
struct StoredBookingPrompt: Codable {
    enum Kind: String, Codable, CaseIterable {
        case askService = "ask_service"
        case suggestServices = "suggest_services"
        case askDay = "ask_day"
        case offerTimes = "offer_times"
        case cannotBook = "cannot_book"
        case unavailable
        case past
        case tooSoon = "too_soon"
        case outsideHours = "outside_hours"
        case nothingFree = "nothing_free"
        case closed
        case closedForToday = "closed_for_today"
        case away
        case doesNotOffer = "does_not_offer"
        case nobodyElse = "nobody_else"
        case beyondHorizon = "beyond_horizon"
        case askConfirm = "ask_confirm"
        case expiredButFree = "expired_but_free"
        case expired
        case booked
        case askPayment = "ask_payment"
        case paymentLapsed = "payment_lapsed"
        case askChange = "ask_change"
        case afterThis = "after_this"
        case abandoned
        case askWhich = "ask_which"
        case noAppointment = "no_appointment"
        case unknownReference = "unknown_reference"
        case alreadyThen = "already_then"
        case askNewTime = "ask_new_time"
        case askMove = "ask_move"
        case moved
        case askCancel = "ask_cancel"
        case askCancelSeveral = "ask_cancel_several"
        case cancelled
        case kept
        case appointments
        case offerPerson = "offer_person"
        case handingOver = "handing_over"
    }

    enum Purpose: String, Codable, CaseIterable { case cancel, reschedule }

    var kind: Kind
    var service: ServiceID?
    var services: [ServiceID]?
    var staff: StaffMemberID?
    var date: LocalDate?
    var dates: [LocalDate]?
    var days: StoredDays?
    var wished: StoredMoment?
    var slot: StoredSlot?
    var slots: [StoredSlot]?
    var booking: StoredBooking?
    var bookings: [StoredBooking]?
    var purpose: Purpose?
    var minutes: Int?
    var horizonDays: Int?
    var priceMin: Int?
    var priceMax: Int?
    var preparation: String?
    var reference: String?
}

// MARK: Writing

extension StoredBookingPrompt {
    private init(_ kind: Kind, _ slots: [Slot]) {
        self.init(kind: kind, slots: slots.map(StoredSlot.init))
    }

    private init(_ kind: Kind, _ booking: Booking, _ slot: Slot? = nil) {
        self.init(
            kind: kind, slot: slot.map(StoredSlot.init), booking: StoredBooking(booking))
    }

    private init(_ kind: Kind, _ bookings: [Booking], _ purpose: Purpose? = nil) {
        self.init(kind: kind, bookings: bookings.map(StoredBooking.init), purpose: purpose)
    }

    init(_ prompt: BookingPrompt) {
        switch prompt {
        case .askService(let services): self.init(kind: .askService, services: services)
        case .suggestServices(let services): self.init(kind: .suggestServices, services: services)
        case .askDay(let service, let dates):
            self.init(kind: .askDay, service: service, dates: dates)
        case .offerTimes(let service, let slots):
            self.init(.offerTimes, slots)
            self.service = service
        case .cannotBook(let service): self.init(kind: .cannotBook, service: service)
        case .unavailable(let service, let wished, let slots):
            self.init(.unavailable, slots)
            self.service = service
            self.wished = wished.map(StoredMoment.init)
        case .past(let date, let slots):
            self.init(.past, slots)
            self.date = date
        case .tooSoon(let minutes, let wished, let slots):
            self.init(.tooSoon, slots)
            self.minutes = minutes
            self.wished = StoredMoment(wished)
        case .outsideHours(let service, let staff, let wished, let slots):
            self.init(.outsideHours, slots)
            self.service = service
            self.staff = staff
            self.wished = StoredMoment(wished)
        case .nothingFree(let service, let days):
            self.init(kind: .nothingFree, service: service, days: StoredDays(days))
        case .closed(let date, let slots):
            self.init(.closed, slots)
            self.date = date
        case .closedForToday(let slots): self.init(.closedForToday, slots)
        case .away(let staff, let date, let slots):
            self.init(.away, slots)
            self.staff = staff
            self.date = date
        case .doesNotOffer(let staff, let service):
            self.init(kind: .doesNotOffer, service: service, staff: staff)
        case .nobodyElse(let service): self.init(kind: .nobodyElse, service: service)
        case .beyondHorizon(let days): self.init(kind: .beyondHorizon, horizonDays: days)
        case .askConfirm(let slot, let priceMin, let priceMax):
            self.init(
                kind: .askConfirm, slot: StoredSlot(slot), priceMin: priceMin, priceMax: priceMax)
        case .expiredButFree(let slot): self.init(kind: .expiredButFree, slot: StoredSlot(slot))
        case .expired: self.init(kind: .expired)
        case .booked(let booking, let preparation):
            self.init(.booked, booking)
            self.preparation = preparation
        case .askPayment(let booking): self.init(.askPayment, booking)
        case .paymentLapsed: self.init(kind: .paymentLapsed)
        case .askChange: self.init(kind: .askChange)
        case .afterThis(let service): self.init(kind: .afterThis, service: service)
        case .abandoned: self.init(kind: .abandoned)
        case .askWhich(let bookings, .cancel): self.init(.askWhich, bookings, .cancel)
        case .askWhich(let bookings, .reschedule): self.init(.askWhich, bookings, .reschedule)
        case .noAppointment: self.init(kind: .noAppointment)
        case .unknownReference(let reference):
            self.init(kind: .unknownReference, reference: reference)
        case .alreadyThen(let booking): self.init(.alreadyThen, booking)
        case .askNewTime(let booking): self.init(.askNewTime, booking)
        case .askMove(let booking, let slot): self.init(.askMove, booking, slot)
        case .moved(let booking, let slot): self.init(.moved, booking, slot)
        case .askCancel(let booking): self.init(.askCancel, booking)
        case .askCancelSeveral(let bookings): self.init(.askCancelSeveral, bookings)
        case .cancelled(let booking): self.init(.cancelled, booking)
        case .kept(let booking):
            self.init(kind: .kept, booking: booking.map(StoredBooking.init))
        case .appointments(let bookings): self.init(.appointments, bookings)
        case .offerPerson: self.init(kind: .offerPerson)
        case .handingOver: self.init(kind: .handingOver)
        }
    }
}

// MARK: Reading

extension StoredBookingPrompt {
    func value() throws -> BookingPrompt {
        switch kind {
        case .askService: .askService(try given("services", services))
        case .suggestServices: .suggestServices(try given("services", services))
        case .askDay: .askDay(try theService(), suggestions: try given("dates", dates))
        case .offerTimes: .offerTimes(try theService(), try theSlots())
        case .cannotBook: .cannotBook(service)
        case .unavailable:
            .unavailable(try theService(), wished: wished?.value, try theSlots())
        case .past: .past(try theDate(), try theSlots())
        case .tooSoon:
            .tooSoon(
                minutes: try count("minutes", minutes), wished: try theMoment(), try theSlots())
        case .outsideHours:
            .outsideHours(try theService(), staff, wished: try theMoment(), try theSlots())
        case .nothingFree: .nothingFree(try theService(), try given("days", days).value)
        case .closed: .closed(try theDate(), try theSlots())
        case .closedForToday: .closedForToday(try theSlots())
        case .away: .away(try given("staff", staff), try theDate(), try theSlots())
        case .doesNotOffer: .doesNotOffer(try given("staff", staff), try theService())
        case .nobodyElse: .nobodyElse(try theService())
        case .beyondHorizon: .beyondHorizon(days: try count("horizon_days", horizonDays))
        case .askConfirm: .askConfirm(try theSlot(), priceMin: priceMin, priceMax: priceMax)
        case .expiredButFree: .expiredButFree(try theSlot())
        case .expired: .expired
        case .booked:
            .booked(try theBooking(), preparation: try given("preparation", preparation))
        case .askPayment: .askPayment(try theBooking())
        case .paymentLapsed: .paymentLapsed
        case .askChange: .askChange
        case .afterThis: .afterThis(service)
        case .abandoned: .abandoned
        case .askWhich:
            switch try given("purpose", purpose) {
            case .cancel: .askWhich(try theBookings(), .cancel)
            case .reschedule: .askWhich(try theBookings(), .reschedule)
            }
        case .noAppointment: .noAppointment
        case .unknownReference: .unknownReference(try given("reference", reference))
        case .alreadyThen: .alreadyThen(try theBooking())
        case .askNewTime: .askNewTime(try theBooking())
        case .askMove: .askMove(try theBooking(), try theSlot())
        case .moved: .moved(try theBooking(), try theSlot())
        case .askCancel: .askCancel(try theBooking())
        case .askCancelSeveral: .askCancelSeveral(try theBookings())
        case .cancelled: .cancelled(try theBooking())
        case .kept: .kept(try booking?.value())
        case .appointments: .appointments(try theBookings())
        case .offerPerson: .offerPerson
        case .handingOver: .handingOver
        }
    }

    private func given<Value>(_ name: String, _ value: Value?) throws -> Value {
        try StoredMember.required(name, value)
    }

    private func count(_ name: String, _ number: Int?) throws -> Int {
        try StoredMember.bounded(name, given(name, number), in: StoredMember.counter)
    }

    private func theService() throws -> ServiceID { try given("service", service) }
    private func theDate() throws -> LocalDate { try given("date", date) }
    private func theMoment() throws -> LocalDateTime { try given("wished", wished).value }
    private func theSlot() throws -> Slot { try given("slot", slot).value }
    private func theSlots() throws -> [Slot] { try given("slots", slots).map(\.value) }
    private func theBooking() throws -> Booking { try given("booking", booking).value() }

    private func theBookings() throws -> [Booking] {
        try given("bookings", bookings).map { try $0.value() }
    }
}
