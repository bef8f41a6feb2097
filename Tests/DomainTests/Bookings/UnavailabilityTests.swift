import Base
import Domain
import Testing

/// A time that cannot be had is refused with the true reason, and nothing is said that nobody entered.
@Suite("Why a time cannot be had")
struct UnavailabilityTests {
    private static let zone = Salon.catalogue.zone

    private func at(_ local: String) -> Instant {
        UnavailabilityTests.zone.instant(
            of: LocalDateTime(
                date: Salon.date(String(local.prefix(10))),
                time: Salon.time(String(local.suffix(5)))))
    }

    private func reason(
        _ local: String, _ staff: StaffMemberID? = nil, of service: Int = 0,
        in salon: Salon = Salon()
    ) -> Unavailability? {
        salon.availability.unavailability(
            of: salon.catalogue.services[service], staff: staff, at: at(local))
    }

    @Test("Closed, past, too soon, too far, outside hours, away and taken are told apart")
    func reasons() {
        #expect(reason("2026-11-24 10:00") == nil)
        #expect(reason("2026-11-20 09:00") == .past)
        #expect(reason("2026-11-17 10:00") == .past)
        #expect(reason("2026-11-20 10:30", Salon.joel) == .tooSoon(minutes: 60))
        #expect(reason("2026-12-22 10:00") == .tooFarAhead(days: 30))
        #expect(reason("2026-11-28 10:00") == .closed(Salon.date("2026-11-28")))
        #expect(reason("2026-11-23 10:00") == .closed(Salon.date("2026-11-23")))
        #expect(reason("2026-11-24 08:00") == .outsideHours)
        #expect(reason("2026-11-24 17:30") == .outsideHours)
        #expect(reason("2026-11-27 10:00", Salon.ana) == .nobodyWorks(isOne: true))
        #expect(reason("2026-11-27 10:00", of: 1) == .nobodyWorks(isOne: false))
        #expect(reason("2026-11-24 10:00", Salon.joel, of: 1) == .personDoesNotOffer)
        #expect(reason("2026-11-24 10:10") == .betweenStarts(minutes: 30))
        var salon = Salon()
        salon.add(Salon.cut, Salon.ana, "2026-11-24 10:00")
        #expect(reason("2026-11-24 10:30", Salon.ana, in: salon) == .taken)
        #expect(reason("2026-11-24 10:30", in: salon) == nil)
        salon.now = Salon.instant("2026-11-20T15:30:00Z")
        #expect(reason("2026-11-20 17:00", Salon.joel, in: salon) == .tooLateToday)
        salon.catalogue.services[0].staff = []
        #expect(reason("2026-11-24 10:00", in: salon) == .nobodyOffers)
        salon.catalogue.hours = WeeklyHours()
        #expect(reason("2026-11-24 10:00", in: salon) == .noHours)
    }

    @Test("There is a reason exactly where there is no slot", arguments: [1, 2, 3])
    func complete(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var salon = Salon()
        salon.add(Salon.cut, Salon.ana, "2026-11-24 10:00")
        salon.add(Salon.colour, Salon.ana, "2026-11-25 13:00")
        for _ in 0..<2_000 {
            let service = salon.catalogue.services[Int.random(in: 0...1, using: &random)]
            let staff = [nil, Salon.ana, Salon.joel].randomElement(using: &random) ?? nil
            let start = Salon.opening + .minutes(5 * Int.random(in: -300...9_000, using: &random))
            let date = UnavailabilityTests.zone.local(start).date
            let isFree = salon.availability.slots(
                of: service, staff: staff, from: date, to: date
            ).contains { $0.start == start }
            let reason = salon.availability.unavailability(of: service, staff: staff, at: start)
            #expect((reason == nil) == isFree, "\(start)")
        }
    }

