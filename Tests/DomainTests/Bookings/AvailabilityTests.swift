import Base
import Domain
import Foundation
import Testing

/// Free times against an independent search that looks at every minute of real time.
@Suite("Free times")
struct AvailabilityTests {
    /// Zones with a habit: half-hour jumps, jumps at midnight, two hours, odd offsets, and calm ones.
    static let zones = [
        "Europe/London", "America/New_York", "Australia/Lord_Howe", "Antarctica/Troll",
        "America/Havana", "Asia/Beirut", "America/Asuncion", "America/Santiago",
        "Africa/Casablanca", "Europe/Dublin", "Pacific/Chatham", "Asia/Gaza", "Africa/Cairo",
        "America/Nuuk", "Asia/Kathmandu", "Pacific/Apia", "Asia/Kolkata", "Australia/Sydney",
        "America/Los_Angeles", "America/St_Johns", "Atlantic/Azores", "Asia/Tehran",
    ]

    @Test("Free times are those that a search minute by minute finds", arguments: zones)
    func differential(name: String) throws {
        let zone = try #require(Zone(name))
        var random = SeededRandom(seed: UInt64(name.utf8.reduce(0) { $0 + Int($1) }))
        var days = clockChanges(in: zone).prefix(4).map { $0 }
        days.append(Salon.date("2026-03-17"))
        for day in days {
            let wall = WallClock(day, in: zone)
            for _ in 0..<3 {
                let question = Question.random(around: day, in: zone, &random)
                let found = question.availability.slots(
                    of: question.service, from: question.from, to: question.to,
                    moving: question.moving)
                #expect(found == question.bruteForce(wall), "\(question.from) in \(name)")
            }
        }
    }

    @Test("A slot that is offered is free, and its neighbours by a minute are not")
    func exactness() {
        let availability = Salon().availability
        let service = Salon.catalogue.services[0]
        let slots = availability.slots(
            of: service, from: Salon.date("2026-11-24"), to: Salon.date("2026-11-24"))
        #expect(slots.count == 34)
        for slot in slots {
            #expect(availability.isFree(slot))
            let late = Slot(
                service: slot.service, staff: slot.staff, start: slot.start + .minutes(1),
                end: slot.end + .minutes(1))
            #expect(!availability.isFree(late))
        }
    }

    @Test("A held time stays free for its booking when notice or cut-off pass meanwhile")
    func staysFree() throws {
        var salon = Salon()
        try salon.hear(.start(.for(Salon.cut, on: "2026-11-20", at: "11:00")))
        guard case .confirming(let held) = salon.state else {
            Issue.record("not held")
            return
        }
        salon.now = salon.now + .minutes(5)
        #expect(!salon.availability.isFree(held.booking.slot, moving: held.booking.id))
        #expect(salon.availability.staysFree(held.booking.slot, for: held.booking.id))
        salon.now = held.booking.slot.start + .minutes(1)
        #expect(!salon.availability.staysFree(held.booking.slot, for: held.booking.id))
    }

    @Test("After the same-day cut-off nothing is free today, and everything is tomorrow")
    func cutoff() {
        var salon = Salon()
        let today = Salon.date("2026-11-20")
        salon.catalogue.policy.minimumNoticeMinutes = 0
        salon.now = Salon.instant("2026-11-20T14:59:00Z")
        let service = salon.catalogue.services[0]
        #expect(!salon.availability.slots(of: service, from: today, to: today).isEmpty)
        salon.now = Salon.instant("2026-11-20T15:00:00Z")
        #expect(salon.availability.slots(of: service, from: today, to: today).isEmpty)
        let tomorrow = today.adding(days: 1)
        #expect(salon.availability.slots(of: service, from: tomorrow, to: tomorrow).count == 34)
    }

    @Test("Periods that overlap or touch are one, and a service may run across them")
    func overlappingPeriods() {
        var salon = Salon()
        let periods = [Salon.hours("09:00", "12:00"), Salon.hours("11:00", "13:00")]
        salon.catalogue.hours = WeeklyHours([.tuesday: periods])
        let day = Salon.date("2026-11-24")
        let starts = salon.availability.slots(
            of: salon.catalogue.services[0], staff: Salon.joel, from: day, to: day
        ).map { salon.catalogue.zone.local($0.start).time.description }
        #expect(
            starts == ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30", "12:00"])
    }

    /// The days of 2025 to 2027 on which the zone's clocks change.
    private func clockChanges(in zone: Zone) -> [LocalDate] {
        let first = Salon.date("2025-01-01").dayNumber
        return (first..<first + 3 * 365).compactMap { number in
            let noon = Instant(seconds: Int64(number) * 86_400 + 43_200)
            let changed =
                zone.offsetSeconds(at: noon) != zone.offsetSeconds(at: noon + .days(1))
            guard changed else { return nil }
            let (low, high) = (zone.local(noon).date, zone.local(noon + .days(1)).date)
            return zone.day(low).duration == .days(1) ? high : low
        }
    }
}

/// One random business, and what is free in it on a few days.
private struct Question {
    var availability: Availability
    var service: OfferedService
    var from: LocalDate
    var to: LocalDate
    var moving: BookingID?

