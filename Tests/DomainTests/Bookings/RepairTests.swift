import Base
import Domain
import Testing

/// The situations in which a conversation must be repaired, and others that real customers make.
@Suite("Conversations that take a turn")
struct RepairTests {
    @Test("Correction: another day keeps the time of day, and the held time is given back")
    func correction() throws {
        var salon = Salon()
        try salon.hear(.start(.for(Salon.cut, with: Salon.joel, on: "2026-11-24", at: "10:00")))
        let words = try salon.talk(.set(.for(on: "2026-11-25")))
        #expect(
            words == "I can book your cut and finish for Wednesday 25 November at 10:00 with Joel "
                + "Adeyemi. It costs £48 to £64. Shall I book it?")
        #expect(salon.rows.map(\.status) == [.released, .hold])
    }

    @Test("Interruption: a question in the middle is answered and the open question put again")
    func interruption() throws {
        var salon = Salon()
        try salon.hear(.start(.for(Salon.cut)))
        let words = try salon.talk(.status)
        #expect(words.hasPrefix("You have no upcoming appointments with us. Which day would suit"))
        let context = salon.context()
        #expect(BookingMachine.prompt(for: salon.state, context) == salon.state.asked?.prompt)
    }

    @Test("Interruption: bad news is not told again when the question is put again")
    func interruptionAfterBadNews() throws {
        var salon = Salon()
        try salon.hear(.start(.for(Salon.cut, on: "2026-11-24", at: "20:00")))
        let context = salon.context()
        guard case .offerTimes = BookingMachine.prompt(for: salon.state, context) else {
            Issue.record("the bad news is repeated")
            return
        }
    }

    @Test("Clarification: with two appointments the customer is asked which, and says it in words")
    func clarification() throws {
        var salon = Salon()
        salon.add(Salon.cut, Salon.joel, "2026-11-26T11:00")
        let colour = salon.add(Salon.colour, Salon.ana, "2026-12-01T14:00", reference: "P3-9XYZ")
        let words = try salon.talk(.cancel(reference: nil))
        #expect(
            words
                == "Which appointment would you like to cancel: (1) cut and finish on Thursday 26 "
                + "November at 11:00 with Joel Adeyemi, (2) colour refresh on Tuesday 1 December at "
                + "14:00 with Ana Ferreira?")
        try salon.hear(.set(.for(Salon.colour)))
        let effects = try salon.hear(.confirm)
        #expect(effects.contains(.cancel(colour)))
    }

    @Test("Silence: a lapse gives the held time back, and a lapse that is too early does nothing")
    func silence() throws {
        var salon = Salon()
        try salon.hear(.start(.for(Salon.cut, on: "2026-11-24", at: "10:00")))
        #expect(throws: BookingRefusal.self) { try salon.hear(.lapse) }
        salon.now = salon.now + .minutes(10)
        try salon.hear(.lapse)
        #expect(salon.state == .idle)
        #expect(salon.rows.map(\.status) == [.released])
    }

    @Test("Hand-off: the same question is put three times, then a person takes over")
    func handOff() throws {
        var salon = Salon()
        var said = [try salon.hear(.start(BookingRequest()))]
        for _ in 0..<3 { said.append(try salon.hear(.set(BookingRequest()))) }
        #expect(said[1].map(\.label) == ["say askService"])
        #expect(said[2].map(\.label) == ["say askService", "say offerPerson"])
        #expect(said[3].map(\.label) == ["say handingOver", "handOff"])
    }

    @Test("Cannot handle: a yes to nothing is refused, and nothing changes")
    func cannotHandle() {
        var salon = Salon()
        #expect(throws: BookingRefusal.notAllowedHere(event: "confirm", state: "IDLE")) {
            try salon.hear(.confirm)
        }
        #expect(salon.state == .idle && salon.rows.isEmpty)
    }

    @Test("A late yes holds the time again and asks once more, if it is still free")
    func lateYes() throws {
        var salon = Salon()
        try salon.hear(.start(.for(Salon.cut, on: "2026-11-24", at: "10:00")))
        salon.now = salon.now + .minutes(11)
        let words = try salon.talk(.confirm)
        #expect(words.hasPrefix("That offer had expired, but Tuesday 24 November at 10:00"))
        try salon.hear(.confirm)
        #expect(salon.rows.map(\.status) == [.released, .confirmed])
    }

    @Test("A late yes to a time that went says so and books nothing")
    func lateYesTooLate() throws {
        var salon = Salon()
        try salon.hear(.start(.for(Salon.cut, with: Salon.ana, on: "2026-11-24", at: "10:00")))
        salon.now = salon.now + .minutes(11)
        salon.add(Salon.cut, Salon.ana, "2026-11-24T10:00", of: Salon.somebodyElse)
        #expect(try salon.talk(.confirm).hasPrefix("That offer has expired."))
        #expect(salon.state == .idle)
    }

    @Test("A yes in time counts, however late the reply to it is approved")
    func yesInTimeApprovedLate() throws {
        var salon = Salon()
        try salon.hear(.start(.for(Salon.cut, on: "2026-11-24", at: "10:00")))
        let said = salon.now + .minutes(5)
        salon.now = salon.now + .minutes(45)
        try salon.hear(.confirm, at: said)
        #expect(salon.rows.map(\.status) == [.confirmed])
    }

    @Test("\"The second one\" takes the second of what was offered")
    func secondOne() throws {
        var salon = Salon()
        try salon.hear(.start(.for(Salon.cut, on: "2026-11-24")))
        let second = salon.state.offered[1]
        let effects = try salon.hear(.choose(.position(2)))
        guard case .hold(let booking) = effects.first else {
            Issue.record("nothing held")
            return
        }
        #expect(booking.slot == second)
    }

    @Test("A time that is taken leads to others on the day, and a bare time then means that day")
    func taken() throws {
        var salon = Salon()
        salon.add(Salon.colour, Salon.ana, "2026-11-24T10:00", of: Salon.somebodyElse)
        let words = try salon.talk(.start(.for(Salon.colour, on: "2026-11-24", at: "10:00")))
        #expect(
            words.hasPrefix("I'm afraid 10:00 on Tuesday 24 November isn't free. I could offer"))
        try salon.hear(.set(.for(at: "14:00")))
        #expect(salon.state.name == .confirming)
        #expect(salon.rows.last?.slot.start == Salon.instant("2026-11-24T14:00:00Z"))
    }

    @Test("On a closed day the next open morning is offered, and a bare time then means that one")
    func closedDay() throws {
        var salon = Salon()
        let words = try salon.talk(.start(.for(Salon.cut, on: "2026-11-28", at: "10:00")))
        #expect(words.hasPrefix("We are closed on Saturday 28 November. I could offer Tuesday 1"))
        try salon.hear(.set(.for(at: "11:00")))
        #expect(salon.rows.last?.slot.start == Salon.instant("2026-12-01T11:00:00Z"))
    }

    @Test("Somebody who is away that day is named, and colleagues of that day are offered")
    func away() throws {
        var salon = Salon()
        let words = try salon.talk(
            .start(.for(Salon.cut, with: Salon.ana, on: "2026-11-27", at: "14:00")))
        #expect(
            words.hasPrefix("Ana Ferreira isn't in on Friday 27 November. I could offer Friday"))
        #expect(words.contains("with Joel Adeyemi"))
        try salon.hear(.set(.for(at: "15:00")))
        #expect(salon.rows.last?.slot.staff == Salon.joel)
    }

    @Test("Somebody who does not offer the service is named, and who does")
    func wrongPerson() throws {
        var salon = Salon()
        let words = try salon.talk(
            .start(.for(Salon.colour, with: Salon.joel, on: "2026-11-24", at: "10:00")))
        #expect(
            words.hasPrefix("Joel Adeyemi doesn't offer colour refresh, but Ana Ferreira does. "))
        #expect(salon.rows.last?.slot.staff == Salon.ana)
    }

    @Test("Changing the service in the middle keeps day and time")
    func serviceChange() throws {
        var salon = Salon()
        try salon.hear(.start(.for(Salon.cut, on: "2026-11-24", at: "10:00")))
        try salon.hear(.set(.for(Salon.colour)))
        #expect(salon.rows.last?.slot.service == Salon.colour)
        #expect(salon.rows.last?.slot.start == Salon.instant("2026-11-24T10:00:00Z"))
    }

    @Test("A time without a day offers the next days on which that time is free")
    func timeWithoutDay() throws {
        var salon = Salon()
        let words = try salon.talk(.start(.for(Salon.cut, at: "10:00")))
        #expect(
            words == "Which day would suit you for your cut and finish? The next days with free "
                + "times are tomorrow, Tuesday 24 November and Wednesday 25 November.")
        try salon.hear(.set(.for(on: "2026-11-25")))
        #expect(salon.rows.last?.slot.start == Salon.instant("2026-11-25T10:00:00Z"))
    }

    @Test("\"Next week\" offers times over the whole week")
    func nextWeek() throws {
        var salon = Salon()
        var request = BookingRequest.for(Salon.cut)
        request.day = DayConstraint(from: Salon.date("2026-11-23"), to: Salon.date("2026-11-29"))
        try salon.hear(.start(request))
        let days = Set(salon.state.offered.map { salon.catalogue.zone.local($0.start).date })
        #expect(days.count >= 3 && salon.state.offered.count == SlotOffers.sameDayLimit)
        try salon.hear(.set(.for(on: "2026-11-25")))
        #expect(salon.state.name == .collecting)
    }

    @Test("Moving prefers the same person, and takes a colleague only when that person is not free")
    func movePrefersPerson() throws {
        var salon = Salon()
        salon.add(Salon.cut, Salon.ana, "2026-11-26T11:00")
        try salon.hear(.reschedule(reference: nil, .for(on: "2026-11-25", at: "16:00")))
        guard case .rescheduleConfirm(let same) = salon.state else {
            Issue.record("not proposed")
            return
        }
        #expect(same.slot.staff == Salon.ana)
        try salon.hear(.set(.for(on: "2026-11-27")))
        guard case .rescheduleConfirm(let other) = salon.state else {
            Issue.record("not proposed")
            return
        }
        #expect(other.slot.staff == Salon.joel)
        try salon.hear(.confirm)
        #expect(salon.rows.map(\.slot.start) == [Salon.instant("2026-11-27T16:00:00Z")])
    }

    @Test("Moving one of several: the service says which, and the day is the new one")
    func moveOneOfSeveral() throws {
        var salon = Salon()
        salon.add(Salon.cut, Salon.joel, "2026-11-26T11:00")
        salon.add(Salon.colour, Salon.ana, "2026-12-01T14:00", reference: "P3-9XYZ")
        try salon.hear(
            .reschedule(reference: nil, .for(Salon.colour, on: "2026-12-02", at: "09:00")))
        try salon.hear(.confirm)
        #expect(salon.appointments.map(\.slot.start).last == Salon.instant("2026-12-02T09:00:00Z"))
    }

    @Test("A reference is read however it is written, and a wrong one is named")
    func reference() throws {
        var salon = Salon()
        salon.add(Salon.cut, Salon.joel, "2026-11-26T11:00")
        #expect(try salon.talk(.cancel(reference: "k7 4mqx")).hasPrefix("Shall I cancel your cut"))
        try salon.hear(.deny)
        let words = try salon.talk(.cancel(reference: "ZZ-1111"))
        #expect(words.hasPrefix("I can't find an upcoming appointment of yours with the reference"))
        #expect(salon.state.name == .cancelConfirm)
    }

    @Test("An appointment that staff changed meanwhile is not cancelled unseen")
    func changedMeanwhile() throws {
        var salon = Salon()
        salon.add(Salon.cut, Salon.joel, "2026-11-26T11:00")
        try salon.hear(.cancel(reference: nil))
        salon.rows[0].slot.start = salon.rows[0].slot.start + .hours(1)
        salon.rows[0].slot.end = salon.rows[0].slot.end + .hours(1)
        #expect(try salon.talk(.confirm).contains("at 12:00"))
        #expect(salon.rows[0].status == .confirmed)
        try salon.hear(.confirm)
        #expect(salon.rows[0].status == .cancelled)
    }

    @Test("A slot that went between question and yes leads to other times, and nothing is booked")
    func slotWent() throws {
        var salon = Salon()
        try salon.hear(.start(.for(Salon.cut, with: Salon.ana, on: "2026-11-24", at: "10:00")))
        salon.add(Salon.cut, Salon.ana, "2026-11-24T10:00", of: Salon.somebodyElse)
        let effects = try salon.hear(.confirm)
        #expect(effects.map(\.label) == ["release", "say unavailable"])
        #expect(salon.state.name == .collecting)
    }

    @Test("\"No\" to a proposal asks for another time, \"no\" to that is the end")
    func no() throws {
        var salon = Salon()
        try salon.hear(.start(.for(Salon.cut, on: "2026-11-24", at: "10:00")))
        #expect(
            try salon.talk(.deny) == "No problem. Which other day or time would suit you?")
        #expect(try salon.talk(.deny).hasPrefix("All right, I have not booked anything."))
        #expect(salon.state == .idle)
    }

    @Test("Money that comes after the deadline still buys a time that is free")
    func latePayment() throws {
        var salon = Salon()
        salon.depositRequired = true
        try salon.hear(.start(.for(Salon.cut, on: "2026-11-24", at: "10:00")))
        try salon.hear(.confirm)
        salon.now = salon.now + .minutes(20)
        try salon.hear(.paymentSucceeded)
        #expect(salon.rows.map(\.status) == [.confirmed])
    }

    @Test("Money that comes after the deadline buys no time that somebody else has got meanwhile")
    func latePaymentForATakenTime() throws {
        var salon = Salon()
        salon.depositRequired = true
        try salon.hear(.start(.for(Salon.cut, with: Salon.ana, on: "2026-11-24", at: "10:00")))
        try salon.hear(.confirm)
        salon.now = salon.now + .minutes(20)
        salon.add(Salon.cut, Salon.ana, "2026-11-24T10:00", of: Salon.somebodyElse)
        let refusal = #expect(throws: BookingRefusal.self) {
            try salon.hear(.paymentSucceeded)
        }
        #expect(refusal?.code == "booking.slot_taken")
        #expect(!salon.rows.contains { $0.contact == Salon.customer && $0.status == .confirmed })
    }
}
