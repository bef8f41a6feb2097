import Base
import Domain
import Language

/// Which of the customer's appointments is meant.
extension CommandPlanner {
    func cancel(_ part: MessageSegment) -> [Command] {
        if let reference = part.reading.reference { return [.cancel(reference: reference)] }
        let part = givenUp(part)
        let several = several(part)
        if several.count > 1 { return [.cancelSeveral(references: several.map(\.reference))] }
        let target = chosen(of: facts.appointments, part).map { facts.appointments[$0 - 1] }
        return [.cancel(reference: reference(of: target))]
    }

    /// The part without what it wants to keep.
    private func givenUp(_ part: MessageSegment) -> MessageSegment {
        guard facts.appointments.count > 1, let rest = RetentionClauses.removed(from: part.text)
        else {
            return part
        }
        let names = CatalogueMatcher(facts.catalogue)
        return MessageSegment(
            rest, intent: part.intent,
            reading: ParsedMessage(rest, names: names, facts: facts), facts: facts)
    }

    /// The appointments, when the text means more than one: "both", "the cut and the colour".
    func several(_ part: MessageSegment) -> [Booking] {
        let all = facts.appointments
        guard all.count > 1 else { return [] }
        let services = Set(part.reading.services)
        let named = all.filter { services.contains($0.slot.service) }
        if services.count > 1, named.count == services.count { return named }
        let zone = facts.catalogue.zone
        let days = part.reading.mentions.filter { !$0.isExcluded }
        let dated = all.filter { booking in
            days.contains { $0.names(zone.local(booking.slot.start).date) }
        }
        if days.count > 1, dated.count == days.count { return dated }
        guard part.words.has(PlannerWords.all) else { return [] }
        if services.count == 1, named.count > 1 { return named }
        // Of three, "both" leaves open which two.
        return part.words.has("both|the two of them") && all.count > 2 ? [] : all
    }

    /// Moves an appointment: which one by its reference, its service or its old day; where to by
    /// the other times in the text.
    func move(_ part: MessageSegment) -> [Command] {
        let target =
            facts.appointments.count == 1
            ? facts.appointments[0]
            : chosen(of: facts.appointments, part).map { facts.appointments[$0 - 1] }
        let old = target.map { facts.catalogue.zone.local($0.slot.start) }
        // "Tuesday's cut to Thursday": the old day is not a wish, unless it is moved "to Tuesday".
        let isLed = part.reading.mentions.contains { mention in
            mention.names(old?.date) && part.reading.isLed(mention, by: ["to", "until", "till"])
        }
        var wish = part.reading.wish(
            DiscourseContext(moment: old, week: old?.date, staff: target?.slot.staff),
            leaving: isLed ? nil : old?.date)
        if wish.service == target?.slot.service { wish.service = nil }
        return [.reschedule(reference: part.reading.reference ?? reference(of: target), wish)]
    }

    /// The reference is needed where there is more than one, or where something else is open.
    private func reference(of booking: Booking?) -> String? {
        if case .idle = facts.state, facts.appointments.count == 1 { return nil }
        return booking?.reference
    }

    /// The place of the one appointment that the text can mean; nil when none or several fit.
    func chosen(of several: [Booking], _ part: MessageSegment) -> Int? {
        let reading = part.reading
        if let reference = reading.reference,
            let place = several.firstIndex(where: { $0.reference == reference })
        {
            return place + 1
        }
        if case .position(let place)? = reply(part), several.indices.contains(place - 1),
            OpenQuestion(facts).offersAppointments
        {
            return place
        }
        let zone = facts.catalogue.zone
        func only(_ fits: (Booking) -> Bool) -> Int? {
            let places = several.indices.filter { fits(several[$0]) }
            return places.count == 1 ? places[0] + 1 : nil
        }
        for service in reading.services + reading.refusedServices {
            if let place = only({ $0.slot.service == service }) { return place }
        }
        // "Move Tuesday's to Thursday": the first day that belongs to one of them is the old one.
        for mention in reading.mentions {
            if case .on(let date, _)? = mention.day,
                let place = only({ zone.local($0.slot.start).date == date })
            {
                return place
            }
            if let weekday = mention.bareWeekday,
                let place = only({ zone.local($0.slot.start).date.weekday == weekday })
            {
                return place
            }
        }
        guard let staff = reading.staff else { return nil }
        return only { $0.slot.staff == staff }
    }
}