    static func random(
        around day: LocalDate, in zone: Zone, _ random: inout SeededRandom
    ) -> Question {
        var catalogue = Salon.catalogue
        catalogue.zone = zone
        catalogue.hours = hours(&random)
        for index in catalogue.staff.indices { catalogue.staff[index].hours = hours(&random) }
        var service = catalogue.services[0]
        service.durationMinutes = 5 * Int(random.next() % 40 + 1)
        service.bufferBeforeMinutes = 5 * Int(random.next() % 4)
        service.bufferAfterMinutes = 5 * Int(random.next() % 4)
        catalogue.services[0] = service
        catalogue.closures = random.fraction() < 0.2 ? [day] : []
        catalogue.policy = BookingPolicy(
            sameDayCutoff: random.fraction() < 0.5 ? time(&random) : nil,
            minimumNoticeMinutes: Int(random.next() % 300),
            horizonDays: Int(random.next() % 5),
            stepMinutes: [5, 10, 15, 20, 45, 60][Int(random.next() % 6)])
        let start = zone.day(day).start
        let now = start - .minutes(Int(random.next() % 2880)) + .seconds(Int(random.next() % 60))
        var busy: [BusySpan] = []
        for number in 0..<(random.next() % 8) {
            let from = start + .minutes(Int(random.next() % 2880) - 720)
            busy.append(
                BusySpan(
                    staff: random.fraction() < 0.5 ? Salon.ana : Salon.joel,
                    during: Interval(from, lasting: .minutes(Int(random.next() % 180) + 1)),
                    booking: Salon.id(number)))
        }
        return Question(
            availability: Availability(catalogue: catalogue, busy: busy, now: now),
            service: service, from: day, to: day,
            moving: random.fraction() < 0.3 ? Salon.id(0) : nil)
    }

    private static func hours(_ random: inout SeededRandom) -> WeeklyHours {
        var week: [Weekday: [WeeklyHours.Period]] = [:]
        for weekday in Weekday.allCases where random.fraction() < 0.9 {
            week[weekday] = (0..<(random.next() % 3 + 1)).map { _ in
                let first = time(&random)
                let second = time(&random)
                return .init(open: min(first, second), close: max(first, second))
            }
        }
        if random.fraction() < 0.4 {
            let whole = [WeeklyHours.Period(open: .midnight, close: .endOfDay)]
            for weekday in Weekday.allCases { week[weekday] = whole }
        }
        return WeeklyHours(week)
    }

    private static func time(_ random: inout SeededRandom) -> LocalTime {
        // Half of all times lie in the small hours, where clocks change.
        let steps = random.fraction() < 0.5 ? 20 : 97
        return LocalTime(minutes: 15 * Int(random.next() % UInt64(steps))) ?? .noon
    }

    /// Looks at every real minute of the day, knowing only how to read a wall clock.
    func bruteForce(_ wall: WallClock) -> [Slot] {
        let catalogue = availability.catalogue
        let today = catalogue.zone.local(availability.now).date
        guard from >= today, from <= today.adding(days: catalogue.policy.horizonDays),
            !catalogue.closures.contains(from)
        else { return [] }
        var found: [Slot] = []
        for member in catalogue.staff where service.staff.contains(member.id) {
            let closings = closings(of: member, on: from.weekday)
            // A wall time that comes twice is the first of the two.
            var seen: Set<LocalTime> = []
            for (instant, local) in wall.minutes where local.date == from {
                guard let closing = closings[local.time.minutes], isBookable(instant, today),
                    seen.insert(local.time).inserted, !isTaken(member, instant)
                else { continue }
                let end = instant + .minutes(service.durationMinutes)
                guard end <= wall.first(at: closing) else { continue }
                found.append(Slot(service: service.id, staff: member.id, start: instant, end: end))
            }
        }
        return found.sorted()
    }

    private func isBookable(_ instant: Instant, _ today: LocalDate) -> Bool {
        let policy = availability.catalogue.policy
        let now = availability.catalogue.zone.local(availability.now)
        if let cutoff = policy.sameDayCutoff, from == today, now.time >= cutoff { return false }
        return instant - availability.now >= .minutes(policy.minimumNoticeMinutes)
    }

    /// For each minute of a day that is a start on the grid: when its period ends.
    private func closings(of member: StaffMember, on weekday: Weekday) -> [LocalDateTime?] {
        let open = (0..<1440).map { minute in
            [availability.catalogue.hours, member.hours].allSatisfy { hours in
                hours.periods(on: weekday).contains {
                    $0.open.minutes <= minute && minute < $0.close.minutes
                }
            }
        }
        let step = max(5, availability.catalogue.policy.stepMinutes)
        var result = [LocalDateTime?](repeating: nil, count: 1440)
        var opening = 0
        var starts: [Int] = []
        for minute in 0...1440 {
            if minute < 1440, open[minute] {
                if starts.isEmpty { opening = minute }
                if (minute - opening) % step == 0 { starts.append(minute) }
                continue
            }
            let close = LocalDateTime(date: from, time: LocalTime(minutes: minute) ?? .endOfDay)
            for start in starts { result[start] = close.normalised }
            starts = []
        }
        return result
    }

    private func isTaken(_ member: StaffMember, _ instant: Instant) -> Bool {
        let from = instant - .minutes(service.bufferBeforeMinutes)
        let until = instant + .minutes(service.durationMinutes + service.bufferAfterMinutes)
        return availability.busy.contains { span in
            span.staff == member.id && (moving == nil || span.booking != moving)
                && span.during.start < until && from < span.during.end
        }
    }
}

/// What clocks show in every real minute around one day.
private struct WallClock {
    let minutes: [(instant: Instant, local: LocalDateTime)]

    init(_ day: LocalDate, in zone: Zone) {
        let start = Instant(seconds: Int64(day.dayNumber) * 86_400) - .hours(15)
        minutes = (0..<(56 * 60)).map { minute in
            let instant = start + .minutes(minute)
            return (instant, zone.local(instant))
        }
    }

    /// The first instant at which clocks show `local` or later.
    func first(at local: LocalDateTime) -> Instant {
        minutes.first { $0.local >= local }?.instant ?? Instant(seconds: 0)
    }
}
