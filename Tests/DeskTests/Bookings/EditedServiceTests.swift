import Base
import Domain
import Postgres
import Store
import TestKit
import Testing

@testable import Desk

/// Services are edited while appointments are made: what is occupied must always cover what was
/// promised, or two appointments of one person overlap although nothing that is occupied does.
@Suite("Services edited while appointments are made", .timeLimit(.minutes(10)))
struct EditedServiceTests {
    @Test("A booking that waits for its person takes the length that the service has got meanwhile")
    func booking() async throws {
        let scene = try await Scene()
        let booked = try await whileWaiting(scene, minutes: 15) {
            try await book(scene, Scene.tuesday(15)).slot
        }
        #expect(booked.end == Scene.tuesday(15, 15))
        #expect(try await scene.overlaps() == [])
        // The time after it is free: nothing of the old length is occupied or promised.
        _ = try await book(scene, Scene.tuesday(15, 15))
        #expect(try await scene.overlaps() == [])
        #expect(try await scene.violations() == [])
    }

    @Test("A move that waits for its person takes the length and the buffers of now")
    func moving() async throws {
        let scene = try await Scene()
        let id = try await book(scene, Scene.tuesday(10)).id
        let moved = try await whileWaiting(scene, minutes: 15, after: 30) {
            try await scene.desk.bookings.move(
                id, to: Scene.tuesday(15), staff: nil, by: scene.owner)
        }
        #expect(moved.end == Scene.tuesday(15, 15))
        let spans = try await scene.texts("select during::text from booking_slot")
        #expect(spans.first?.contains("15:45:00") == true, "\(spans)")
        #expect(try await scene.overlaps() == [])
    }

    @Test("An approval that waits for its person books by one reading, or is refused")
    func approving() async throws {
        let scene = try await Scene()
        let customer = try await scene.customer()
        let conversation = try await scene.say("book 2026-11-24 15:00", as: customer)
        _ = try await whileWaiting(scene, minutes: 15) {
            // Another length is another effect than the one that was read: refusing is right too.
            do { try await scene.approve(conversation) } catch is DraftRefusal {}
        }
        #expect(try await scene.overlaps() == [])
        #expect(try await scene.violations() == [])
        if try await scene.draft(conversation) == nil { try await scene.turn(conversation) }
        try await scene.approve(conversation)
        try await scene.exchange("yes", with: customer)
        #expect(try await scene.texts("select status from booking") == ["confirmed"])
        #expect(try await scene.overlaps() == [])
    }

