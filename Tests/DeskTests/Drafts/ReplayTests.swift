import Base
import Domain
import Postgres
import TestKit
import Testing

@testable import Desk
@testable import Store

@Suite("An approval repeats what was previewed", .timeLimit(.minutes(10)))
struct ReplayTests {
    @Test("A draft that holds and books in one go is approved the first time")
    func holdsAndBooks() async throws {
        let scene = try await Scene()
        let customer = try await scene.customer()
        let conversation = try await scene.say("book 2026-11-24 15:00", as: customer)
        try await scene.say("yes", as: customer)
        let draft = try #require(try await scene.draft(conversation))
        #expect(draft.effects.map(\.kind) == ["hold", "book"])
        let message = try await scene.approve(conversation)
        let booked = try await scene.texts(
            "select reference from booking where status = 'confirmed'")
        #expect(booked.count == 1)
        // The customer is told the reference that the appointment really has.
        #expect(booked.allSatisfy { message.content.contains($0) })
        #expect(
            try await scene.count("select count(*) from draft where status = 'superseded'") == 1)
        #expect(try await scene.violations() == [])
    }

    @Test("A yes that follows at once is approved for moving and cancelling too")
    func movesAndCancels() async throws {
        let scene = try await Scene()
        let customer = try await scene.customer()
        try await scene.exchange("book 2026-11-24 15:00", with: customer)
        try await scene.exchange("yes", with: customer)
        let conversation = try await scene.say("move 2026-11-25 10:00", as: customer)
        try await scene.say("yes", as: customer)
        try await scene.approve(conversation)
        try await scene.say("cancel", as: customer)
        try await scene.say("yes", as: customer)
        #expect(try await scene.draft(conversation)?.effects.map(\.kind) == ["cancel"])
        try await scene.approve(conversation)
        #expect(try await scene.texts("select status from booking") == ["cancelled"])
    }

    @Test("Random commands come to the same end twice, whatever is drawn", arguments: 1...UInt64(8))
    func walks(seed: UInt64) async throws {
        let scene = try await Scene(people: 2)
        let customer = try await scene.customer()
        try await scene.exchange("book 2026-11-26 15:00", with: customer)
        let conversation = try await scene.exchange("yes", with: customer).conversation
        let now = scene.fixture.clock.now
        var snapshot = try #require(
            try await scene.desk.reading.read(scene.workspace) { reader -> TurnSnapshot? in
                let found = try ConversationStore.find(conversation, reader)
                return try found.flatMap { try TurnSnapshot.read($0, at: now, reader) }
            })
        var walk = CommandWalk(seed: seed, scene: scene)
        let composer = ReplyComposer(answerer: AnswerPort { _ in .none })
        var effects = 0
        for number in 0..<150 {
            var turn = TurnProgress(snapshot: snapshot, now: now, world: scene.fixture.world)
            for _ in 0..<walk.number(in: 1...5) {
                let message = Message(
                    id: scene.fixture.world.id(), conversation: conversation, number: number,
                    sender: .customer, content: "", createdAt: now)
                turn.take(
                    message,
                    Understanding(
                        intent: .bookingRequest, confidence: 1, commands: walk.commands()), [])
                if let decision = turn.decision, walk.number(in: 0...4) == 0 {
                    turn.takeBack(decision)
                }
            }
            let made = try await composer.draft(for: turn, id: scene.fixture.world.id(), at: now)
            // As it comes back from the table.
            let draft = try #require(
                try await scene.fixture.database.write(scene.owner.workspace) { transaction in
                    try DraftStore.insert(made, at: now, transaction)
                    return try DraftStore.find(made.id, transaction.reader)
                })
            let later = now + .seconds(1)
            let again = BookingReplay(
                repeating: draft.commands, at: draft.basis.commandTimes, draft.basis.identities,
                snapshot, now: later, world: scene.fixture.world)
            let catalogue = snapshot.availability.catalogue
            let today = catalogue.zone.local(later).date
            try #require(
                again.isAsPreviewed(in: draft, catalogue, today: today),
                "\(draft.commands) from \(snapshot.session.state.name)")
            #expect(again.effects.map(\.comparable) == turn.effects.map(\.comparable))
            effects += draft.effects.count
            // What was previewed is not what comes of fewer commands that did something.
            if turn.effects.contains(where: \.decides) {
                let none = BookingReplay(
                    repeating: [], at: [], [], snapshot, now: later, world: scene.fixture.world)
                #expect(!none.isAsPreviewed(in: draft, catalogue, today: today))
            }
            snapshot.session = .init(state: turn.state, version: number)
        }
        #expect(effects > 20)
    }

    @Test("A draft that was stored before chance was kept is still read and approved")
    func olderDraft() async throws {
        let scene = try await Scene()
        let customer = try await scene.customer()
        let conversation = try await scene.say("book 2026-11-24 15:00", as: customer)
        let draft = try #require(try await scene.draft(conversation))
        let spoken = try JSONCoding.text([draft.text])
        try PostgresConnection(scene.fixture.owner).execute(
            """
            update draft set basis = jsonb_build_object(
                'last_inbound', basis -> 'last_inbound_number',
                'session', basis -> 'session_version', 'outcome', basis -> 'expected_state',
                'times', basis -> 'command_times', 'spoken', \(spoken)::jsonb)
            """)
        let old = try #require(try await scene.draft(conversation))
        #expect(old.basis.effects == nil && old.basis.identities.isEmpty)
        try await scene.approve(conversation)
        #expect(try await scene.texts("select status from booking") == ["hold"])
    }

    @Test("A reply that says tomorrow is not sent the day after")
    func daysPass() async throws {
        let scene = try await Scene()
        let customer = try await scene.customer()
        let conversation = try await scene.say("book 2026-11-21 15:00", as: customer)
        #expect(try await scene.draft(conversation)?.text.contains("tomorrow") == true)
        scene.fixture.clock.advance(by: .hours(15))
        await #expect(throws: DraftRefusal.bookingChanged) {
            try await scene.approve(conversation)
        }
        try await scene.fixture.drain()
        #expect(try await scene.draft(conversation)?.text.contains("today") == true)
    }

    @Test("A reference that somebody else got meanwhile is drawn again")
    func referenceTaken() async throws {
        let scene = try await Scene()
        let other = try await scene.customer(2)
        try await scene.exchange("book 2026-11-25 15:00", with: other)
        let customer = try await scene.customer()
        let conversation = try await scene.say("book 2026-11-24 15:00", as: customer)
        let draft = try #require(try await scene.draft(conversation))
        let reference = try #require(draft.basis.identities.first?.reference)
        try PostgresConnection(scene.fixture.owner).execute(
            "update booking set reference = \(reference)")
        await #expect(throws: DraftRefusal.bookingChanged) {
            try await scene.approve(conversation)
        }
        try await scene.fixture.drain()
        try await scene.approve(conversation)
        #expect(try await scene.count("select count(distinct reference) from booking") == 2)
    }
}

