import Base
import Domain

/// What happens in a walk: what is said, what others do meanwhile, and how time goes by.
extension BookingWalk {
    /// Two people, four days, few times: small enough that slots collide and days run out.
    static let tiny: Catalogue = {
        var catalogue = Salon.catalogue
        catalogue.policy.horizonDays = 3
        catalogue.policy.stepMinutes = 120
        catalogue.setHours()
        catalogue.closures = []
        return catalogue
    }()

    /// Other days off, other hours and another last time for today; seldom none at all.
    mutating func rollCatalogue() {
        salon.catalogue = BookingWalk.tiny
        let today = salon.catalogue.zone.local(salon.now).date
        if chance(0.3) { salon.catalogue.closures = [today.adding(days: number(4))] }
        if chance(0.3) { salon.catalogue.setHours(without: today.adding(days: number(4)).weekday) }
        if chance(0.3) { salon.catalogue.policy.sameDayCutoff = LocalTime(minutes: 11 * 60) }
        if chance(0.3) { salon.catalogue.policy.minimumNoticeMinutes = 24 * 60 }
        if chance(0.1) { salon.catalogue.hours = WeeklyHours([:]) }
    }

    mutating func rollWeights() {
        weights = BookingWalk.kinds.map { _ in
            chance(0.3) ? 0 : random.fraction() * (chance(0.2) ? 8 : 1)
        }
        if weights.allSatisfy({ $0 == 0 }) { weights[0] = 1 }
        lateness = chance(0.5) ? 0 : chance(0.6) ? 0.03 : 0.4
    }

    mutating func chance(_ share: Double) -> Bool { random.fraction() < share }

    private mutating func number(_ limit: UInt64) -> Int { Int(random.next() % limit) }

    mutating func passTime() {
        lastStep = salon.now
        let roll = random.fraction()
        let minutes = roll < 0.6 ? 0 : roll < 0.9 ? 3 : roll < 0.98 ? 20 : 1500
        salon.now = salon.now + .minutes(minutes)
        // On the edge of the deadline, and just beside it.
        let isRare = [.paymentPending, .rescheduleConfirm].contains(salon.state.name)
        if let deadline = salon.state.deadline, chance(isRare ? max(0.2, lateness) : lateness) {
            salon.now = max(salon.now, deadline + .seconds(number(3) - 1))
        }
        takeLapsedHold()
        if minutes > 1000 { salon.rows.removeAll { $0.slot.end < salon.now } }
    }

    /// When the customer wrote what is carried out now. A reply may wait for its approval while
    /// time goes by, but what it answers was written after the one before was approved.
    mutating func written() -> Instant {
        if let deadline = salon.state.deadline, lastStep < deadline, chance(0.05) {
            // In time when it was written, and too late when it was approved.
            salon.now = max(salon.now, deadline + .minutes(1))
            return max(lastStep, deadline - .seconds(1))
        }
        guard chance(0.4) else { return salon.now }
        return lastStep + (salon.now - lastStep) * random.fraction()
    }

    // MARK: Events

    static let kinds = [
        "start", "set", "choose", "confirm", "deny", "cancel", "cancel several", "reschedule",
        "status", "lapse", "payment", "somebody else books", "staff cancel", "staff move",
    ]

    mutating func event() -> BookingEvent {
        var roll = random.fraction() * weights.reduce(0, +)
        var kind = BookingWalk.kinds[0]
        for (index, weight) in weights.enumerated() where weight > 0 {
            kind = BookingWalk.kinds[index]
            if roll < weight { break }
            roll -= weight
        }
        switch kind {
        case "start": return .start(request())
        case "set": return .set(request())
        case "choose":
            if chance(0.3) { return .choose(.time(time())) }
            return .choose(chance(0.2) ? .any : .position(number(7) - 1))
        case "confirm": return .confirm
        case "deny": return .deny
        case "cancel": return .cancel(reference: reference())
        case "cancel several":
            let references = (0..<number(4)).map { _ in reference() }
            return .cancelSeveral(references: references.compactMap { $0 })
        case "reschedule": return .reschedule(reference: reference(), request())
        case "status": return .status
        case "lapse": return .lapse
        case "payment": return chance(0.6) ? .paymentSucceeded : .paymentFailed
        case "somebody else books":
            somebodyElseBooks()
            return .set(request())
        case "staff move":
            if let one = salon.appointments.first { staffMove(one) }
            return .confirm
        default:
            if let one = salon.appointments.first { staffCancel(one.id) }
            return .confirm
        }
    }

