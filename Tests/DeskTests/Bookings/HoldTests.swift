import Base
import Domain
import Postgres
import Store
import TestKit
import Testing

@testable import Desk

@Suite("Holds and appointments", .timeLimit(.minutes(10)))
struct HoldTests {
    @Test("The constraint refuses an overlap whatever the code does")
    func constraint() async throws {
        let scene = try await Scene()
        let customer = try await scene.customer()
        let resource = scene.people[0].resourceNumber
        let world = scene.fixture.world
        func insert(_ from: Instant, _ to: Instant) async throws {
            let slot = Slot(
                service: scene.service.id, staff: scene.people[0].id, start: from, end: to)
            let booking = Booking(
                id: world.id(), contact: customer.contact.id, slot: slot, status: .confirmed,
                reference: BookingReference.make(world))
            try await scene.database.write(scene.workspace) { transaction in
                try BookingStore.insert(
                    booking, span: Interval(from, to), resource: resource, at: world.now(),
                    transaction)
            }
        }
        try await insert(Scene.tuesday(10), Scene.tuesday(11))
        await #expect(throws: BookingRefusal.slotTaken(alternatives: [])) {
            try await insert(Scene.tuesday(10, 59), Scene.tuesday(12))
        }
        // Half-open: one may begin when the other ends.
        try await insert(Scene.tuesday(11), Scene.tuesday(12))
        #expect(try await scene.violations() == [])
    }

    @Test("A hold that lapsed is released by whoever takes its time")
    func lapsedHold() async throws {
        let scene = try await Scene()
        let first = try await scene.customer(1)
        let second = try await scene.customer(2)
        try await scene.exchange("book 2026-11-24 15:00", with: first)
        await #expect(throws: DraftRefusal.self) {
            // While it is held, the machine offers the second customer other times.
            let conversation = try await scene.say("book 2026-11-24 15:00", as: second)
            let draft = try #require(try await scene.draft(conversation))
            #expect(draft.basis.expectedState == .collecting)
            throw DraftRefusal.unknownDraft
        }
        scene.fixture.clock.advance(by: .minutes(11))
        try await scene.exchange("book 2026-11-24 15:00", with: second)
        let states = try await scene.texts("select status from booking order by created_at")
        #expect(states == ["released", "hold"])
        // The yes that comes too late is answered with other times, never with a second booking.
        try await scene.exchange("yes", with: first)
        #expect(
            try await scene.count("select count(*) from booking where status = 'confirmed'") == 0)
        #expect(try await scene.violations().filter { !$0.hasPrefix("a hold that no") } == [])
    }

    @Test("A yes in time is booked though its hold lapsed while the draft waited, if still free")
    func lateApproval() async throws {
        let scene = try await Scene()
        let customer = try await scene.customer()
        try await scene.exchange("book 2026-11-24 15:00", with: customer)
        let conversation = try await scene.say("yes", as: customer)
        scene.fixture.clock.advance(by: .hours(2))
        let message = try await scene.approve(conversation)
        #expect(message.content.contains("is booked for"))
        #expect(try await scene.texts("select status from booking") == ["confirmed"])
        #expect(try await scene.violations() == [])
    }

    @Test("The same yes is refused with other times when somebody took it meanwhile")
    func lateApprovalOfLostTime() async throws {
        let scene = try await Scene()
        let customer = try await scene.customer()
        try await scene.exchange("book 2026-11-24 15:00", with: customer)
        let conversation = try await scene.say("yes", as: customer)
        scene.fixture.clock.advance(by: .hours(2))
        _ = try await scene.desk.bookings.book(
            .init(
                service: scene.service.id, staff: nil, start: Scene.tuesday(15),
                phone: try #require(PhoneNumber("+442079470001")), name: "Other"),
            by: scene.owner)
        let refusal = await #expect(throws: DraftRefusal.self) {
            try await scene.approve(conversation)
        }
        #expect(refusal?.code == "draft.slot_taken", "\(String(describing: refusal))")
        // The new turn does not run into the same wall: its draft can be approved.
        try await scene.turn(conversation)
        let message = try await scene.approve(conversation)
        #expect(!message.content.contains("is booked for"))
        #expect(try await scene.violations() == [])
    }

    @Test("Moving keeps the reference and frees the old time; cancelling frees it as well")
    func movingAndCancelling() async throws {
        let scene = try await Scene()
        let customer = try await scene.customer()
        try await scene.exchange("book 2026-11-24 15:00", with: customer)
        try await scene.exchange("yes", with: customer)
        let reference = try await scene.texts("select reference from booking")
        try await scene.exchange("move 2026-11-24 17:00", with: customer)
        let moved = try await scene.exchange("yes", with: customer)
        #expect(moved.content.contains("has been moved"))
        #expect(try await scene.texts("select reference from booking") == reference)
        var free = try await slots(scene)
        #expect(free.contains(Scene.tuesday(15)) && !free.contains(Scene.tuesday(17)))
        try await scene.exchange("cancel", with: customer)
        let cancelled = try await scene.exchange("yes", with: customer)
        #expect(cancelled.content.contains("has been cancelled"))
        free = try await slots(scene)
        #expect(free.contains(Scene.tuesday(17)))
        #expect(try await scene.texts("select status from booking") == ["cancelled"])
        let kinds = try await scene.texts(
            "select kind from event where kind like 'booking.%' order by turn, event_no")
        #expect(
            kinds == ["held", "confirmed", "moved", "cancelled"].map { "booking.\($0)" })
        #expect(try await scene.violations() == [])
    }

    @Test("What staff change between a question and its yes is refused once, and then answered")
    func staleAppointment() async throws {
        let scene = try await Scene()
        let customer = try await scene.customer()
        try await scene.exchange("book 2026-11-24 15:00", with: customer)
        try await scene.exchange("yes", with: customer)
        try await scene.exchange("cancel", with: customer)
        let conversation = try await scene.say("yes", as: customer)
        let id = try #require(
            BookingID(try await scene.texts("select booking_id::text from booking")[0]))
        try await scene.desk.bookings.cancel(id, by: scene.owner)
        let refusal = await #expect(throws: DraftRefusal.self) {
            try await scene.approve(conversation)
        }
        #expect(refusal?.kind == .conflict)
        try await scene.turn(conversation)
        try await scene.approve(conversation)
        #expect(try await scene.texts("select status from booking") == ["cancelled"])
    }

    @Test("A time outside hours, an unknown service and a stranger's booking are refused")
    func refusals() async throws {
        let scene = try await Scene()
        let phone = try #require(PhoneNumber("+442079470001"))
        let night = await #expect(throws: BookingRefusal.self) {
            try await scene.desk.bookings.book(
                .init(
                    service: scene.service.id, staff: nil, start: Scene.tuesday(3), phone: phone,
                    name: nil), by: scene.owner)
        }
        #expect(night?.code == "booking.outside_hours")
        await #expect(throws: BookingRefusal.unknownService) {
            try await scene.desk.bookings.book(
                .init(
                    service: scene.fixture.world.id(), staff: nil, start: Scene.tuesday(10),
                    phone: phone, name: nil), by: scene.owner)
        }
        let other = try await scene.fixture.openWorkspace("second")
        let booking = try await scene.desk.bookings.book(
            .init(
                service: scene.service.id, staff: nil, start: Scene.tuesday(10), phone: phone,
                name: nil), by: scene.owner)
        await #expect(throws: BookingRefusal.unknownBooking) {
            try await scene.desk.bookings.cancel(booking.id, by: other)
        }
        await #expect(throws: BookingRefusal.unknownBooking) {
            try await scene.desk.bookings.move(
                booking.id, to: Scene.tuesday(12), staff: nil, by: other)
        }
    }

    private func slots(_ scene: Scene) async throws -> Set<Instant> {
        let day = try #require(LocalDate("2026-11-24"))
        let slots = try await scene.desk.bookings.availableSlots(
            scene.workspace, service: scene.service.id, from: day, to: day)
        return Set(slots.map(\.start))
    }
}
