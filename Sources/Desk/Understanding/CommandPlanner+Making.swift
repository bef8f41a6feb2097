import Base
import Domain
import Language

/// A new appointment is being put together, or waits for a yes.
extension CommandPlanner {
    func collecting(_ part: MessageSegment, _ state: BookingState.Collecting) -> [Command] {
        if isAboutAnother(part) {
            return part.verb == .move || part.intent.best == .bookingReschedule
                ? move(part) : cancel(part)
        }
        // Nobody wants to give up an appointment that stands; the open question stands too.
        if keepsAll(part) { return [] }
        var wish = part.reading.wish(spokenOf(state))
        if state.request.service == nil { wish = part.reading.described.added(to: wish) }
        if dropsOut(part, bringsMore: brings(wish, part, over: state.request)) {
            return [.cancel(reference: nil)]
        }
        if part.intent.best == .bookingStatus, !part.reading.hasWhen { return [.status] }
        let newService = wish.service != nil && wish.service != state.request.service
        if wish.isOpenOfStaff, !part.reading.hasWhen { return [.setSlot(wish)] }
        switch reply(part) {
        case .position(let place)
        where !newService && !contradicts(wish, state.offered, place, part):
            return [.chooseOffer(.position(place))]
        case .any where wish.time == nil && wish.day == nil && !state.offered.isEmpty:
            return [.chooseOffer(.any)]
        case .noneOfThem where wish.isEmpty: return [.setSlot(later(than: state.offered))]
        case .yes where wish.isEmpty: return [.confirm]
        case .no where wish.isEmpty: return [.deny]
        default: break
        }
        if wish.isEmpty { return [] }
        let isCorrection =
            part.intent.best == .bookingModify || newService && state.request.service != nil
        return with(
            further(part, wish, after: state.request),
            isCorrection ? .correctSlot(wish) : .setSlot(wish))
    }

    private func with(_ further: BookingRequest?, _ command: Command) -> [Command] {
        further.map { [command, .startBooking($0)] } ?? [command]
    }

    /// "Two of us, one with Kaz and one with Lena": the second of two, beside the one being made.
    private func further(
        _ part: MessageSegment, _ wish: BookingRequest, after known: BookingRequest
    ) -> BookingRequest? {
        guard let staff = PairedRequest(part.reading, facts).secondPerson else { return nil }
        var second = known.corrected(by: wish)
        second.staff = staff
        second.isAdditional = true
        return second
    }

    func confirming(_ part: MessageSegment, _ state: BookingState.Confirming) -> [Command] {
        if isAboutAnother(part), part.verb == .cancel { return cancel(part) }
        if part.words.refuses(PlannerWords.cancel), keepsAll(part) { return [] }
        let held = facts.catalogue.zone.local(state.booking.slot.start)
        let spoken = DiscourseContext(
            moment: held, week: held.date, staff: state.booking.slot.staff)
        let wish = part.reading.wish(spoken)
        let changes = !repeats(wish, state.booking.slot)
        // "With Ana if she's there": said again is neither yes nor no, and the question stands.
        let restates = !wish.isEmpty && !changes && !part.words.has(PlannerWords.drop)
        if restates, reply(part) != .yes, !isSureYes(part), part.verb != .cancel {
            return [.correctSlot(wish)]
        }
        if dropsOut(part, bringsMore: changes) { return [.cancel(reference: nil)] }
        if changes { return with(further(part, wish, after: state.request), .correctSlot(wish)) }
        switch reply(part) {
        case .yes: return [.confirm]
        case .no: return [.deny]
        case .unsure: return []
        case .position, .any, .noneOfThem, nil: break
        }
        if isSureYes(part) { return [.confirm] }
        switch part.intent.best {
        case .bookingStatus: return [.status]
        case .bookingModify where !part.asks: return [.deny]
        default: return []
        }
    }

    func paying(_ part: MessageSegment) -> [Command] {
        if keepsAll(part) { return [] }
        if dropsOut(part, bringsMore: false) { return [.cancel(reference: nil)] }
        return part.intent.best == .bookingStatus ? [.status] : []
    }

    // MARK: Parts of the decisions

    /// Whether the text is about an appointment that stands, not about the one being made.
    private func isAboutAnother(_ part: MessageSegment) -> Bool {
        guard !facts.appointments.isEmpty else { return false }
        if part.reading.reference != nil { return true }
        return part.words.has(PlannerWords.another)
            && (part.verb == .cancel || part.verb == .move)
    }

    /// Whether a text says something new about what is wanted, beside what it gives up.
    private func brings(_ wish: BookingRequest, _ part: MessageSegment, over known: BookingRequest)
        -> Bool
    {
        part.reading.hasWhen || part.reading.speaksOfStaff
            || (wish.service != nil && wish.service != known.service)
    }

    /// What "same", "later" and a weekday point to while a time is being found.
    private func spokenOf(_ state: BookingState.Collecting) -> DiscourseContext {
        let zone = facts.catalogue.zone
        let first = state.offered.first.map { zone.local($0.start) }
        var spoken = DiscourseContext(days: state.request.day, staff: state.request.staff)
        spoken.week = state.request.day?.single
        if let wished = state.asked.prompt.requestedMoment {
            spoken.moment = wished
            spoken.week = wished.date
        } else if let date = state.request.day?.single ?? first?.date {
            spoken.moment = LocalDateTime(
                date: date, time: state.request.time?.earliest ?? first?.time ?? .noon)
        }
        return spoken
    }

    /// Whether a wish only says again what a slot already is.
    func repeats(_ wish: BookingRequest, _ slot: Slot) -> Bool {
        let local = facts.catalogue.zone.local(slot.start)
        return (wish.service == nil || wish.service == slot.service)
            && (wish.staff == nil || wish.staff == slot.staff)
            && !wish.excludedStaff.contains(slot.staff)
            && (wish.day?.allows(local.date) ?? true)
            && (wish.time?.allows(local.time) ?? true)
    }

    /// Whether a clock time in the text is another than that of the offer it would choose: "2pm
    /// then" is no second place. A number alone is one.
    func contradicts(
        _ wish: BookingRequest, _ offered: [Slot], _ place: Int, _ part: MessageSegment
    ) -> Bool {
        guard part.words.count > 1 || !(part.words.all.first ?? "").allSatisfy(\.isNumber),
            let time = wish.time, time.isExact, offered.indices.contains(place - 1)
        else { return false }
        return !time.allows(facts.catalogue.zone.local(offered[place - 1].start).time)
    }

    /// Other days than those that were turned down.
    func later(than offered: [Slot]) -> BookingRequest {
        let dates = offered.map { facts.catalogue.zone.local($0.start).date }
        guard let last = dates.max() else { return BookingRequest() }
        return BookingRequest(
            day: DayConstraint(from: last.adding(days: 1), to: last.adding(days: 7)))
    }
}

extension BookingRequest {
    /// Whether it is only about who it shall be.
    var isOpenOfStaff: Bool {
        (anyStaff || !excludedStaff.isEmpty || staff != nil) && service == nil && day == nil
            && time == nil
    }
}