    private mutating func request() -> BookingRequest {
        var request = BookingRequest()
        if chance(0.5) { request.service = chance(0.7) ? Salon.cut : Salon.colour }
        if chance(0.02) { request.service = Salon.id(999) }
        if chance(0.3) { request.staff = person() }
        if chance(0.5) { request.day = day() }
        if chance(0.5) { request.time = timeConstraint() }
        if chance(0.1) { request.anyStaff = true }
        if chance(0.1) {
            request.excludedStaff = chance(0.7) ? [person()] : [Salon.ana, Salon.joel]
        }
        if chance(0.1) { request.prefersEarliest = true }
        if chance(0.1) { request.isAdditional = true }
        if request.service == nil, chance(0.1) {
            request.candidateServices = chance(0.5) ? [Salon.cut, Salon.colour] : [Salon.colour]
        }
        if chance(0.1) {
            request.dayTimePairs = (0...number(3)).map { _ in
                DayTimePair(day: chance(0.8) ? day() : nil, time: timeConstraint())
            }
            // The reader gives the span of all pairs beside them; any other would do too.
            if chance(0.7) {
                let today = salon.catalogue.zone.local(salon.now).date
                request.day = DayConstraint(from: today.adding(days: -1), to: today.adding(days: 9))
                request.time = .between(.midnight, .endOfDay)
            }
        }
        return request
    }

    private mutating func person() -> StaffMemberID { chance(0.5) ? Salon.ana : Salon.joel }

    private mutating func day() -> DayConstraint {
        let from = salon.catalogue.zone.local(salon.now).date.adding(days: number(8) - 1)
        let weekdays = chance(0.2) ? Set(Weekday.allCases.filter { _ in chance(0.4) }) : []
        return DayConstraint(from: from, to: from.adding(days: number(3)), weekdays: weekdays)
    }

    private mutating func timeConstraint() -> TimeConstraint {
        switch number(10) {
        case 0: .around(time())
        case 1: .between(time(), time())
        case 2: .before(time())
        case 3...4: .after(time())
        default: .at(time())
        }
    }

    private mutating func time() -> LocalTime {
        LocalTime(minutes: 9 * 60 + 60 * number(5)) ?? .noon
    }

    private mutating func reference() -> String? {
        if chance(0.6) { return nil }
        let known = salon.rows.map(\.reference) + ["nonsense"]
        return known[number(UInt64(known.count))]
    }

    // MARK: What others do

    /// Staff book for this customer or for another.
    private mutating func somebodyElseBooks() {
        guard let slot = freeSlot(of: salon.catalogue.services[0]) else { return }
        salon.rows.append(
            Booking(
                id: salon.nextID(), contact: chance(0.4) ? Salon.customer : Salon.somebodyElse,
                slot: slot, status: .confirmed, reference: "B-\(salon.count)"))
    }

    /// What was held for too long is free for others, whatever the customer says or pays then.
    private mutating func takeLapsedHold() {
        let held: Booking
        switch salon.state {
        case .confirming(let state), .paymentPending(let state): held = state.booking
        case .idle, .collecting, .rescheduleCollecting, .rescheduleConfirm, .cancelConfirm: return
        }
        guard let until = held.expiresAt, salon.now >= until, chance(0.3),
            salon.availability.isFree(held.slot, moving: held.id)
        else { return }
        salon.rows.append(
            Booking(
                id: salon.nextID(), contact: Salon.somebodyElse, slot: held.slot,
                status: .confirmed, reference: "T-\(salon.count)"))
    }

    private mutating func freeSlot(of service: OfferedService) -> Slot? {
        let today = salon.catalogue.zone.local(salon.now).date
        let free = salon.availability.slots(of: service, from: today, to: today.adding(days: 3))
        return free.isEmpty ? nil : free[number(UInt64(free.count))]
    }

    private mutating func staffCancel(_ id: BookingID) {
        for index in salon.rows.indices where salon.rows[index].id == id {
            salon.rows[index].status = .cancelled
        }
    }

    private mutating func staffMove(_ booking: Booking) {
        guard let service = salon.catalogue.service(booking.slot.service),
            let slot = freeSlot(of: service)
        else { return }
        for index in salon.rows.indices where salon.rows[index].id == booking.id {
            salon.rows[index].slot = slot
            salon.rows[index].version += 1
        }
    }
}

