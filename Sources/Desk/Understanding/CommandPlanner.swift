import Base
import Domain
import Language

/// From what was read to commands, by the state of the booking. Pure.
///
/// Rules decide what a text does to a booking; the classifier only says what it is about. What fits
/// no rule changes nothing: the open question is put again.
struct CommandPlanner: Sendable {
    let facts: UnderstandingFacts

    /// What one part, or several put together, does to the booking; empty when it does nothing.
    func commands(for part: MessagePart) -> [Command] {
        switch facts.state {
        case .idle: idle(part)
        case .collecting(let state): collecting(part, state)
        case .confirming(let state): confirming(part, state)
        case .paymentPending: paying(part)
        case .rescheduleCollecting(let state): moving(part, state)
        case .rescheduleConfirm(let state): confirmingMove(part, state)
        case .cancelConfirm(let state): cancelling(part, state)
        }
    }

    static let dropWords =
        "forget it|never mind|nevermind|nvm|leave it|dont bother|changed my mind|no longer|"
        + "dont book|do not book|not anymore|not any more|dont want it|call it off|scrap that"
    static let cancelWords =
        "cancel|canceling|cancelling|cancle|canel|call off|calling off|take me off"
    static let ownWords =
        "my appointment|my appt|my booking|my slot|my visit|my meeting|am i|do i have|did my|"
        + "is my|was my|booked|confirmation|remind|status|me down|i already have|"
        + "ive got|still on|went through"
    static let keepWords = "keep|leave it|stay|dont cancel|do not cancel|as it is|as is"
    static let moveWords =
        "move|reschedule|rescheduling|resched|push|postpone|shift|rebook|bring forward"

    // MARK: Nothing open

    private func idle(_ part: MessagePart) -> [Command] {
        let wish = part.reading.wish(before: nil)
        let speaksOfOwn = part.reading.mentions.contains { $0.time == .same || $0.day == .same }
        let movesOwn = speaksOfOwn || part.words.has(CommandPlanner.moveWords)
        if !facts.appointments.isEmpty, movesOwn { return move(part) }
        // A service and a time are a wish for an appointment, unless one's own is spoken of.
        let isWhole = wish.service != nil && part.reading.hasWhen
        let isOwn =
            movesOwn || part.words.has(CommandPlanner.ownWords)
            || part.words.has(CommandPlanner.cancelWords)
        if isWhole, !isOwn { return [.startBooking(wish)] }
        switch part.intent.best {
        case .bookingCancel: return cancel(part)
        case .bookingStatus: return [.status]
        case .bookingReschedule where !isFirstWish(part): return move(part)
        case .bookingModify where !facts.appointments.isEmpty: return move(part)
        case .bookingConfirm where !facts.appointments.isEmpty && part.reading.service == nil:
            return [.status]
        default: break
        }
        if part.words.has(CommandPlanner.cancelWords), !facts.appointments.isEmpty {
            return cancel(part)
        }
        switch part.intent.best {
        case .bookingRequest: return [.startBooking(wish)]
        case .bookingConfirm where wish.isEmpty: return [.confirm]
        default: return wish.isEmpty ? [] : [.startBooking(wish)]
        }
    }

    /// "Can I come on Tuesday?" from somebody who has no appointment to move.
    private func isFirstWish(_ part: MessagePart) -> Bool {
        facts.appointments.isEmpty && part.reading.reference == nil
            && !part.words.has(CommandPlanner.moveWords + "|change|swap")
            && !part.reading.wish(before: nil).isEmpty
    }

    // MARK: A new appointment

