package import Base

/// Which free times to offer for a wish: the nearest first, few enough to read.
package struct SlotOffers: Sendable {
    /// Alternatives on the wished day, and on the next open morning.
    package static let sameDayLimit = 5
    package static let nextMorningLimit = 3

    let availability: Availability
    let service: OfferedService
    let moving: BookingID?

    package init(availability: Availability, service: OfferedService, moving: BookingID? = nil) {
        self.availability = availability
        self.service = service
        self.moving = moving
    }

    private var zone: Zone { availability.catalogue.zone }

    /// Free slots that satisfy the whole wish, one for each start.
    func matching(_ wish: BookingWish, day: DayWish) -> [Slot] {
        let found = availability.slots(
            of: service, staff: wish.staff, from: day.from, to: day.to, moving: moving)
        return oneForEachStart(found).filter { slot in
            let local = zone.local(slot.start)
            return day.allows(local.date) && (wish.time?.allows(local.time) ?? true)
        }
    }

    /// Up to five of `slots`, spread over them when no time was wished.
    func shortlist(_ slots: [Slot]) -> [Slot] {
        guard slots.count > SlotOffers.sameDayLimit else { return slots }
        let last = slots.count - 1
        let steps = SlotOffers.sameDayLimit - 1
        return (0...steps).map { slots[$0 * last / steps] }
    }

    /// Up to five free times on the wished day nearest the wish, then up to three of the next
    /// open morning; the person wished for if possible, otherwise anybody.
    package func alternatives(to wish: BookingWish, day: LocalDate) -> [Slot] {
        let own = alternatives(staff: wish.staff, time: wish.time, day: day)
        guard own.isEmpty, wish.staff != nil else { return own }
        return alternatives(staff: nil, time: wish.time, day: day)
    }

    private func alternatives(staff: StaffMemberID?, time: TimeWish?, day: LocalDate) -> [Slot] {
        let sameDay = oneForEachStart(
            availability.slots(of: service, staff: staff, from: day, to: day, moving: moving))
        let nearest = sameDay.sorted { left, right in
            let first = distance(left, time)
            let second = distance(right, time)
            return first == second ? left < right : first < second
        }
        let chosen = nearest.prefix(SlotOffers.sameDayLimit).sorted()
        return chosen + nextMorning(after: day, staff: staff)
    }

    private func nextMorning(after day: LocalDate, staff: StaffMemberID?) -> [Slot] {
        let today = zone.local(availability.now).date
        let end = today.adding(days: availability.catalogue.policy.horizonDays)
        var date = max(day, today).adding(days: 1)
        while date <= end {
            let slots = oneForEachStart(
                availability.slots(of: service, staff: staff, from: date, to: date, moving: moving))
            if !slots.isEmpty { return Array(slots.prefix(SlotOffers.nextMorningLimit)) }
            date = date.adding(days: 1)
        }
        return []
    }

    /// The next days with anything free, for asking which day would suit.
    func openDays(_ wish: BookingWish, limit: Int) -> [LocalDate] {
        let today = zone.local(availability.now).date
        let end = today.adding(days: availability.catalogue.policy.horizonDays)
        var days: [LocalDate] = []
        var date = today
        while date <= end, days.count < limit {
            if !matching(wish, day: .on(date)).isEmpty { days.append(date) }
            date = date.adding(days: 1)
        }
        return days
    }

    private func distance(_ slot: Slot, _ time: TimeWish?) -> Int {
        time?.distance(to: zone.local(slot.start).time) ?? 0
    }

    private func oneForEachStart(_ slots: [Slot]) -> [Slot] {
        var seen: Set<Instant> = []
        return slots.filter { seen.insert($0.start).inserted }
    }
}