    @Test("The yes to a time that was held books it with the length it was held with")
    func confirming() async throws {
        let scene = try await Scene()
        let customer = try await scene.customer()
        try await scene.exchange("book 2026-11-24 15:00", with: customer)
        try await setLength(scene, minutes: 30)
        let message = try await scene.exchange("yes", with: customer)
        #expect(message.content.contains("is booked for"))
        let refusal = await #expect(throws: BookingRefusal.self) {
            try await book(scene, Scene.tuesday(15, 30))
        }
        #expect(refusal?.code == "booking.slot_taken")
        #expect(try await scene.overlaps() == [])
    }

    @Test("The database itself refuses an appointment that lasts longer than what it occupies")
    func backstop() async throws {
        let scene = try await Scene()
        _ = try await book(scene, Scene.tuesday(15))
        let owner = try PostgresConnection(scene.fixture.owner)
        let changes: [SQL] = [
            "update booking set ends_at = ends_at + interval '1 min'",
            "update booking set starts_at = starts_at - interval '1 min'",
            "update booking_slot set during = tstzrange(lower(during), upper(during) - interval '1 s')",
        ]
        for change in changes {
            let error = #expect(throws: PostgresError.self) { try owner.execute(change) }
            #expect(error?.violates("booking_span_covers") == true, "\(String(describing: error))")
        }
        // One after the other in one transaction is how moving does it.
        try owner.transaction { connection in
            try connection.execute("update booking set ends_at = ends_at + interval '1 h'")
            try connection.execute(
                """
                update booking_slot
                set during = tstzrange(lower(during), upper(during) + interval '1 h')
                """)
        }
        #expect(try await scene.overlaps() == [])
    }

    @Test("A storm of edits and bookings leaves no two appointments of one person overlapping")
    func storm() async throws {
        let scene = try await Scene(people: 2)
        var generator = SeededRandom(seed: 5)
        let endings = Lock<[String: Int]>([:])
        let count = { @Sendable (what: String, body: () async throws -> Void) async in
            var ending = "done"
            do {
                try await body()
            } catch let refusal as BookingRefusal
                where ["booking.slot_taken", "booking.changed"].contains(refusal.code)
            {
                ending = "refused"
            } catch {
                ending = "\(error)"
            }
            endings.withLock { $0["\(what): \(ending)", default: 0] += 1 }
        }
        for round in 0..<12 {
            let edits = (0..<6).map { _ in
                (
                    Int.random(in: 1...8, using: &generator) * 15,
                    Int.random(in: 0...2, using: &generator) * 15
                )
            }
            let starts = (0..<12).map { _ in
                Scene.tuesday(9) + .minutes(15 * Int.random(in: 0...32, using: &generator))
                    + .days(round / 4)
            }
            let known = try await scene.confirmed()
            await withDiscardingTaskGroup { group in
                for (minutes, buffer) in edits {
                    group.addTask {
                        await count("edit") {
                            try await setLength(scene, minutes: minutes, after: buffer)
                        }
                    }
                }
                for (number, start) in starts.enumerated() {
                    group.addTask {
                        if number < 8 || known.isEmpty {
                            await count("book") { _ = try await book(scene, start, number) }
                        } else {
                            await count("move") {
                                _ = try await scene.desk.bookings.move(
                                    known[number % known.count], to: start, staff: nil,
                                    by: scene.owner)
                            }
                        }
                    }
                }
            }
            #expect(try await scene.overlaps() == [], "round \(round)")
        }
        let known = Set([
            "edit: done", "book: done", "book: refused", "move: done", "move: refused",
        ])
        let ended = endings.withLock { $0 }
        // Which of them came first is chance; that nothing else happened is not.
        #expect(Set(ended.keys).subtracting(known) == [])
        #expect(ended["edit: done"] == 72)
        #expect(try await scene.confirmed().count > 6)
        #expect(try await scene.violations() == [])
    }

    // MARK: Steps

    /// Runs `body` until it waits for the person, changes the service's length, and lets it go on.
    private func whileWaiting<Value: Sendable>(
        _ scene: Scene, minutes: Int, after: Int = 0,
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let holder = try PostgresConnection(scene.fixture.owner)
        try holder.execute("begin")
        _ = try holder.query("select pg_advisory_xact_lock(resource_no) from staff_member")
        async let value = body()
        let waiting: SQL = """
            select count(*) from pg_locks where not granted and database = (
                select oid from pg_database where datname = current_database())
            """
        while try await scene.count(waiting) == 0 { try await Task.sleep(for: .milliseconds(5)) }
        try await setLength(scene, minutes: minutes, after: after)
        try holder.execute("commit")
        return try await value
    }

    private func setLength(_ scene: Scene, minutes: Int, after: Int = 0) async throws {
        var service = scene.service
        service.durationMinutes = minutes
        service.bufferAfterMinutes = after
        try await scene.desk.catalogue.save(service, by: scene.owner)
    }

    private func book(
        _ scene: Scene, _ start: Instant, _ number: Int = 0
    ) async throws -> Booking {
        try await scene.desk.bookings.book(
            .init(
                service: scene.service.id, staff: nil, start: start,
                phone: try #require(PhoneNumber("+4420794\(70_000 + number)")), name: nil),
            by: scene.owner)
    }
}

extension Scene {
    /// Pairs of appointments of one person that overlap, and appointments that stand out of what
    /// they occupy.
    func overlaps() async throws -> [String] {
        try await texts(
            """
            select 'overlap at ' || b.starts_at from booking a join booking b
                on a.staff_id = b.staff_id and a.booking_id < b.booking_id
                and a.starts_at < b.ends_at and b.starts_at < a.ends_at
            where a.status in ('hold', 'confirmed') and b.status in ('hold', 'confirmed')
            union all
            select 'not covered at ' || b.starts_at from booking b
                join booking_slot s using (workspace_id, booking_id)
            where b.status in ('hold', 'confirmed')
                and not s.during @> tstzrange(b.starts_at, b.ends_at)
            """)
    }

    func confirmed() async throws -> [BookingID] {
        try await texts("select booking_id::text from booking where status = 'confirmed'")
            .compactMap { BookingID($0) }
    }
}
