import Base
import Domain
import Foundation
import TestKit
import Testing

/// Every state in its variants against every event in its variants, as a table that is checked in.
///
/// Set FRONTDESK_REWRITE_TABLES=1 to write the table anew; the change is then visible in the diff.
@Suite("The booking machine's table")
struct BookingTableTests {
    @Test("Every state answers every event as the checked-in table says")
    func table() throws {
        var lines = ["# state | event -> next state | effects, or the refusal's code"]
        for (name, salon) in try BookingTableTests.situations() {
            lines.append("")
            for (label, event) in BookingTableTests.events {
                lines.append("\(name) | \(label) -> \(BookingTableTests.outcome(salon, event))")
            }
        }
        try CheckedTable.compare(lines, with: "booking.txt")
    }

    @Test("Every state of the seven has situations, and every event has a variant, in the table")
    func completeness() throws {
        let states = Set(try BookingTableTests.situations().map(\.1.state.name))
        #expect(states == Set(BookingState.Name.allCases))
        let events = Set(BookingTableTests.events.map(\.1.name))
        #expect(
            events == [
                "start", "set", "choose", "confirm", "deny", "cancel", "cancel_several",
                "reschedule", "status", "lapse", "payment_succeeded", "payment_failed",
            ])
    }

    static func outcome(_ salon: Salon, _ event: BookingEvent) -> String {
        var salon = salon
        do throws(BookingRefusal) {
            let outcome = try BookingMachine.next(salon.state, event, salon.context())
            let effects = outcome.effects.map(\.label).joined(separator: ", ")
            return "\(outcome.state.name.rawValue) | \(effects.isEmpty ? "-" : effects)"
        } catch {
            return error.code
        }
    }

    // MARK: Situations

    static func situations() throws -> [(String, Salon)] {
        var all: [(String, Salon)] = []
        for (name, appointments) in [("none", 0), ("one", 1), ("two", 2)] {
            all.append(("IDLE, \(name) booked", salon(appointments)))
        }
        for (name, appointments, events) in paths {
            var salon = salon(appointments)
            salon.depositRequired = name.hasPrefix("PAYMENT")
            for event in events { try salon.hear(event) }
            all.append((name, salon))
            var late = salon
            late.now = salon.now + .hours(1)
            all.append(("\(name), lapsed", late))
            if name == "CONFIRMING" || name == "RESCHEDULE_CONFIRM" {
                var taken = salon
                taken.add(
                    Salon.cut, Salon.ana, "2026-11-24T10:00", of: Salon.somebodyElse)
                all.append(("\(name), taken meanwhile", taken))
            }
        }
        return all
    }

    private static func salon(_ appointments: Int) -> Salon {
        var salon = Salon()
        if appointments > 0 { salon.add(Salon.cut, Salon.joel, "2026-11-26T11:00") }
        if appointments > 1 {
            salon.add(Salon.colour, Salon.ana, "2026-12-01T14:00", reference: "P3-9XYZ")
        }
        return salon
    }

    private static let whole = BookingRequest.for(
        Salon.cut, with: Salon.ana, on: "2026-11-24", at: "10:00")

    private static let paths: [(String, Int, [BookingEvent])] = [
        ("COLLECTING service", 0, [.start(BookingRequest())]),
        ("COLLECTING day", 0, [.start(.for(Salon.cut))]),
        ("COLLECTING time", 0, [.start(.for(Salon.cut, on: "2026-11-24"))]),
        ("COLLECTING other times", 0, [.start(.for(Salon.cut, on: "2026-11-24", at: "20:00"))]),
        ("COLLECTING with one booked", 1, [.start(.for(Salon.cut, on: "2026-11-24"))]),
        ("CONFIRMING", 0, [.start(whole)]),
        ("PAYMENT_PENDING", 0, [.start(whole), .confirm]),
        ("RESCHEDULE_COLLECTING which", 2, [.reschedule(reference: nil, BookingRequest())]),
        ("RESCHEDULE_COLLECTING day", 1, [.reschedule(reference: nil, BookingRequest())]),
        (
            "RESCHEDULE_COLLECTING time", 1,
            [.reschedule(reference: nil, .for(on: "2026-11-24"))]
        ),
        (
            "RESCHEDULE_CONFIRM", 1,
            [.reschedule(reference: nil, .for(with: Salon.ana, on: "2026-11-24", at: "10:00"))]
        ),
        ("CANCEL_CONFIRM", 1, [.cancel(reference: nil)]),
        ("CANCEL_CONFIRM which", 2, [.cancel(reference: nil)]),
        ("CANCEL_CONFIRM all", 2, [.cancelSeveral(references: [])]),
    ]

    static let events: [(String, BookingEvent)] = [
        ("start nothing said", .start(BookingRequest())),
        ("start service", .start(.for(Salon.cut))),
        ("start everything", .start(whole)),
        ("start another service", .start(.for(Salon.colour))),
        ("set nothing said", .set(BookingRequest())),
        ("set service", .set(.for(Salon.colour))),
        ("set person", .set(.for(with: Salon.joel))),
        ("set anybody", .set(BookingRequest(anyStaff: true))),
        ("set day", .set(.for(on: "2026-11-25"))),
        ("set closed day", .set(.for(on: "2026-11-28"))),
        ("set time", .set(.for(at: "11:00"))),
        ("set day and time", .set(.for(on: "2026-11-25", at: "11:00"))),
        ("choose first", .choose(.position(1))),
        ("choose last", .choose(.position(-1))),
        ("choose ninety-ninth", .choose(.position(99))),
        ("choose 11:00", .choose(.time(Salon.time("11:00")))),
        ("choose any", .choose(.any)),
        ("confirm", .confirm),
        ("deny", .deny),
        ("cancel", .cancel(reference: nil)),
        ("cancel everything", .cancelSeveral(references: [])),
        ("cancel by reference", .cancel(reference: "k7 4mqx")),
        ("cancel by unknown reference", .cancel(reference: "ZZ-0000")),
        ("reschedule", .reschedule(reference: nil, BookingRequest())),
        ("reschedule to a day", .reschedule(reference: nil, .for(on: "2026-11-25"))),
        (
            "reschedule to a time",
            .reschedule(reference: nil, .for(on: "2026-11-25", at: "16:00"))
        ),
        (
            "reschedule by reference",
            .reschedule(reference: "K7-4MQX", .for(on: "2026-11-25", at: "16:00"))
        ),
        ("status", .status),
        ("lapse", .lapse),
        ("payment succeeded", .paymentSucceeded),
        ("payment failed", .paymentFailed),
    ]
}
