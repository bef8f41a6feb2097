import Base
import Domain
import Postgres
import Store
import TestKit
import Testing

@testable import Desk

@Suite("What staff change is told to the customer", .timeLimit(.minutes(10)))
struct StaffChangeTests {
    /// A customer with an appointment on Tuesday at 15:00, and everything said about it.
    private func booked(
        _ scene: Scene
    ) async throws -> (customer: Customer, conversation: ConversationID, booking: Booking) {
        let customer = try await scene.customer()
        try await scene.exchange("book 2026-11-24 15:00", with: customer)
        let conversation = try await scene.exchange("yes", with: customer).conversation
        let now = scene.fixture.clock.now
        let booking = try await scene.desk.reading.read(scene.workspace) {
            try BookingStore.upcoming(of: customer.contact.id, at: now, $0).first
        }
        return (customer, conversation, try #require(booking))
    }

    private func notices(_ scene: Scene) async throws -> Int {
        try await scene.count("select count(*) from booking_notice")
    }

    @Test("Moved by staff, a draft tells the customer, and approving it tells it once")
    func moved() async throws {
        let scene = try await Scene()
        let (_, conversation, booking) = try await booked(scene)
        _ = try await scene.desk.bookings.move(
            booking.id, to: Scene.tuesday(17), staff: nil, by: scene.owner)
        try await scene.fixture.drain()
        let draft = try #require(try await scene.draft(conversation))
        #expect(draft.text.contains("15:00") && draft.text.contains("17:00"))
        #expect(draft.effects.map(\.kind) == ["tell_change"])
        let told = try await scene.approve(conversation)
        #expect(told.content == draft.text)
        #expect(try await notices(scene) == 0)
        try await scene.fixture.drain()
        #expect(try await scene.draft(conversation) == nil)
        #expect(try await scene.violations() == [])
    }

    @Test("Cancelled by staff, the customer is told, and may ask for another time in answer")
    func cancelled() async throws {
        let scene = try await Scene()
        let (customer, conversation, booking) = try await booked(scene)
        try await scene.desk.bookings.cancel(booking.id, by: scene.owner)
        try await scene.fixture.drain()
        #expect(try await scene.draft(conversation)?.text.contains("had to cancel") == true)
        try await scene.approve(conversation)
        try await scene.say("book 2026-11-25 10:00", as: customer)
        #expect(try await scene.draft(conversation)?.text.contains("had to cancel") == false)
    }

    @Test(
        "Whatever was drafted when staff changed something is drafted anew, with the change in it")
    func beside() async throws {
        let scene = try await Scene()
        let (customer, conversation, booking) = try await booked(scene)
        try await scene.say("ask hours", as: customer)
        let before = try #require(try await scene.draft(conversation))
        try await scene.desk.bookings.cancel(booking.id, by: scene.owner)
        try await scene.fixture.drain()
        let after = try #require(try await scene.draft(conversation))
        #expect(after.id != before.id && after.text.contains("had to cancel"))
        // And a message that comes before the draft is approved does not lose it.
        try await scene.say("ask hours please", as: customer)
        #expect(try await scene.draft(conversation)?.text.contains("had to cancel") == true)
        try await scene.approve(conversation)
        #expect(try await notices(scene) == 0)
    }

    @Test("Several changes are one message of where it stood and where it stands")
    func several() async throws {
        let scene = try await Scene()
        let (_, conversation, booking) = try await booked(scene)
        for hour in [16, 18] {
            _ = try await scene.desk.bookings.move(
                booking.id, to: Scene.tuesday(hour), staff: nil, by: scene.owner)
            try await scene.fixture.drain()
        }
        let text = try #require(try await scene.draft(conversation)).text
        #expect(text.contains("15:00") && text.contains("18:00") && !text.contains("16:00"))
        // Back where it was there is nothing to tell, and what was drafted cannot be sent.
        let draft = try #require(try await scene.draft(conversation))
        _ = try await scene.desk.bookings.move(
            booking.id, to: Scene.tuesday(15), staff: nil, by: scene.owner)
        await #expect(throws: DraftRefusal.bookingChanged) {
            try await scene.desk.approvals.approve(
                .init(draft: draft.id, version: draft.version), by: scene.owner)
        }
        try await scene.fixture.drain()
        #expect(try await scene.draft(conversation) == nil)
    }

    @Test("Where a person answers, the conversation waits for them, and their reply settles it")
    func byHand() async throws {
        let scene = try await Scene()
        let (_, conversation, booking) = try await booked(scene)
        try await scene.desk.inbox.setOwner(.staff, of: conversation, by: scene.owner)
        try await scene.desk.bookings.cancel(booking.id, by: scene.owner)
        try await scene.fixture.drain()
        #expect(try await scene.draft(conversation) == nil)
        #expect(
            try await scene.texts("select needs_person from conversation") == ["booking_changed"])
        _ = try await scene.desk.inbox.reply(
            "Sorry, I had to cancel.", in: conversation, by: scene.owner, key: nil)
        #expect(try await notices(scene) == 0)
        try await scene.desk.inbox.setOwner(.assistant, of: conversation, by: scene.owner)
        try await scene.fixture.drain()
        #expect(try await scene.draft(conversation) == nil)
    }

    @Test("Given back before it was told, the assistant drafts what is to be told")
    func givenBack() async throws {
        let scene = try await Scene()
        let (_, conversation, booking) = try await booked(scene)
        try await scene.desk.inbox.setOwner(.staff, of: conversation, by: scene.owner)
        try await scene.desk.bookings.cancel(booking.id, by: scene.owner)
        try await scene.fixture.drain()
        try await scene.desk.inbox.setOwner(.assistant, of: conversation, by: scene.owner)
        try await scene.fixture.drain()
        #expect(try await scene.draft(conversation)?.text.contains("had to cancel") == true)
    }

    @Test("What a customer asked for themselves is told once, by the reply to it")
    func own() async throws {
        let scene = try await Scene()
        let (customer, conversation, _) = try await booked(scene)
        try await scene.exchange("move 2026-11-25 10:00", with: customer)
        try await scene.exchange("yes", with: customer)
        try await scene.fixture.drain()
        #expect(try await notices(scene) == 0)
        #expect(try await scene.draft(conversation) == nil)
    }
}
