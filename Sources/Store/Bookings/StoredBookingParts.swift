import Base
import Domain

// What sessions, commands and effects of drafts share. Versions 1 and 2 of them spell these alike;
// a version that does not gets a type of its own beside these.

struct StoredSlot: Codable {
    var service: ServiceID
    var staff: StaffMemberID
    var start: Instant
    var end: Instant

    init(_ slot: Slot) {
        service = slot.service
        staff = slot.staff
        start = slot.start
        end = slot.end
    }

    var value: Slot { Slot(service: service, staff: staff, start: start, end: end) }
}

struct StoredBooking: Codable {
    var id: BookingID
    var contact: ContactID
    var slot: StoredSlot
    var status: String
    var expiresAt: Instant?
    var reference: String
    var version: Int

    init(_ booking: Booking) {
        id = booking.id
        contact = booking.contact
        slot = StoredSlot(booking.slot)
        status = booking.status.rawValue
        expiresAt = booking.expiresAt
        reference = booking.reference
        version = booking.version
    }

    func value() throws -> Booking {
        Booking(
            id: id, contact: contact, slot: slot.value,
            status: try StoredMember.named("status", status), expiresAt: expiresAt,
            reference: reference,
            version: try StoredMember.bounded("version", version, in: StoredMember.counter))
    }
}

struct StoredDays: Codable {
    var from: LocalDate
    var to: LocalDate
    var weekdays: [Weekday]

    init(_ days: DayConstraint) {
        from = days.from
        to = days.to
        weekdays = days.weekdays.sorted { $0.number < $1.number }
    }

    var value: DayConstraint { DayConstraint(from: from, to: to, weekdays: Set(weekdays)) }
}

struct StoredTimes: Codable {
    var earliest: LocalTime
    var latest: LocalTime
    var isExact: Bool
    var named: LocalTime?

    init(_ times: TimeConstraint) {
        earliest = times.earliest
        latest = times.latest
        isExact = times.isExact
        named = times.named
    }

    var value: TimeConstraint {
        TimeConstraint(earliest: earliest, latest: latest, isExact: isExact, named: named)
    }
}

struct StoredDayTimePair: Codable {
    var day: StoredDays?
    var time: StoredTimes

    init(_ pair: DayTimePair) {
        day = pair.day.map(StoredDays.init)
        time = StoredTimes(pair.time)
    }

    var value: DayTimePair { DayTimePair(day: day?.value, time: time.value) }
}

struct StoredMoment: Codable {
    var date: LocalDate
    var time: LocalTime

    init(_ moment: LocalDateTime) {
        date = moment.date
        time = moment.time
    }

    var value: LocalDateTime { LocalDateTime(date: date, time: time) }
}

/// What a customer has said about an appointment; what was not said is left out.
struct StoredBookingRequest: Codable {
    var service: ServiceID?
    var staff: StaffMemberID?
    var day: StoredDays?
    var time: StoredTimes?
    var anyStaff: Bool?
    var excludedStaff: [StaffMemberID]?
    var prefersEarliest: Bool?
    var dayTimePairs: [StoredDayTimePair]?
    var candidateServices: [ServiceID]?
    var isAdditional: Bool?

    init(_ request: BookingRequest) {
        service = request.service
        staff = request.staff
        day = request.day.map(StoredDays.init)
        time = request.time.map(StoredTimes.init)
        anyStaff = request.anyStaff ? true : nil
        excludedStaff = request.excludedStaff.isEmpty ? nil : request.excludedStaff.sorted()
        prefersEarliest = request.prefersEarliest ? true : nil
        dayTimePairs =
            request.dayTimePairs.isEmpty ? nil : request.dayTimePairs.map(StoredDayTimePair.init)
        candidateServices = request.candidateServices.isEmpty ? nil : request.candidateServices
        isAdditional = request.isAdditional ? true : nil
    }

    var value: BookingRequest {
        var request = BookingRequest(
            service: service, staff: staff, day: day?.value, time: time?.value,
            anyStaff: anyStaff ?? false, excludedStaff: Set(excludedStaff ?? []),
            prefersEarliest: prefersEarliest ?? false)
        request.dayTimePairs = (dayTimePairs ?? []).map(\.value)
        request.candidateServices = candidateServices ?? []
        request.isAdditional = isAdditional ?? false
        return request
    }
}

/// How a customer picks from what was offered; one of these, and none of them is "any".
struct StoredOfferChoice: Codable {
    enum Kind: String, Codable, CaseIterable { case position, time, any }

    var kind: Kind
    var position: Int?
    var time: LocalTime?

    init(_ choice: OfferChoice) {
        switch choice {
        case .position(let position):
            kind = .position
            self.position = position
        case .time(let time):
            kind = .time
            self.time = time
        case .any: kind = .any
        }
    }

    func value() throws -> OfferChoice {
        switch kind {
        case .position:
            let position = try StoredMember.required("position", position)
            return .position(try StoredMember.bounded("position", position, in: -1_000...1_000))
        case .time: return .time(try StoredMember.required("time", time))
        case .any: return .any
        }
    }
}
