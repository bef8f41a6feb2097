import Base
import Domain
import Testing

/// What was wished for beside what is being arranged.
@Suite("Two wishes in one breath")
struct TwoWishesTests {
    private let friday = BookingRequest.for(
        Salon.colour, with: Salon.ana, on: "2026-11-25", at: "10:00")

    private func cancelling() throws -> Salon {
        var salon = Salon()
        salon.add(Salon.cut, Salon.ana, "2026-11-25T10:00")
        try salon.hear(.cancel(reference: nil))
        return salon
    }

    @Test("A wish that comes with a cancelling is turned to once that is settled, in its time too")
    func cancelThenBook() throws {
        var salon = try cancelling()
        let words = try salon.talk(.start(friday))
        #expect(salon.state.name == .cancelConfirm)
        #expect(words.contains("Shall I cancel") && words.contains("After that"))
        try salon.hear(.confirm)
        #expect(salon.state.name == .confirming)
        try salon.hear(.confirm)
        #expect(salon.appointments.map(\.slot.service) == [Salon.colour])
    }

    @Test("Keeping the old appointment does not lose the new one")
    func keepThenBook() throws {
        var salon = try cancelling()
        try salon.hear(
            .start(.for(Salon.colour, with: Salon.ana, on: "2026-11-26", at: "10:00")))
        try salon.hear(.deny)
        #expect(salon.state.name == .confirming)
        try salon.hear(.confirm)
        #expect(salon.appointments.count == 2)
    }

    @Test("A second service waits until the first is booked, and is dropped when that is given up")
    func twoServices() throws {
        var salon = Salon()
        try salon.hear(.start(.for(Salon.cut, with: Salon.ana, on: "2026-11-24", at: "10:00")))
        try salon.hear(.start(friday))
        #expect(salon.state.name == .confirming)
        var other = salon
        try salon.hear(.confirm)
        #expect(salon.state.name == .confirming)
        try salon.hear(.confirm)
        #expect(salon.appointments.map(\.slot.service) == [Salon.cut, Salon.colour])
        try other.hear(.cancel(reference: nil))
        #expect(other.state == .idle && other.appointments.isEmpty)
    }

    @Test("What was noted lapses with the question before it")
    func lapse() throws {
        var salon = try cancelling()
        try salon.hear(.start(friday))
        salon.now = salon.now + .hours(1)
        try salon.hear(.lapse)
        #expect(salon.state == .idle)
    }
}

@Suite("Wishes about people")
struct PeopleWishTests {
    private let ana = BookingRequest.for(Salon.cut, with: Salon.ana, at: "10:00")

    @Test("Anybody takes back a person who was named, and a name takes back anybody")
    func anybody() {
        let open = ana.corrected(by: BookingRequest(anyStaff: true))
        #expect(open.staff == nil && open.time == ana.time && open.service == Salon.cut)
        #expect(open.corrected(by: .for(with: Salon.joel)).staff == Salon.joel)
    }

    @Test("Whoever is refused is neither kept nor offered")
    func refused() throws {
        let without = ana.corrected(by: BookingRequest(excludedStaff: [Salon.ana]))
        #expect(without.staff == nil)
        var salon = Salon()
        try salon.hear(.start(.for(Salon.cut, with: Salon.ana, on: "2026-11-24")))
        try salon.hear(.set(BookingRequest(excludedStaff: [Salon.ana])))
        #expect(!salon.state.offered.isEmpty)
        #expect(salon.state.offered.allSatisfy { $0.staff == Salon.joel })
    }

    @Test("Who is the only one cannot be refused, and that is said")
    func nobodyElse() throws {
        var salon = Salon()
        try salon.hear(.start(.for(Salon.colour, on: "2026-11-24", at: "10:00")))
        let words = try salon.talk(.set(BookingRequest(excludedStaff: [Salon.ana])))
        #expect(salon.state.name == .confirming)
        #expect(words.contains("Only Ana Ferreira offers colour refresh."))
    }

    @Test("A time that one person cannot keep is kept when anybody will do")
    func timeStays() throws {
        var salon = Salon()
        salon.add(Salon.cut, Salon.ana, "2026-11-24T10:00", of: Salon.somebodyElse)
        try salon.hear(.start(.for(Salon.cut, with: Salon.ana, on: "2026-11-24", at: "10:00")))
        #expect(salon.state.name == .collecting)
        let words = try salon.talk(.set(BookingRequest(anyStaff: true)))
        #expect(salon.state.name == .confirming)
        #expect(words.contains("10:00 with Joel"))
    }

    @Test("The earliest times are offered first when they matter most")
    func soonest() throws {
        var salon = Salon()
        try salon.hear(
            .start(
                BookingRequest(
                    service: Salon.cut,
                    day: DayConstraint(
                        from: Salon.date("2026-11-20"), to: Salon.date("2026-12-04")),
                    prefersEarliest: true)))
        let zone = salon.catalogue.zone
        let days = Set(salon.state.offered.map { zone.local($0.start).date })
        #expect(days == [Salon.date("2026-11-20")])
    }
}
