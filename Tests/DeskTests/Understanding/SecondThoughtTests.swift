import Base
import Domain
import Postgres
import Store
import TestKit
import Testing

@testable import Desk

@Suite("A yes can be taken back until it is approved", .timeLimit(.minutes(10)))
struct SecondThoughtTests {
    // MARK: Words

    private func takesBack(
        _ text: String, _ intent: Intent, _ house: FrontOfHouse
    ) -> Bool {
        let reading = ParsedMessage(
            text, names: CatalogueMatcher(FrontOfHouse.catalogue), facts: house.facts)
        let part = MessageSegment(
            text, intent: IntentReading(ranked: [(intent, 0.7)], outOfScopeScore: 0),
            reading: reading, facts: house.facts)
        let commands = CommandPlanner(facts: house.facts).commands(for: part)
        return SecondThought.takesBack(text, commands, house.facts)
    }

    private func confirming() throws -> FrontOfHouse {
        try FrontOfHouse(
            hearing: [.start(.for(FrontOfHouse.cut, on: "2026-11-24", at: "12:00"))])
    }

    @Test(
        "What undoes or changes the appointment takes the yes back",
        arguments: [
            ("actually no", .bookingCancel), ("no wait", .bookingCancel),
            ("on second thought, forget it", .bookingCancel),
            ("sorry, don't book it", .bookingCancel),
            ("I changed my mind", .bookingCancel),
            ("oh wait, can we make it 3pm instead?", .bookingModify),
            ("make it Wednesday", .bookingModify),
            ("could it be with Joel on Wednesday", .bookingModify),
            ("actually a colour instead", .bookingModify), ("cancel that", .bookingCancel),
        ] as [(String, Intent)])
    func undoes(text: String, intent: Intent) throws {
        #expect(takesBack(text, intent, try confirming()))
    }

    @Test(
        "What says no more, or something else, leaves the yes as it is",
        arguments: [
            ("yes please", .bookingConfirm), ("thanks!", .thanks), ("no rush", .thanks),
            ("see you on Tuesday at 12", .bookingConfirm), ("no worries, see you then", .thanks),
            ("can I also have a colour on Friday at 3", .bookingRequest),
            ("and another cut on Friday at 10", .bookingRequest),
            ("a colour on Friday at 10 please", .bookingRequest),
            ("please don't cancel it", .bookingCancel),
        ] as [(String, Intent)])
    func leaves(text: String, intent: Intent) throws {
        #expect(!takesBack(text, intent, try confirming()))
    }

    @Test("So it is with moving and with cancelling")
    func movingAndCancelling() throws {
        let appointment = (FrontOfHouse.cut, "2026-12-02", "14:00")
        let moving = try FrontOfHouse(
            appointment,
            hearing: [
                .reschedule(
                    reference: nil,
                    BookingRequest(
                        day: .on(FrontOfHouse.date("2026-12-03")),
                        time: .at(FrontOfHouse.time("10:00"))))
            ])
        #expect(moving.state.name == .rescheduleConfirm)
        #expect(takesBack("actually leave it as it is", .bookingCancel, moving))
        #expect(takesBack("no, make it 11", .bookingModify, moving))
        #expect(!takesBack("great, see you Thursday", .thanks, moving))
        let cancelling = try FrontOfHouse(appointment, hearing: [.cancel(reference: nil)])
        #expect(cancelling.state.name == .cancelConfirm)
        #expect(takesBack("wait, keep it", .bookingCancel, cancelling))
        #expect(takesBack("actually don't cancel it", .bookingCancel, cancelling))
        #expect(!takesBack("yes cancel it", .bookingCancel, cancelling))
        #expect(!takesBack("thanks", .thanks, cancelling))
    }

    // MARK: Drafts