    private func collecting(
        _ part: MessagePart, _ state: BookingState.Collecting
    ) -> [Command] {
        if dropsOut(part) { return [.deny] }
        if isAboutAnother(part) {
            return part.intent.best == .bookingReschedule ? move(part) : cancel(part)
        }
        if part.intent.best == .bookingStatus, !part.reading.hasWhen { return [.status] }
        let wish = part.reading.wish(before: spokenOf(state.wish, state.offered))
        let newService = wish.service != nil && wish.service != state.wish.service
        switch OpenQuestion(facts).answer(to: part.text, part.reading) {
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
        if wish.isEmpty { return part.reading.anyStaff ? [.setSlot(wish)] : [] }
        return [
            part.intent.best == .bookingModify || newService && state.wish.service != nil
                ? .correctSlot(wish) : .setSlot(wish)
        ]
    }

    private func confirming(
        _ part: MessagePart, _ state: BookingState.Confirming
    ) -> [Command] {
        if dropsOut(part) { return [.cancel(reference: nil)] }
        let held = facts.catalogue.zone.local(state.booking.slot.start)
        let wish = part.reading.wish(before: held)
        let changes = !repeats(wish, state.booking.slot)
        switch OpenQuestion(facts).answer(to: part.text, part.reading) {
        case .yes: return changes ? [.correctSlot(wish)] : [.confirm]
        case .no: return changes ? [.correctSlot(wish)] : [.deny]
        case .position, .any, .noneOfThem, nil: break
        }
        if changes { return [.correctSlot(wish)] }
        if part.intent.best == .bookingCancel { return [.cancel(reference: nil)] }
        if part.intent.best == .bookingStatus { return [.status] }
        if part.intent.best == .bookingConfirm, !part.asks,
            part.intent.confidence >= CommandPlanner.sureOfYes
        {
            return [.confirm]
        }
        if part.intent.best == .bookingModify { return [.deny] }
        return []
    }

    /// Only a plain yes counts as one; another wording must be understood this surely.
    static let sureOfYes = 0.8

    private func paying(_ part: MessagePart) -> [Command] {
        if dropsOut(part) || part.intent.best == .bookingCancel {
            return [.cancel(reference: nil)]
        }
        return part.intent.best == .bookingStatus ? [.status] : []
    }

    // MARK: An appointment that exists

    private func moving(
        _ part: MessagePart, _ state: BookingState.Rescheduling
    ) -> [Command] {
        if part.words.has(CommandPlanner.keepWords) || part.words.has(CommandPlanner.dropWords) {
            return [.deny]
        }
        if wantsCancel(part) { return [.cancel(reference: part.reading.reference)] }
        if case .oneOf(let several) = state.target {
            if let chosen = chosen(of: several, part) { return [.chooseOffer(.position(chosen))] }
        }
        let before =
            state.target.one.map { facts.catalogue.zone.local($0.slot.start) }
        var wish = part.reading.wish(before: state.wish.day == nil ? before : spoken(state, before))
        if wish.service == state.target.one?.slot.service { wish.service = nil }
        switch OpenQuestion(facts).answer(to: part.text, part.reading) {
        case .position(let place) where !contradicts(wish, state.offered, place, part):
            return [.chooseOffer(.position(place))]
        case .any where wish.isEmpty && !state.offered.isEmpty: return [.chooseOffer(.any)]
        case .noneOfThem where wish.isEmpty: return [.setSlot(later(than: state.offered))]
        case .yes where wish.isEmpty: return [.confirm]
        case .no where wish.isEmpty: return [.deny]
        default: break
        }
        if part.intent.best == .bookingStatus, wish.isEmpty { return [.status] }
        return wish.isEmpty ? [] : [.setSlot(wish)]
    }

    private func confirmingMove(
        _ part: MessagePart, _ state: BookingState.RescheduleConfirming
    ) -> [Command] {
        if part.words.has(CommandPlanner.keepWords) || part.words.has(CommandPlanner.dropWords) {
            // The first takes back the new time, the second the wish to move at all.
            return [.deny, .deny]
        }
        if wantsCancel(part) { return [.cancel(reference: nil)] }
        var wish = part.reading.wish(before: facts.catalogue.zone.local(state.slot.start))
        if wish.service == state.slot.service { wish.service = nil }
        let changes = !repeats(wish, state.slot)
        switch OpenQuestion(facts).answer(to: part.text, part.reading) {
        case .yes: return changes ? [.correctSlot(wish)] : [.confirm]
        case .no: return changes ? [.correctSlot(wish)] : [.deny]
        case .position, .any, .noneOfThem, nil: break
        }
        if changes { return [.correctSlot(wish)] }
        if part.intent.best == .bookingConfirm, !part.asks,
            part.intent.confidence >= CommandPlanner.sureOfYes
        {
            return [.confirm]
        }
        return part.intent.best == .bookingStatus ? [.status] : []
    }

    private func cancelling(
        _ part: MessagePart, _ state: BookingState.Cancelling
    ) -> [Command] {
        let denies = part.words.has("dont cancel|do not cancel|keep|changed my mind|never mind")
        if denies { return [.deny] }
        if case .oneOf(let several) = state.target {
            if let chosen = chosen(of: several, part) { return [.chooseOffer(.position(chosen))] }
            let answer = OpenQuestion(facts).answer(to: part.text, part.reading)
            return answer == .no || answer == .noneOfThem ? [.deny] : []
        }
        let movesInstead =
            part.intent.best == .bookingReschedule || part.words.has(CommandPlanner.moveWords)
        if movesInstead || (part.reading.hasWhen && part.words.has("instead|rather|could i|can i"))
        {
            return move(part)
        }
        switch OpenQuestion(facts).answer(to: part.text, part.reading) {
        case .yes: return [.confirm]
        case .no: return [.deny]
        case .position, .any, .noneOfThem, nil: break
        }
        if part.words.has("leave it|as it is") { return [.deny] }
        // Said again, it is a yes to the question about this one appointment.
        return wantsCancel(part) && !part.asks ? [.confirm] : []
    }
}

extension CommandPlanner {
    // MARK: Parts of the decisions