    @Test("Customers are told that a time has passed, is too soon, or lies outside the hours")
    func told() throws {
        func answer(_ request: BookingRequest) throws -> String {
            var salon = Salon()
            return try salon.talk(.start(request))
        }
        #expect(
            try answer(.for(Salon.cut, on: "2026-11-20", at: "09:00"))
                .hasPrefix("I'm afraid that time has already passed. I could offer "))
        #expect(
            try answer(.for(Salon.cut, on: "2026-11-18", at: "11:00"))
                .hasPrefix("I'm afraid Wednesday 18 November has already passed. "))
        #expect(
            try answer(.for(Salon.cut, on: "2026-11-20", at: "10:30"))
                .hasPrefix("I'm afraid that is too soon: we need 1 hour of notice. "))
        #expect(
            try answer(.for(Salon.cut, on: "2026-11-24", at: "20:00"))
                .hasPrefix("On Tuesday 24 November we are open from 09:00 to 18:00. I could offer ")
        )
        #expect(
            try answer(.for(Salon.colour, on: "2026-11-24", at: "17:30")).hasPrefix(
                "On Tuesday 24 November we are open from 09:00 to 18:00, and your colour refresh "
                    + "takes 1 hour and 30 minutes. I could offer "))
        #expect(
            try answer(.for(Salon.cut, on: "2026-11-23", at: "10:00"))
                .hasPrefix("We are closed on Monday 23 November. "))
    }

    @Test("A day that is closed is said to be closed though nothing else can be offered")
    func closedWithoutOffers() throws {
        var salon = Salon()
        salon.catalogue.policy.horizonDays = 3
        salon.catalogue.closures = Set((20...23).map { Salon.date("2026-11-\($0)") })
        let said = try salon.talk(.start(.for(Salon.cut, on: "2026-11-21", at: "10:00")))
        #expect(said == "We are closed tomorrow. Which other day would suit you?")
    }

    @Test("A time of a person who works at other hours is refused with these")
    func ownHours() throws {
        var salon = Salon()
        let late = [Salon.hours("13:00", "18:00")]
        salon.catalogue.staff[0].hours = WeeklyHours([.tuesday: late])
        let said = try salon.talk(
            .start(.for(Salon.cut, with: Salon.ana, on: "2026-11-24", at: "10:00")))
        #expect(said.hasPrefix("On Tuesday 24 November Ana Ferreira is in from 13:00 to 18:00. "))
    }

    @Test("Without hours, services or people nothing is offered: a person takes over")
    func nothingEntered() throws {
        let changes: [(String, (inout Catalogue) -> Void)] = [
            ("hours", { $0.hours = WeeklyHours() }), ("services", { $0.services = [] }),
            ("people", { $0.staff = [] }),
            ("who offers", { $0.services = $0.services.map(UnavailabilityTests.unoffered) }),
            ("own hours", { $0.staff = $0.staff.map(UnavailabilityTests.idle) }),
        ]
        let wishes: [BookingRequest] = [
            BookingRequest(), .for(Salon.cut), .for(Salon.cut, on: "2026-11-24"),
            .for(Salon.cut, with: Salon.ana, on: "2026-11-24", at: "10:00"),
            .for(on: "2026-11-24", at: "10:00"),
        ]
        for (what, change) in changes {
            for request in wishes {
                var salon = Salon()
                change(&salon.catalogue)
                #expect(!salon.catalogue.setupGaps.isEmpty, "\(what)")
                let effects = try salon.hear(.start(request))
                #expect(effects.contains(.handOff), "\(what)")
                #expect(salon.state.offered.isEmpty && salon.rows.isEmpty, "\(what)")
                let said = salon.words(effects)
                #expect(said.contains("passing this on to one of my colleagues"), "\(said)")
                #expect(!said.contains("We offer"), "\(said)")
            }
        }
        #expect(Salon.catalogue.setupGaps.isEmpty)
    }

    private static func unoffered(_ service: OfferedService) -> OfferedService {
        var service = service
        service.staff = []
        return service
    }

    private static func idle(_ member: StaffMember) -> StaffMember {
        var member = member
        member.hours = WeeklyHours()
        return member
    }

    @Test("An appointment is not moved to hours that nobody knows any more")
    func movingWithoutHours() throws {
        var salon = Salon()
        salon.add(Salon.cut, Salon.ana, "2026-11-24 10:00")
        salon.catalogue.hours = WeeklyHours()
        let effects = try salon.hear(
            .reschedule(reference: nil, .for(on: "2026-11-25", at: "10:00")))
        #expect(effects.contains(.handOff) && salon.state == .idle)
    }

    @Test("No sentence lists nothing")
    func emptyLists() {
        let wished = LocalDateTime(date: Salon.date("2026-11-24"), time: Salon.time("10:00"))
        var catalogue = Salon.catalogue
        catalogue.services[0].staff = []
        let wording = BookingWording(catalogue: catalogue, today: Salon.date("2026-11-20"))
        let prompts: [BookingPrompt] = [
            .askService([]), .askDay(Salon.cut, suggestions: []), .appointments([]),
            .unavailable(Salon.cut, wished: nil, []), .closed(wished.date, []), .closedForToday([]),
            .away(Salon.ana, wished.date, []), .past(wished.date, []), .nobodyElse(Salon.cut),
            .tooSoon(minutes: 60, wished: wished, []), .doesNotOffer(Salon.ana, Salon.cut),
            .outsideHours(Salon.cut, nil, wished: wished, []), .cannotBook(nil),
        ]
        for prompt in prompts {
            let said = wording.sentence(for: prompt)
            for gap in ["  ", " .", " ,", " ?", " with ?", "offer Would"] {
                #expect(!said.contains(gap), "\(said)")
            }
            #expect(said.hasSuffix(".") || said.hasSuffix("?"), "\(said)")
        }
    }

    @Test("What is held keeps its length when its service gets another; what is offered does not")
    func lengths() throws {
        var salon = Salon()
        try salon.hear(.start(.for(Salon.cut, on: "2026-11-24", at: "10:00")))
        salon.catalogue.services[0].durationMinutes = 30
        let booked = try salon.hear(.confirm)
        guard case .confirm(let booking)? = booked.first else {
            Issue.record("\(booked)")
            return
        }
        #expect(booking.slot.minutes == 60)
        let span = Availability.taken(
            by: salon.catalogue.services[0], from: booking.slot.start, to: booking.slot.end)
        #expect(span == Interval(booking.slot.start, booking.slot.end))

        try salon.hear(.start(.for(Salon.cut, on: "2026-11-25")))
        #expect(salon.state.offered.first?.minutes == 30)
        salon.catalogue.services[0].durationMinutes = 90
        let held = try salon.hear(.choose(.position(1)))
        guard case .hold(let other)? = held.first else {
            Issue.record("\(held)")
            return
        }
        #expect(other.slot.minutes == 90)
    }
}