    @Test("Yes and then no before anybody approved: nothing is booked")
    func taken() async throws {
        let scene = try await Scene()
        let customer = try await scene.customer()
        try await scene.exchange("book 2026-11-24 15:00", with: customer)
        try await scene.say("yes", as: customer)
        let conversation = try await scene.say("no", as: customer)
        let draft = try #require(try await scene.draft(conversation))
        #expect(draft.effects.map(\.kind) == ["release"])
        try await scene.approve(conversation)
        #expect(try await scene.texts("select status from booking") == ["released"])
        // Said once more, it is booked after all.
        try await scene.exchange("book 2026-11-24 15:00", with: customer)
        try await scene.exchange("yes", with: customer)
        #expect(
            try await scene.count("select count(*) from booking where status = 'confirmed'") == 1)
        #expect(try await scene.violations() == [])
    }

    @Test("A wish, a yes and a no in one go: nothing is held and nothing is released")
    func inOneGo() async throws {
        let scene = try await Scene()
        let customer = try await scene.customer()
        try await scene.say("book 2026-11-24 15:00", as: customer)
        try await scene.say("yes", as: customer)
        let conversation = try await scene.say("no", as: customer)
        let draft = try #require(try await scene.draft(conversation))
        #expect(draft.effects.isEmpty)
        try await scene.approve(conversation)
        #expect(try await scene.count("select count(*) from booking") == 0)
    }

    @Test("Another time after the yes is held in the place of the first")
    func changed() async throws {
        let scene = try await Scene()
        let customer = try await scene.customer()
        try await scene.exchange("book 2026-11-24 12:00", with: customer)
        try await scene.say("yes", as: customer)
        try await scene.say("no", as: customer)
        let conversation = try await scene.say("book 2026-11-24 15:00", as: customer)
        #expect(
            try await scene.draft(conversation)?.effects.map(\.kind) == ["release", "hold"])
        try await scene.approve(conversation)
        #expect(
            try await scene.texts("select status from booking order by created_at, booking_id")
                .sorted() == ["hold", "released"])
        #expect(try await scene.violations() == [])
    }

    @Test("Moving and cancelling are taken back the same way")
    func others() async throws {
        let scene = try await Scene()
        let customer = try await scene.customer()
        try await scene.exchange("book 2026-11-24 15:00", with: customer)
        try await scene.exchange("yes", with: customer)
        for wish in ["cancel", "move 2026-11-25 10:00"] {
            try await scene.exchange(wish, with: customer)
            try await scene.say("yes", as: customer)
            let conversation = try await scene.say("no", as: customer)
            #expect(try await scene.draft(conversation)?.effects.isEmpty == true)
            try await scene.approve(conversation)
            #expect(try await scene.texts("select status from booking") == ["confirmed"])
        }
    }

    @Test("Understood from real words, too")
    func realWords() async throws {
        let stage = try await Stage("salon")
        let scripts: [(say: [String], lacks: String, has: String)] = [
            (["yes please", "actually no, forget about it"], "book", "release"),
            (["yes that works", "oh wait, could we make it 3pm instead?"], "book", "hold"),
            (["Yes please. Actually no, never mind."], "book", "release"),
        ]
        for (index, script) in scripts.enumerated() {
            let customer = try await stage.person(index)
            let time = ["11am", "1pm", "5pm"][index]
            let wish = "a trim with Joel on Thursday 26 November at \(time)"
            let held = try #require(try await stage.say(wish, customer))
            #expect(held.effects.map(\.kind) == ["hold"])
            _ = try await stage.fixture.desk.approvals.approve(
                .init(draft: held.id, version: held.version), by: stage.owner)
            var draft: Draft?
            for words in script.say { draft = try await stage.say(words, customer) }
            let kinds = try #require(draft).effects.map(\.kind)
            #expect(!kinds.contains(script.lacks), "\(script.say): \(kinds)")
            #expect(kinds.contains(script.has), "\(script.say): \(kinds)")
        }
    }
}

extension Stage {
    /// A customer who has proved the number, made without codes.
    func person(_ number: Int) async throws -> Customer {
        let phone = try #require(PhoneNumber("+4420794\(61_000 + number)"))
        let world = fixture.world
        return try await fixture.database.write(owner.workspace) { transaction in
            let contact = try ContactStore.findOrInsert(
                phone: phone, name: nil, id: world.id(), at: world.now(), transaction)
            return Customer(
                workspace: transaction.workspace, contact: contact, session: world.id(),
                phone: phone)
        }
    }

    /// Writes; gives the draft that waits then.
    func say(_ words: String, _ customer: Customer) async throws -> Draft? {
        let message = try await fixture.desk.inbox.receive(words, from: customer, key: nil)
        try await fixture.drain()
        return try await fixture.desk.reading.read(owner.workspace) {
            try DraftStore.open(in: message.conversation, $0)
        }
    }
}
