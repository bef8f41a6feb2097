package import Base

/// Which free times to offer for a request: the nearest first, few enough to read.
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

    /// Free slots that satisfy the whole request, one for each start.
    func matching(_ request: BookingRequest, day: DayConstraint) -> [Slot] {
        let found = availability.slots(
            of: service, staff: request.staff, from: day.from, to: day.to, moving: moving)
        return oneForEachStart(found, request.excludedStaff).filter { slot in
            let local = zone.local(slot.start)
            return day.allows(local.date) && (request.time?.allows(local.time) ?? true)
                && request.allows(local)
        }
    }

    /// The slot of "about 4 on Tuesday" at 4 itself, where it is free: nearer it cannot be; or the
    /// first of "first thing on Tuesday".
    func named(_ request: BookingRequest, day: DayConstraint, in slots: [Slot]) -> Slot? {
        guard day.single != nil, let time = request.time else { return nil }
        if request.prefersEarliest { return slots.first }
        guard let named = time.named else { return nil }
        return slots.first { zone.local($0.start).time == named }
    }

    /// Up to five of `slots`, spread over them; on the hour and the half hour where there are enough.
    ///
    /// The first ones, where the request is for the earliest.
    func shortlist(_ slots: [Slot], soonest: Bool = false) -> [Slot] {
        guard slots.count > SlotOffers.sameDayLimit else { return slots }
        if soonest { return Array(slots.prefix(SlotOffers.sameDayLimit)) }
        let round = slots.filter { zone.local($0.start).time.minute % 30 == 0 }
        let from = round.count >= SlotOffers.sameDayLimit ? round : slots
        let last = from.count - 1
        let steps = SlotOffers.sameDayLimit - 1
        return (0...steps).map { from[$0 * last / steps] }
    }

    /// Up to five free times on the wished day nearest the request, then up to three of the next
    /// open morning.
    ///
    /// With the person wished for if possible; a colleague who is free exactly at the wished time,
    /// or on the wished day when that person is not, is offered beside them.
    package func alternatives(to request: BookingRequest, day: LocalDate) -> [Slot] {
        let own = free(on: day, staff: request.staff, request.excludedStaff)
        guard let staff = request.staff else {
            return nearest(own, request.time)
                + nextMorning(after: day, staff: nil, request.excludedStaff)
        }
        let anybody = free(on: day, staff: nil, request.excludedStaff)
        let morning = nextMorning(after: day, staff: staff, request.excludedStaff)
        let later =
            morning.isEmpty ? nextMorning(after: day, staff: nil, request.excludedStaff) : morning
        if own.isEmpty { return nearest(anybody, request.time) + later }
        guard let time = request.time, time.isExact,
            let colleague = anybody.first(where: { time.allows(zone.local($0.start).time) })
        else { return nearest(own, request.time) + later }
        let few = nearest(own.filter { $0.start != colleague.start }, time)
            .prefix(SlotOffers.sameDayLimit - 1)
        return (few + [colleague]).sorted() + later
    }

    private func free(
        on day: LocalDate, staff: StaffMemberID?, _ without: Set<StaffMemberID>
    ) -> [Slot] {
        oneForEachStart(
            availability.slots(of: service, staff: staff, from: day, to: day, moving: moving),
            without)
    }

    private func nearest(_ slots: [Slot], _ time: TimeConstraint?) -> [Slot] {
        guard time != nil else { return shortlist(slots) }
        let ordered = slots.sorted { left, right in
            let first = distance(left, time)
            let second = distance(right, time)
            return first == second ? left < right : first < second
        }
        return ordered.prefix(SlotOffers.sameDayLimit).sorted()
    }

    private func nextMorning(
        after day: LocalDate, staff: StaffMemberID?, _ without: Set<StaffMemberID>
    ) -> [Slot] {
        let today = zone.local(availability.now).date
        let end = today.adding(days: availability.catalogue.policy.horizonDays)
        var date = max(day, today).adding(days: 1)
        while date <= end {
            let slots = free(on: date, staff: staff, without)
            if !slots.isEmpty { return Array(slots.prefix(SlotOffers.nextMorningLimit)) }
            date = date.adding(days: 1)
        }
        return []
    }

    /// The next days with anything free, for asking which day would suit.
    func openDays(_ request: BookingRequest, limit: Int) -> [LocalDate] {
        let today = zone.local(availability.now).date
        let end = today.adding(days: availability.catalogue.policy.horizonDays)
        var days: [LocalDate] = []
        var date = today
        while date <= end, days.count < limit {
            if !matching(request, day: .on(date)).isEmpty { days.append(date) }
            date = date.adding(days: 1)
        }
        return days
    }

    private func distance(_ slot: Slot, _ time: TimeConstraint?) -> Int {
        time?.distance(to: zone.local(slot.start).time) ?? 0
    }

    private func oneForEachStart(
        _ slots: [Slot], _ without: Set<StaffMemberID>
    ) -> [Slot] {
        var seen: Set<Instant> = []
        return slots.filter { !without.contains($0.staff) && seen.insert($0.start).inserted }
    }
}
