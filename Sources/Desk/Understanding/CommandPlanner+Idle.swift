import Base
import Domain
import Language

/// Nothing is open: is it a new appointment, one that exists, or neither?
extension CommandPlanner {
    func idle(_ part: MessagePart) -> [Command] {
        if !facts.appointments.isEmpty {
            // "Cancel it and book me in again for Friday" moves.
            let rebooks = part.reading.hasWhen && part.words.has(PlannerWords.again)
            if rebooks || (part.verb != .cancel && movesOwn(part)) { return move(part) }
        }
        // A service and a time are a wish for an appointment, unless one's own is spoken of.
        let isOwn =
            part.words.has(PlannerWords.own) || part.words.has(PlannerWords.cancel)
            || part.words.has(PlannerWords.move)
        if part.reading.service != nil, part.reading.hasWhen, !isOwn { return start(part) }
        if let known = byIntent(part) { return known }
        if part.words.has(PlannerWords.cancel), !facts.appointments.isEmpty {
            return cancel(part)
        }
        let wish = part.reading.wish()
        switch part.intent.best {
        case .bookingRequest: return start(part)
        case .bookingConfirm where wish.isEmpty: return [.confirm]
        default: return wish.isEmpty ? [] : start(part)
        }
    }

    private func byIntent(_ part: MessagePart) -> [Command]? {
        switch part.intent.best {
        case .bookingCancel: cancel(part)
        case .bookingStatus: [.status]
        case .bookingReschedule where !isFirstWish(part): move(part)
        case .bookingModify where !facts.appointments.isEmpty: move(part)
        case .bookingConfirm where !facts.appointments.isEmpty && part.reading.service == nil:
            [.status]
        default: nil
        }
    }

    /// Starts an appointment, or two: "a cut and a patch test on Friday".
    func start(_ part: MessagePart) -> [Command] {
        let wish = part.reading.wish(sameAsOwn(part))
        guard part.reading.namesTwoServices else { return [.startBooking(wish)] }
        return part.reading.services.map { service in
            var one = wish
            one.service = service
            // Both cannot be at the same moment: the second is asked for.
            if service != part.reading.services.first { one.time = nil }
            return .startBooking(one)
        }
    }

    /// "A blow-dry on the same day as my cut": the one appointment that "same" can point to.
    private func sameAsOwn(_ part: MessagePart) -> SpokenOf {
        let leans = part.reading.mentions.contains { $0.day == .same || $0.time == .same }
        guard leans, facts.appointments.count == 1 else { return .nothing }
        return SpokenOf(moment: facts.catalogue.zone.local(facts.appointments[0].slot.start))
    }

    /// Whether the text can only be about an appointment that exists: "an hour later", "same time".
    private func movesOwn(_ part: MessagePart) -> Bool {
        if part.verb == .move { return true }
        let leans = part.reading.mentions.contains { mention in
            mention.time == .same || mention.day == .same || mention.shiftDays != nil
                || mention.shiftMinutes != nil
        }
        let named = part.reading.service
        let isMine = named == nil || facts.appointments.contains { $0.slot.service == named }
        if leans { return isMine || part.verb != .book }
        if Comparison(part.words) != nil { return isMine && part.verb != .book }
        if part.words.has(PlannerWords.instead) { return isMine && part.reading.hasWhen }
        return isMine && part.words.has(PlannerWords.cannotCome) && leavesForAnother(part)
    }

    /// "I can't make Thursday, is Friday possible?", "can't do 9, anything after lunch?"
    private func leavesForAnother(_ part: MessagePart) -> Bool {
        func isOld(_ mention: TimeMention) -> Bool {
            facts.appointments.contains {
                mention.names(facts.catalogue.zone.local($0.slot.start).date)
            }
        }
        let mentions = part.reading.mentions
        return mentions.contains { $0.isExcluded || isOld($0) }
            && mentions.contains { !$0.isExcluded && $0.saysWhen && !isOld($0) }
    }

    /// "Can I come on Tuesday?" from somebody who has no appointment to move.
    private func isFirstWish(_ part: MessagePart) -> Bool {
        facts.appointments.isEmpty && part.reading.reference == nil
            && !part.words.has(PlannerWords.move + "|change|swap")
            && !part.reading.wish().isEmpty
    }
}