/// Random commands about a small business.
private struct CommandWalk {
    private var random: SeededRandom
    private let service: ServiceID
    private let people: [StaffMemberID]

    init(seed: UInt64, scene: Scene) {
        random = SeededRandom(seed: seed)
        service = scene.service.id
        people = scene.people.map(\.id)
    }

    mutating func number(in range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(random.next() % UInt64(range.count))
    }

    mutating func commands() -> [Command] { (0..<number(in: 1...2)).map { _ in command() } }

    private mutating func command() -> Command {
        switch number(in: 0...11) {
        case 0, 1: .startBooking(wish())
        case 2: .setSlot(wish())
        case 3: .correctSlot(wish())
        case 4: .chooseOffer(.position(number(in: 1...4)))
        case 5: .chooseOffer(.any)
        case 6: .deny
        case 7: .cancel(reference: nil)
        case 8: .reschedule(reference: nil, wish())
        case 9: .status
        default: .confirm
        }
    }

    private mutating func wish() -> BookingRequest {
        let day = LocalDate("2026-11-\(number(in: 23...26))")
        let time = LocalTime(hour: number(in: 8...19))
        return BookingRequest(
            service: number(in: 0...4) == 0 ? nil : service,
            staff: number(in: 0...3) == 0 ? people[number(in: 0...(people.count - 1))] : nil,
            day: number(in: 0...4) == 0 ? nil : day.map { .on($0) },
            time: number(in: 0...4) == 0 ? nil : time.map { .at($0) })
    }
}
