import Base
import Domain
import Testing

/// More than one appointment, time or service in one wish.
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

    @Test("A pair of day and time is no other pair")
    func pairs() throws {
        var salon = Salon()
        salon.add(Salon.cut, Salon.ana, "2026-11-25T11:00", of: Salon.somebodyElse)
        var wish = BookingWish.for(Salon.cut, with: Salon.ana)
        let days = ["2026-11-24": "10:00", "2026-11-25": "11:00"]
        wish.either = days.map { day, time in
            DayTimeWish(
                day: BookingWish.for(on: day).day, time: .at(LocalTime(time) ?? .midnight))
        }
        wish.day = LocalDate("2026-11-24").map { DayWish(from: $0, to: $0.adding(days: 1)) }
        wish.time = .between(LocalTime("10:00") ?? .midnight, LocalTime("11:01") ?? .midnight)
        let words = try salon.talk(.start(wish))
        #expect(salon.state.name == .confirming, "\(words)")
        #expect(words.contains("10:00"), "\(words)")
    }

    @Test("A suggested service is taken by a yes, and all are listed after a no")
    func suggestion() throws {
        var wish = BookingWish.for(on: "2026-11-24", at: "10:00")
        wish.suggested = [Salon.cut]
        var salon = Salon()
        let words = try salon.talk(.start(wish))
        #expect(words.hasPrefix("Do you mean your"))
        var other = salon
        try salon.hear(.confirm)
        #expect(salon.state.name == .confirming)
        #expect(try other.talk(.deny).hasPrefix("Which service would you like?"))
    }

    @Test("A yes to two suggestions chooses neither")
    func twoSuggestions() throws {
        var wish = BookingWish()
        wish.suggested = [Salon.cut, Salon.colour]
        var salon = Salon()
        try salon.hear(.start(wish))
        try salon.hear(.confirm)
        #expect(salon.state.name == .collecting)
        try salon.hear(.choose(.position(2)))
        guard case .collecting(let collecting) = salon.state else {
            Issue.record("no longer collecting")
            return
        }
        #expect(collecting.wish.service == Salon.colour)
    }

    @Test("About ten is ten when ten is free")
    func about() throws {
        var salon = Salon()
        var wish = BookingWish.for(Salon.cut, with: Salon.ana, on: "2026-11-24")
        wish.time = .around(LocalTime("10:00") ?? .midnight)
        #expect(try salon.talk(.start(wish)).contains("10:00"))
        #expect(salon.state.name == .confirming)
    }

    @Test("A further appointment of the same service follows the first")
    func further() throws {
        var salon = Salon()
        let first = BookingWish.for(Salon.cut, with: Salon.ana, on: "2026-11-24", at: "10:00")
        var second = BookingWish.for(Salon.cut, with: Salon.joel, on: "2026-11-24", at: "10:00")
        second.isFurther = true
        try salon.hear(.start(first))
        try salon.hear(.start(second))
        try salon.hear(.confirm)
        #expect(salon.state.name == .confirming)
        try salon.hear(.confirm)
        #expect(salon.appointments.count == 2)
    }
}
