import Base
import Domain
import Language

/// Nothing is open: is it a new appointment, one that exists, or neither?
extension CommandPlanner {
    func idle(_ part: MessageSegment) -> [Command] {
        // What stands is told: whoever fears for an appointment hears that it is there.
        if keepsAll(part) { return facts.appointments.isEmpty ? [] : [.status] }
        if refusesBooking(part) { return [] }
        if !facts.appointments.isEmpty {
            if PlannerWords.givesUp(part.words), isAboutOwn(part) { return cancel(part) }
            // "Cancel it and book me in again for Friday" moves.
            if tellsOfOwn(part) { return [] }
            let rebooks = part.reading.hasWhen && part.words.has(PlannerWords.again)
            if rebooks || (part.verb != .cancel && movesOwn(part)) { return move(part) }
        }
        // A service and a time are a wish for an appointment, unless one's own is spoken of.
        let isOwn =
            part.words.has(PlannerWords.own) || part.words.asks(for: PlannerWords.cancel)
            || part.words.asks(for: PlannerWords.move)
        if part.reading.service != nil, part.reading.hasWhen, !isOwn { return start(part) }
        if let known = byIntent(part) { return known }
        if part.words.asks(for: PlannerWords.cancel), !facts.appointments.isEmpty {
            return cancel(part)
        }
        let wish = part.reading.wish()
        switch part.intent.best {
        case .bookingRequest: return start(part)
        case .bookingConfirm where wish.isEmpty: return [.confirm]
        default:
            return wish.isEmpty && part.reading.described.sure == nil ? [] : start(part)
        }
    }

    /// "Don't book anything yet", "I'm not booking, just looking".
    private func refusesBooking(_ part: MessageSegment) -> Bool {
        part.verb == nil && part.words.refuses(CommandPlanner.booking)
    }

    private static let booking = "book|booking|reserve|reserving|schedule|scheduling|an appointment"

    /// "I've the keratin with Mei on Saturday": says no more than what is booked.
    private func tellsOfOwn(_ part: MessageSegment) -> Bool {
        let wish = part.reading.wish()
        guard wish.service != nil, wish.day?.single != nil, part.verb == nil, !part.asks,
            !part.words.has("please|pls|id like|can i|could i")
        else { return false }
        return facts.appointments.contains { repeats(wish, $0.slot) }
    }

    /// "Can we do the contract review later on Tuesday, say 3?": the same service on the same day,
    /// or later or earlier than it is.
    private func shiftsOwn(_ part: MessageSegment) -> Bool {
        guard let service = part.reading.service, part.reading.hasTime || part.reading.hasDay,
            part.verb != .book, !part.words.has("another|second|as well|too|also")
        else { return false }
        let own = facts.appointments.filter { $0.slot.service == service }
        guard own.count == 1 else { return false }
        let date = facts.catalogue.zone.local(own[0].slot.start).date
        return part.reading.wish().day?.single == date
            || part.words.has("later|earlier|sooner|instead|change|bring")
    }

    /// Whether the text can only mean an appointment that exists.
    private func isAboutOwn(_ part: MessageSegment) -> Bool {
        facts.appointments.count == 1
            ? part.reading.service == nil
                || part.reading.service == facts.appointments[0].slot.service
            : chosen(of: facts.appointments, part) != nil
    }

    private func byIntent(_ part: MessageSegment) -> [Command]? {
        switch part.intent.best {
        case .bookingCancel where !part.words.refuses(PlannerWords.cancel): cancel(part)
        case .bookingStatus: [.status]
        case .bookingReschedule
        where !isFirstWish(part) && !part.words.refuses(PlannerWords.move):
            move(part)
        case .bookingModify
        where !facts.appointments.isEmpty && !part.words.refuses(PlannerWords.move):
            move(part)
        case .bookingConfirm where !facts.appointments.isEmpty && part.reading.service == nil:
            [.status]
        default: nil
        }
    }

    /// Starts an appointment, or two: "a cut and a patch test on Friday".
    func start(_ part: MessageSegment) -> [Command] {
        let wish = part.reading.described.added(to: part.reading.wish(sameAsOwn(part)))
        if let pair = PairedRequest(part.reading, facts).wishes(wish) {
            return pair.map { .startBooking($0) }
        }
        guard part.reading.namesTwoServices else { return [.startBooking(wish)] }
        return part.reading.services.map { service in
            var one = wish
            one.service = service
            guard service != part.reading.services.first else { return .startBooking(one) }
            // One person cannot have both at the same moment: the second is asked for.
            if !part.words.has(CommandPlanner.forSeveral) { one.time = nil }
            if let staff = one.staff,
                facts.catalogue.service(service)?.staff.contains(staff) != true
            {
                one.staff = nil
            }
            return .startBooking(one)
        }
    }

    /// Two appointments at one time, because they are for two people.
    private static let forSeveral = "same time|for him|for her|for them|both of us|the two of us"

    /// "A blow-dry on the same day as my cut": the one appointment that "same" can point to.
    private func sameAsOwn(_ part: MessageSegment) -> DiscourseContext {
        let leans = part.reading.mentions.contains { $0.day == .same || $0.time == .same }
        guard leans, facts.appointments.count == 1 else { return .nothing }
        return DiscourseContext(
            moment: facts.catalogue.zone.local(facts.appointments[0].slot.start))
    }

    /// Whether the text can only be about an appointment that exists: "an hour later", "same time".
    private func movesOwn(_ part: MessageSegment) -> Bool {
        if part.verb == .move { return true }
        let leans = part.reading.mentions.contains { mention in
            mention.time == .same || mention.day == .same || mention.shiftDays != nil
                || mention.shiftMinutes != nil
        }
        if shiftsOwn(part) { return true }
        let named = part.reading.service
        let isMine = named == nil || facts.appointments.contains { $0.slot.service == named }
        if leans { return isMine || part.verb != .book }
        if Comparison(part.words) != nil { return isMine && part.verb != .book }
        if part.words.has(PlannerWords.instead) { return isMine && part.reading.hasWhen }
        return isMine && part.words.has(PlannerWords.cannotCome) && leavesForAnother(part)
    }

    /// "I can't make Thursday, is Friday possible?", "can't do 9, anything after lunch?"
    private func leavesForAnother(_ part: MessageSegment) -> Bool {
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
    private func isFirstWish(_ part: MessageSegment) -> Bool {
        guard facts.appointments.isEmpty, part.reading.reference == nil else { return false }
        // "We're moving in on Tuesday, can I have the keys at 9": nothing is there to be moved.
        if part.reading.service != nil, part.reading.hasWhen {
            return !part.words.has(PlannerWords.another)
        }
        return !part.words.has(PlannerWords.move + "|change|swap")
            && !part.reading.wish().isEmpty
    }
}
