import Base
import Domain
import Testing

/// Sentences as a customer reads them; read them aloud before changing one.
@Suite("What is said about bookings")
struct BookingWordingTests {
    private static let friday = Salon.date("2026-11-20")

    private func say(
        _ prompt: BookingPrompt, currency: String = "GBP", zone: String = "Europe/London",
        region: String? = nil
    ) -> String {
        var catalogue = Salon.catalogue
        catalogue.currency = currency
        catalogue.locale = LocaleSettings(region: region)
        catalogue.zone = Zone(zone) ?? .utc
        return BookingWording(catalogue: catalogue, today: BookingWordingTests.friday)
            .sentence(for: prompt)
    }

    private func slot(
        _ service: ServiceID, _ staff: StaffMemberID, _ start: String, minutes: Int = 60
    ) -> Slot {
        let start = Salon.instant(start)
        return Slot(service: service, staff: staff, start: start, end: start + .minutes(minutes))
    }

    private var cut: Slot { slot(Salon.cut, Salon.ana, "2026-11-24T15:30:00Z") }
    private var booking: Booking {
        Booking(
            id: Salon.id(1), contact: Salon.customer, slot: cut, status: .confirmed,
            reference: "K7-4MQX")
    }

    @Test("A proposal names service, day, time, person and price, and asks")
    func proposal() {
        #expect(
            say(.askConfirm(cut, priceMin: 4800, priceMax: 6400))
                == "I can book your cut and finish for Tuesday 24 November at 15:30 with Ana "
                + "Ferreira. It costs £48 to £64. Shall I book it?")
        #expect(say(.askConfirm(cut, priceMin: 4850, priceMax: 4850)).contains("It costs £48.50."))
        #expect(say(.askConfirm(cut, priceMin: 0, priceMax: 0)).contains("There is no charge."))
        #expect(say(.askConfirm(cut, priceMin: 0, priceMax: 900)).contains("up to £9."))
        #expect(!say(.askConfirm(cut, priceMin: nil, priceMax: nil)).contains("cost"))
    }

    @Test("Today and tomorrow keep their date where the reply may be read later")
    func nearDays() {
        let today = slot(Salon.cut, Salon.joel, "2026-11-20T16:00:00Z")
        #expect(
            say(.askConfirm(today, priceMin: nil, priceMax: nil))
                == "I can book your cut and finish for today (Friday 20 November) at 16:00 with "
                + "Joel Adeyemi. Shall I book it?")
        #expect(
            say(.closed(BookingWordingTests.friday, [cut]))
                == "We are closed today. I could offer Tuesday 24 November at 15:30 with Ana "
                + "Ferreira. Would that suit you?")
        #expect(
            say(.closed(Salon.date("2026-11-21"), [cut])).hasPrefix("We are closed tomorrow. "))
        #expect(
            say(.closed(Salon.date("2026-11-28"), [cut]))
                .hasPrefix("We are closed on Saturday 28 November. "))
    }

    @Test("Offers are grouped by day, and by person only where people differ")
    func offers() {
        let offered = [
            cut, slot(Salon.cut, Salon.joel, "2026-11-24T16:00:00Z"),
            slot(Salon.cut, Salon.ana, "2026-11-25T09:00:00Z"),
            slot(Salon.cut, Salon.ana, "2026-11-25T09:30:00Z"),
        ]
        #expect(
            say(.offerTimes(Salon.cut, offered))
                == "For your cut and finish I have Tuesday 24 November at 15:30 with Ana Ferreira "
                + "or 16:00 with Joel Adeyemi; or Wednesday 25 November at 09:00 or 09:30 with Ana "
                + "Ferreira. Which would you like?")
        let wished = LocalDateTime(date: BookingWordingTests.friday, time: Salon.time("15:30"))
        #expect(
            say(.unavailable(Salon.cut, wished: wished, [cut]))
                == "I'm afraid 15:30 today isn't free. I could offer Tuesday 24 November at 15:30 "
                + "with Ana Ferreira. Would that suit you?")
    }

    @Test("Days and times are written as in the United States where the business says it is there")
    func unitedStates() {
        let start = slot(Salon.cut, Salon.ana, "2026-11-24T20:30:00Z")
        #expect(
            say(
                .askConfirm(start, priceMin: 9500, priceMax: nil), currency: "USD",
                zone: "America/New_York", region: "US")
                == "I can book your cut and finish for Tuesday, November 24 at 3:30 pm with Ana "
                + "Ferreira. It costs $95. Shall I book it?")
        let american = LocaleSettings(region: "US")
        #expect(
            ["00:00", "00:05", "09:00", "12:00", "12:30", "23:59"].map {
                american.time(Salon.time($0))
            } == ["12 am", "12:05 am", "9 am", "12 pm", "12:30 pm", "11:59 pm"])
        #expect(
            LocaleSettings(region: "AU").day(BookingWordingTests.friday) == "Friday 20 November")
        // Neither the money nor the zone says how people write.
        #expect(
            say(
                .askConfirm(start, priceMin: 9500, priceMax: nil), currency: "USD",
                zone: "America/New_York"
            ).contains("Tuesday 24 November at 15:30 with Ana Ferreira. It costs $95."))
    }

    @Test("What was done is told with its reference")
    func done() {
        #expect(
            say(.booked(booking, preparation: "Please come with dry hair."))
                == "Your cut and finish is booked for Tuesday 24 November at 15:30 with Ana "
                + "Ferreira. Your reference is K7-4MQX. Please come with dry hair.")
        let new = slot(Salon.cut, Salon.joel, "2026-11-25T10:00:00Z")
        #expect(
            say(.askMove(booking, new))
                == "I can move your cut and finish from Tuesday 24 November at 15:30 with Ana "
                + "Ferreira to Wednesday 25 November at 10:00 with Joel Adeyemi. Shall I move it?")
        #expect(
            say(.moved(booking, new))
                == "Your cut and finish has been moved to Wednesday 25 November at 10:00 with Joel "
                + "Adeyemi. Your reference is still K7-4MQX.")
        #expect(
            say(.cancelled(booking))
                == "Your cut and finish on Tuesday 24 November at 15:30 with Ana Ferreira has been "
                + "cancelled.")
        #expect(
            say(.kept(booking))
                == "All right, your cut and finish on Tuesday 24 November at 15:30 with Ana "
                + "Ferreira stays as it is.")
        #expect(
            say(.appointments([booking]))
                == "Your cut and finish is on Tuesday 24 November at 15:30 with Ana Ferreira. Your "
                + "reference is K7-4MQX.")
    }

    @Test(
        "Names inside a sentence keep their capitals when they may be names",
        arguments: [
            ("Colour refresh", "colour refresh"), ("Half-head highlights", "half-head highlights"),
            ("Botox", "Botox"), ("HydraFacial", "HydraFacial"), ("IPL facial", "IPL facial"),
            ("Blow-dry", "blow-dry"), ("Balayage", "Balayage"),
        ])
    func names(name: String, written: String) {
        var catalogue = Salon.catalogue
        catalogue.services[0].name = name
        let wording = BookingWording(catalogue: catalogue, today: BookingWordingTests.friday)
        #expect(
            wording.sentence(for: .askDay(Salon.cut, suggestions: []))
                == "Which day would suit you for your \(written)?")
    }

    @Test("Staff read in one line what approving does")
    func summaries() {
        let wording = BookingWording(
            catalogue: Salon.catalogue, today: BookingWordingTests.friday)
        #expect(
            wording.summary(of: .confirm(booking))
                == "books Cut and finish, Tue 24 Nov 15:30 with Ana Ferreira")
        let new = slot(Salon.cut, Salon.joel, "2026-11-25T10:00:00Z")
        #expect(
            wording.summary(of: .move(booking, to: new))
                == "moves Cut and finish from Tue 24 Nov 15:30 to Wed 25 Nov 10:00 with Joel "
                + "Adeyemi")
        #expect(wording.summary(of: .say(.expired)) == nil)
    }

    @Test("What approving does is known in parts too: what, where it goes, and where it was")
    func previews() throws {
        let wording = BookingWording(
            catalogue: Salon.catalogue, today: BookingWordingTests.friday)
        let booked = try #require(wording.preview(of: .confirm(booking)))
        #expect(booked.kind == .book && booked.summary == wording.summary(of: .confirm(booking)))
        let named = try #require(booked.slot)
        #expect(named.service == Salon.cut && named.serviceName == "Cut and finish")
        #expect(named.staff == Salon.ana && named.staffName == "Ana Ferreira")
        #expect(named.start == booking.slot.start && named.end == booking.slot.end)
        let new = slot(Salon.cut, Salon.joel, "2026-11-25T10:00:00Z")
        let moved = try #require(wording.preview(of: .move(booking, to: new)))
        #expect(
            moved.kind == .move && moved.previousSlot == named && moved.slot?.start == new.start)
        // The same comes back from the effect of a draft, which is of no column in particular.
        for preview in [booked, moved] { #expect(BookingPreview(preview.proposed) == preview) }
        #expect(wording.preview(of: .say(.expired)) == nil)
        #expect(wording.preview(of: .handOff) == nil)
    }

    @Test("No sentence is empty, doubles a word or a space, or ends without a full stop")
    func everySentence() throws {
        for (_, salon) in try BookingTableTests.situations() {
            for (_, event) in BookingTableTests.events {
                var salon = salon
                guard
                    let outcome = try? BookingMachine.next(salon.state, event, salon.context())
                else { continue }
                for effect in outcome.effects {
                    guard case .say = effect else { continue }
                    let words = salon.words([effect])
                    #expect(words.hasSuffix(".") || words.hasSuffix("?"), "\(words)")
                    for slip in ["  ", ",,", "on on", "on today", "for on", "at at", " ,", "()"] {
                        #expect(!words.contains(slip), "\(words)")
                    }
                }
            }
        }
    }
}
