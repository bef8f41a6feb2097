import Base
import Domain
import Language

/// An appointment that exists is being moved or cancelled.
extension CommandPlanner {
    func moving(_ part: MessageSegment, _ state: BookingState.Rescheduling) -> [Command] {
        let keeps = part.words.has(PlannerWords.keep + "|" + PlannerWords.drop)
        if (keeps && !part.reading.hasWhen) || keepsAll(part) { return [.deny] }
        if wantsCancel(part) { return [.cancel(reference: part.reading.reference)] }
        if case .oneOf(let several) = state.target, let place = chosen(of: several, part) {
            return [.chooseOffer(.position(place))]
        }
        var wish = part.reading.wish(spokenOf(state))
        if wish.service == state.target.one?.slot.service { wish.service = nil }
        if wish.isOpenOfStaff { return [.setSlot(wish)] }
        switch reply(part) {
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

    /// While moving, "same time" is the old time and "same day" the day spoken of last.
    private func spokenOf(_ state: BookingState.Rescheduling) -> DiscourseContext {
        guard let target = state.target.one else { return .nothing }
        let old = facts.catalogue.zone.local(target.slot.start)
        var spoken = DiscourseContext(
            moment: old, week: old.date, days: state.request.day, staff: target.slot.staff)
        if let date = state.request.day?.single {
            spoken.moment = LocalDateTime(date: date, time: old.time)
        }
        if let wished = state.asked.prompt.requestedMoment { spoken.moment = wished }
        spoken.week = spoken.moment?.date
        return spoken
    }

    func confirmingMove(
        _ part: MessageSegment, _ state: BookingState.RescheduleConfirming
    ) -> [Command] {
        let proposed = facts.catalogue.zone.local(state.slot.start)
        let spoken = DiscourseContext(
            moment: proposed, week: proposed.date, staff: state.slot.staff)
        var wish = part.reading.wish(spoken)
        if wish.service == state.slot.service { wish.service = nil }
        let changes = !repeats(wish, state.slot)
        if !changes {
            if part.words.has(PlannerWords.keep + "|" + PlannerWords.drop) || keepsAll(part) {
                // The first takes back the new time, the second the wish to move at all.
                return [.deny, .deny]
            }
            if wantsCancel(part) { return [.cancel(reference: nil)] }
        }
        if changes { return [.correctSlot(wish)] }
        switch reply(part) {
        case .yes: return [.confirm]
        case .no: return [.deny]
        case .unsure: return []
        case .position, .any, .noneOfThem, nil: break
        }
        if isSureYes(part) { return [.confirm] }
        return part.intent.best == .bookingStatus ? [.status] : []
    }

    func cancelling(_ part: MessageSegment, _ state: BookingState.Cancelling) -> [Command] {
        if part.words.has("keep|changed my mind|never mind")
            || part.words.refuses(PlannerWords.cancel)
        {
            // "Don't cancel it, move it to Friday" says what instead.
            return part.verb == .move && part.reading.hasWhen ? move(part) : [.deny]
        }
        if let several = state.target.several {
            return cancelling(part, amongst: several, isAll: state.target.isEvery)
        }
        let rather = part.reading.hasWhen && part.words.has("instead|rather|could i|can i|can we")
        let moves = part.verb == .move || part.intent.best == .bookingReschedule
        if rather || (moves && part.verb != .cancel) { return move(part) }
        if speaksOfAnotherTime(part, state) { return part.verb == .cancel ? [] : move(part) }
        switch reply(part) {
        case .yes: return [.confirm]
        case .no: return [.deny]
        case .unsure: return []
        case .position, .any, .noneOfThem, nil: break
        }
        if part.words.has("leave it|as it is") { return [.deny] }
        // Said again, it is a yes to the question about this one appointment.
        return wantsCancel(part) && !part.asks ? [.confirm] : []
    }

    /// Which of several shall be cancelled, or all of them.
    private func cancelling(
        _ part: MessageSegment, amongst several: [Booking], isAll: Bool
    ) -> [Command] {
        let meant = self.several(part)
        let reply = reply(part)
        if isAll, reply == .yes, !part.words.has("only|just") { return [.confirm] }
        if meant.count > 1 { return [.cancelSeveral(references: meant.map(\.reference))] }
        if let place = chosen(of: several, part) { return [.chooseOffer(.position(place))] }
        return reply == .no || reply == .noneOfThem ? [.deny] : []
    }

    /// "2 is good" is no yes to cancelling the appointment at nine.
    private func speaksOfAnotherTime(
        _ part: MessageSegment, _ state: BookingState.Cancelling
    ) -> Bool {
        guard part.reading.hasWhen, let target = state.target.one else { return false }
        let old = facts.catalogue.zone.local(target.slot.start)
        return !repeats(
            part.reading.wish(DiscourseContext(moment: old, week: old.date)), target.slot)
    }
}
