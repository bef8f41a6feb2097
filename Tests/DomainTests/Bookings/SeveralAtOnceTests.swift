import Base
import Domain
import Testing

/// More than one appointment, time or service in one request.
@Suite("Several at once")
struct SeveralAtOnceTests {
    private func booked() -> Salon {
        var salon = Salon()
        salon.add(Salon.cut, Salon.joel, "2026-11-26T11:00")
        salon.add(Salon.colour, Salon.ana, "2026-12-01T14:00", reference: "P3-9XYZ")
        return salon
    }

    @Test("Both appointments are cancelled after one yes")
    func both() throws {
        var salon = booked()
        let words = try salon.talk(.cancelSeveral(references: []))
        #expect(words.hasPrefix("Shall I cancel both of these"))
        try salon.hear(.confirm)
        #expect(salon.appointments.isEmpty && salon.state == .idle)
    }

    @Test("Of both, one can still be chosen, and no keeps both")
    func oneOfBoth() throws {
        var salon = booked()
        try salon.hear(.cancelSeveral(references: []))
        var other = salon
        try salon.hear(.choose(.position(2)))
        try salon.hear(.confirm)
        #expect(salon.appointments.map(\.slot.service) == [Salon.cut])
        try other.hear(.deny)
        #expect(other.appointments.count == 2)
    }

    @Test("When all were cancelled meanwhile, a yes to cancelling them says that there are none")
    func goneMeanwhile() throws {
        var salon = booked()
        try salon.hear(.cancelSeveral(references: []))
        for index in salon.rows.indices { salon.rows[index].status = .cancelled }
        #expect(try salon.hear(.confirm) == [.say(.noAppointment)])
        #expect(salon.state == .idle)
    }

    @Test("A time that was offered on two days picks neither, one that was offered once is taken")
    func sameTimeOnTwoDays() throws {
        func offering(_ times: [String]) throws -> Salon {
            var request = BookingRequest.for(Salon.cut, with: Salon.ana)
            request.day = LocalDate("2026-11-24").map {
                DayConstraint(from: $0, to: $0.adding(days: 1))
            }
            request.time = .between(LocalTime("10:00") ?? .midnight, .endOfDay)
            request.dayTimePairs = zip(["2026-11-24", "2026-11-25"], times).map { day, time in
                DayTimePair(
                    day: BookingRequest.for(on: day).day, time: .at(LocalTime(time) ?? .midnight))
            }
            var salon = Salon()
            try salon.hear(.start(request))
            try #require(salon.state.offered.count == 2)
            return salon
        }
        var same = try offering(["10:00", "10:00"])
        try same.hear(.choose(.time(Salon.time("10:00"))))
        #expect(same.state.name == .collecting && same.state.offered.count == 2)
        var different = try offering(["10:00", "11:00"])
        try different.hear(.choose(.time(Salon.time("11:00"))))
        guard case .confirming(let held) = different.state else {
            Issue.record("\(different.state.name)")
            return
        }
        #expect(held.booking.slot.start == Salon.instant("2026-11-25T11:00:00Z"))
    }

    @Test("A pair of day and time is no other pair")
    func pairs() throws {
        var salon = Salon()
        salon.add(Salon.cut, Salon.ana, "2026-11-25T11:00", of: Salon.somebodyElse)
        var request = BookingRequest.for(Salon.cut, with: Salon.ana)
        let days = ["2026-11-24": "10:00", "2026-11-25": "11:00"]
        request.dayTimePairs = days.map { day, time in
            DayTimePair(
                day: BookingRequest.for(on: day).day, time: .at(LocalTime(time) ?? .midnight))
        }
        request.day = LocalDate("2026-11-24").map {
            DayConstraint(from: $0, to: $0.adding(days: 1))
        }
        request.time = .between(LocalTime("10:00") ?? .midnight, LocalTime("11:01") ?? .midnight)
        let words = try salon.talk(.start(request))
        #expect(salon.state.name == .confirming, "\(words)")
        #expect(words.contains("10:00"), "\(words)")
    }

    @Test("A suggested service is taken by a yes, and all are listed after a no")
    func suggestion() throws {
        var request = BookingRequest.for(on: "2026-11-24", at: "10:00")
        request.candidateServices = [Salon.cut]
        var salon = Salon()
        let words = try salon.talk(.start(request))
        #expect(words.hasPrefix("Do you mean your"))
        var other = salon
        try salon.hear(.confirm)
        #expect(salon.state.name == .confirming)
        #expect(try other.talk(.deny).hasPrefix("Which service would you like?"))
    }

    @Test("A yes to two suggestions chooses neither")
    func twoSuggestions() throws {
        var request = BookingRequest()
        request.candidateServices = [Salon.cut, Salon.colour]
        var salon = Salon()
        try salon.hear(.start(request))
        try salon.hear(.confirm)
        #expect(salon.state.name == .collecting)
        try salon.hear(.choose(.position(2)))
        guard case .collecting(let collecting) = salon.state else {
            Issue.record("no longer collecting")
            return
        }
        #expect(collecting.request.service == Salon.colour)
    }

    @Test("About ten is ten when ten is free")
    func about() throws {
        var salon = Salon()
        var request = BookingRequest.for(Salon.cut, with: Salon.ana, on: "2026-11-24")
        request.time = .around(LocalTime("10:00") ?? .midnight)
        #expect(try salon.talk(.start(request)).contains("10:00"))
        #expect(salon.state.name == .confirming)
    }

    @Test("A further appointment of the same service follows the first")
    func further() throws {
        var salon = Salon()
        let first = BookingRequest.for(Salon.cut, with: Salon.ana, on: "2026-11-24", at: "10:00")
        var second = BookingRequest.for(Salon.cut, with: Salon.joel, on: "2026-11-24", at: "10:00")
        second.isAdditional = true
        try salon.hear(.start(first))
        try salon.hear(.start(second))
        try salon.hear(.confirm)
        #expect(salon.state.name == .confirming)
        try salon.hear(.confirm)
        #expect(salon.appointments.count == 2)
    }
}