    private func cancel(_ part: MessagePart) -> [Command] {
        if let reference = part.reading.reference { return [.cancel(reference: reference)] }
        guard facts.appointments.count > 1, let place = chosen(of: facts.appointments, part) else {
            return [.cancel(reference: nil)]
        }
        return [.cancel(reference: facts.appointments[place - 1].reference)]
    }

    /// Moves an appointment: which one by its reference, its service or its old day; where to by
    /// the other times in the text.
    private func move(_ part: MessagePart) -> [Command] {
        let target = target(part)
        let old = target.map { facts.catalogue.zone.local($0.slot.start) }
        let others = part.reading.mentions.contains { mention in
            guard !mention.isExcluded, mention.day != nil else { return false }
            if case .on(let date, _)? = mention.day, date == old?.date { return false }
            return true
        }
        // "Tuesday's cut to Thursday": the old day is not a wish.
        let gone: Set<LocalDate> = others ? Set([old?.date].compactMap { $0 }) : []
        var wish = part.reading.wish(before: old, withoutDays: gone)
        if wish.service == target?.slot.service { wish.service = nil }
        return [.reschedule(reference: part.reading.reference ?? reference(of: target), wish)]
    }

    private func reference(of booking: Booking?) -> String? {
        facts.appointments.count > 1 ? booking?.reference : nil
    }

    private func target(_ part: MessagePart) -> Booking? {
        if facts.appointments.count == 1 { return facts.appointments[0] }
        return chosen(of: facts.appointments, part).map { facts.appointments[$0 - 1] }
    }