extension Catalogue {
    /// The same short hours for the business and for both people, on all days but one.
    fileprivate mutating func setHours(without closed: Weekday? = nil) {
        let open = [Salon.hours("09:00", "13:00")]
        let days = Weekday.allCases.filter { $0 != closed }
        let week = Dictionary(uniqueKeysWithValues: days.map { ($0, open) })
        // Where the business is closed on a day, so are its people; else only one of them is away.
        let everyDay = Dictionary(uniqueKeysWithValues: Weekday.allCases.map { ($0, open) })
        let isWhole = closed?.number.isMultiple(of: 2) ?? true
        hours = WeeklyHours(isWhole ? week : everyDay)
        for index in staff.indices {
            staff[index].hours = WeeklyHours(index == 0 || isWhole ? week : everyDay)
        }
    }
}

extension BookingWalk {
    /// What walks came to.
    struct Reached {
        var inTime: Set<String> = []
        var lateEvents: Set<String> = []
        var lateStates: Set<BookingState.Name> = []
        var effects: Set<String> = []
        var questions: Set<BookingState.Question> = []
        /// How often something was carried out later than it was written.
        var approvedLater = 0
        /// How often a yes in time was carried out when the hold had lapsed.
        var lapsedMeanwhile = 0

        mutating func note(
            _ event: BookingEvent, _ state: BookingState, _ context: BookingContext
        ) {
            let isLate = state.deadline.map { context.at >= $0 } ?? false
            if isLate {
                lateEvents.insert(event.name)
                lateStates.insert(state.name)
            } else {
                inTime.insert("\(event.name) in \(state.name.rawValue)")
            }
            if context.at < context.now { approvedLater += 1 }
            if case .confirming(let held) = state, event == .confirm, !isLate,
                context.now >= held.until
            {
                lapsedMeanwhile += 1
            }
        }

        mutating func note(_ outcome: BookingMachine.Outcome) {
            effects.formUnion(outcome.effects.map(\.label))
            if let asked = outcome.state.asked { questions.insert(asked.question) }
        }

        mutating func formUnion(_ other: Reached) {
            inTime.formUnion(other.inTime)
            lateEvents.formUnion(other.lateEvents)
            lateStates.formUnion(other.lateStates)
            effects.formUnion(other.effects)
            questions.formUnion(other.questions)
            approvedLater += other.approvedLater
            lapsedMeanwhile += other.lapsedMeanwhile
        }

        var isComplete: Bool {
            inTime == Reached.allPairs && lateEvents.count == Reached.events.count
                && lateStates.count == BookingState.Name.allCases.count - 1
                && effects == Reached.allEffects && questions == Reached.allQuestions
                && lapsedMeanwhile > 10
        }

        static let allQuestions: Set<BookingState.Question> = [
            .service, .day, .time, .confirmBooking, .payment, .which, .confirmMove, .confirmCancel,
        ]

        static let events = [
            "start", "set", "choose", "confirm", "deny", "cancel", "cancel_several", "reschedule",
            "status", "lapse", "payment_succeeded", "payment_failed",
        ]

        /// Each event in each state.
        static var allPairs: Set<String> {
            Set(
                BookingState.Name.allCases.flatMap { state in
                    events.map { "\($0) in \(state.rawValue)" }
                })
        }

        static let allEffects: Set<String> = [
            "hold", "release", "confirm", "requestPayment", "cancel", "move", "handOff",
            "say askService", "say suggestServices", "say askDay", "say offerTimes",
            "say cannotBook", "say unavailable", "say past", "say tooSoon", "say outsideHours",
            "say nothingFree", "say closed", "say closedForToday", "say away", "say doesNotOffer",
            "say nobodyElse", "say beyondHorizon", "say askConfirm", "say expiredButFree",
            "say expired", "say booked", "say askPayment", "say paymentLapsed", "say askChange",
            "say afterThis", "say abandoned", "say askWhich", "say noAppointment",
            "say unknownReference", "say alreadyThen", "say askNewTime", "say askMove",
            "say moved", "say askCancel", "say askCancelSeveral", "say cancelled", "say kept",
            "say appointments", "say offerPerson", "say handingOver",
        ]
    }
}