    /// The place of the one appointment that the text can mean; nil when none or several fit.
    private func chosen(of several: [Booking], _ part: MessagePart) -> Int? {
        let reading = part.reading
        if let reference = reading.reference,
            let place = several.firstIndex(where: { $0.reference == reference })
        {
            return place + 1
        }
        if case .position(let place)? = OpenQuestion(facts).answer(to: part.text, reading) {
            return place
        }
        let zone = facts.catalogue.zone
        func only(_ fits: (Booking) -> Bool) -> Int? {
            let places = several.indices.filter { fits(several[$0]) }
            return places.count == 1 ? places[0] + 1 : nil
        }
        if let service = reading.service,
            let place = only({ $0.slot.service == service })
        {
            return place
        }
        // "Move Tuesday's to Thursday": the first day that belongs to one of them is the old one.
        for mention in reading.mentions {
            guard case .on(let date, _)? = mention.day else { continue }
            if let place = only({ zone.local($0.slot.start).date == date }) { return place }
        }
        guard let staff = reading.staff else { return nil }
        return only { $0.slot.staff == staff }
    }

    private func dropsOut(_ part: MessagePart) -> Bool {
        part.words.has(CommandPlanner.dropWords)
            || (part.words.has(CommandPlanner.cancelWords) && !part.asks
                && !part.words.has("my appointment|my appt|my booking"))
            || (part.intent.best == .bookingCancel && !part.reading.hasWhen
                && part.intent.confidence > 0.6)
    }

    private func wantsCancel(_ part: MessagePart) -> Bool {
        part.words.has(CommandPlanner.cancelWords)
            || (part.intent.best == .bookingCancel && part.intent.confidence > 0.6)
    }

    /// Whether the text is about an appointment that stands, not about the one being made.
    private func isAboutAnother(_ part: MessagePart) -> Bool {
        guard !facts.appointments.isEmpty else { return false }
        if part.reading.reference != nil { return true }
        return part.words.has("my appointment|my appt|my booking|my existing|my other")
            && (part.words.has(CommandPlanner.cancelWords)
                || part.words.has(CommandPlanner.moveWords))
    }

    /// What "same" and "later" point to while a time is being found.
    private func spokenOf(_ wish: BookingWish, _ offered: [Slot]) -> LocalDateTime? {
        let first = offered.first.map { facts.catalogue.zone.local($0.start) }
        guard
            let date = wish.day?.single ?? first?.date
                ?? facts.appointments.first.map({
                    facts.catalogue.zone.local($0.slot.start).date
                })
        else { return nil }
        return LocalDateTime(date: date, time: wish.time?.earliest ?? first?.time ?? .noon)
    }

    /// While moving, "same time" is the old time and "same day" the day spoken of last.
    private func spoken(
        _ state: BookingState.Rescheduling, _ before: LocalDateTime?
    ) -> LocalDateTime? {
        guard let before else { return nil }
        return LocalDateTime(date: state.wish.day?.single ?? before.date, time: before.time)
    }

    /// Whether a wish only says again what a slot already is.
    private func repeats(_ wish: BookingWish, _ slot: Slot) -> Bool {
        let local = facts.catalogue.zone.local(slot.start)
        return (wish.service == nil || wish.service == slot.service)
            && (wish.staff == nil || wish.staff == slot.staff)
            && (wish.day?.allows(local.date) ?? true)
            && (wish.time?.allows(local.time) ?? true)
    }

    /// Whether a clock time in the text is another than that of the offer it would choose: "2pm
    /// then" is no second place. A number alone is one.
    private func contradicts(
        _ wish: BookingWish, _ offered: [Slot], _ place: Int, _ part: MessagePart
    ) -> Bool {
        guard part.words.count > 1 || !(part.words.all.first ?? "").allSatisfy(\.isNumber),
            let time = wish.time, time.isExact, offered.indices.contains(place - 1)
        else { return false }
        return !time.allows(facts.catalogue.zone.local(offered[place - 1].start).time)
    }

    /// Other days than those that were turned down.
    private func later(than offered: [Slot]) -> BookingWish {
        let dates = offered.map { facts.catalogue.zone.local($0.start).date }
        guard let last = dates.max() else { return BookingWish() }
        return BookingWish(day: DayWish(from: last.adding(days: 1), to: last.adding(days: 7)))
    }
}
