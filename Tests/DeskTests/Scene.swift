import Base
import Documents
import Domain
import Foundation
import Jobs
import Postgres
import Store
import TestKit

@testable import Desk

/// A small business with a fixture around it: one service of an hour, some people, long days.
///
/// Customers say what they want in a grammar that cannot be misunderstood: `book 2026-11-24 15:00`,
/// `yes`, `no`, `cancel`, `move 2026-11-25 10:00`, `ask words`.
struct Scene {
    let fixture: DeskFixture
    let owner: Staff
    let service: OfferedService
    let people: [StaffMember]

    var desk: FrontDesk { fixture.desk }
    var database: Database { fixture.database }
    var workspace: WorkspaceID { owner.workspace }

    /// Tuesday 24 November 2026 at this hour in London, which is on GMT then.
    static func tuesday(_ hour: Int, _ minute: Int = 0) -> Instant {
        Instant(seconds: 1_795_478_400 + Int64(hour * 3600 + minute * 60))
    }

    init(
        people count: Int = 1, connections: Int = 8, faults: FaultPlan? = nil,
        uploadLimit: Int = DocumentUpload.usualSizeLimit,
        _ change: (inout DeskPorts) -> Void = { _ in }
    ) async throws {
        fixture = try await DeskFixture(
            connections: connections, uploadLimit: uploadLimit, faults: faults
        ) { ports in
            ports.understander = UnderstandingPort { Scene.understand($0, $1) }
            ports.extractor = Scene.paragraphs
            change(&ports)
        }
        owner = try await fixture.openWorkspace()
        let made = try await Scene.furnish(fixture, owner, count)
        (service, people) = made
    }

    private static func furnish(
        _ fixture: DeskFixture, _ owner: Staff, _ count: Int
    ) async throws -> (OfferedService, [StaffMember]) {
        let day = [
            WeeklyHours.Period(
                open: LocalTime(hour: 8) ?? .midnight, close: LocalTime(hour: 20) ?? .noon)
        ]
        let hours = WeeklyHours(
            Dictionary(uniqueKeysWithValues: Weekday.allCases.map { ($0, day) }))
        let desk = fixture.desk
        try await desk.catalogue.setHours(
            hours, closures: [], policy: BookingPolicy(minimumNoticeMinutes: 0), by: owner)
        for index in 0..<count {
            try await desk.catalogue.save(
                StaffMember(
                    id: fixture.world.id(), name: "Person \(index)", resourceNumber: 0,
                    hours: hours),
                by: owner)
        }
        let people = try await desk.reading.read(owner.workspace) {
            try CatalogueStore.find($0).staff
        }
        let service = OfferedService(
            id: fixture.world.id(), name: "Haircut", durationMinutes: 60, staff: people.map(\.id))
        try await desk.catalogue.save(service, by: owner)
        return (service, people)
    }

    // MARK: Customers

    /// A customer who has proved the number, made without codes.
    func customer(_ number: Int = 1) async throws -> Customer {
        let phone = PhoneNumber("+4420794\(60_000 + number)")
        let world = fixture.world
        return try await database.write(workspace) { transaction in
            guard let phone else { throw PortalRefusal.invalidPhone }
            let contact = try ContactStore.findOrInsert(
                phone: phone, name: "Customer \(number)", id: world.id(), at: world.now(),
                transaction)
            return Customer(
                workspace: transaction.workspace, contact: contact, session: world.id(),
                phone: phone)
        }
    }

    /// Writes as a customer and makes the turn at once, without the worker.
    @discardableResult
    func say(
        _ content: String, as customer: Customer, key: String? = nil
    ) async throws -> ConversationID {
        let message = try await desk.inbox.receive(content, from: customer, key: key)
        try await turn(message.conversation)
        return message.conversation
    }

    func turn(_ conversation: ConversationID) async throws {
        try await desk.turns.answer(conversation, in: workspace) { _ in }
    }

    /// The draft that waits in a conversation.
    func draft(_ conversation: ConversationID) async throws -> Draft? {
        try await desk.reading.read(workspace) { try DraftStore.open(in: conversation, $0) }
    }

    /// Writes, and has the draft approved.
    @discardableResult
    func exchange(_ content: String, with customer: Customer) async throws -> Message {
        let conversation = try await say(content, as: customer)
        return try await approve(conversation)
    }

    @discardableResult
    func approve(_ conversation: ConversationID, text: String? = nil) async throws -> Message {
        guard let draft = try await draft(conversation) else { throw DraftRefusal.unknownDraft }
        return try await desk.approvals.approve(
            .init(draft: draft.id, version: draft.version, text: text), by: owner)
    }

    func messages(_ conversation: ConversationID) async throws -> [Message] {
        try await desk.reading.read(workspace) {
            try ConversationStore.messages(in: conversation, $0)
        }
    }

    // MARK: What the tables say

    /// A number from a query that sees all workspaces.
    func count(_ sql: SQL) async throws -> Int {
        try PostgresConnection(fixture.owner).query(sql).one().decode(at: 0)
    }

    func texts(_ sql: SQL) async throws -> [String] {
        try PostgresConnection(fixture.owner).query(sql).map { try $0.decode(at: 0) }
    }

    /// What must be true of the tables whatever happened: each line counts what is wrong.
    func violations() async throws -> [String] {
        let rules: [(String, SQL)] = [
            (
                "two bookings overlap",
                """
                select count(*) from booking_slot a join booking_slot b
                    on a.resource_no = b.resource_no and a.booking_id < b.booking_id
                    and a.during && b.during
                where a.state in ('hold', 'pending_payment', 'confirmed')
                    and b.state in ('hold', 'pending_payment', 'confirmed')
                """
            ),
            (
                "a booking without its time, or the other way round",
                """
                select count(*) from booking b full join booking_slot s
                    using (workspace_id, booking_id)
                where b.booking_id is null or s.booking_id is null or b.status <> s.state
                """
            ),
            (
                "a hold that no conversation is about",
                """
                select count(*) from booking b where b.status = 'hold' and not exists (
                    select from booking_session s where s.workspace_id = b.workspace_id
                        and s.state_name = 'CONFIRMING'
                        and s.state::text like '%' || b.booking_id::text || '%')
                """
            ),
            (
                "a sent draft without its one message, or a message of a draft not sent",
                """
                select count(*) from draft d full join message m
                    on m.workspace_id = d.workspace_id and m.draft_id = d.draft_id
                where (d.status = 'approved' and m.message_id is null)
                    or (m.draft_id is not null and d.status is distinct from 'approved')
                """
            ),
            (
                "a draft that was sent twice",
                """
                select count(*) from (select draft_id from message where draft_id is not null
                    group by 1 having count(*) > 1) twice
                """
            ),
            (
                "a passage of no live generation in a document at rest",
                """
                select count(*) from passage p join document d using (workspace_id, document_id)
                where d.status in ('ready', 'failed', 'deleted')
                    and p.generation_id is distinct from d.live_generation
                """
            ),
            (
                "a passage that is there twice",
                """
                select count(*) from (select document_id, generation_id, ordinal from passage
                    group by 1, 2, 3 having count(*) > 1) twice
                """
            ),
            (
                "a ready document with another number of passages than it says",
                """
                select count(*) from document d where d.status = 'ready' and d.passages_total <> (
                    select count(*) from passage p where p.document_id = d.document_id)
                """
            ),
        ]
        var broken: [String] = []
        let connection = try PostgresConnection(fixture.owner)
        for (name, sql) in rules {
            let count: Int = try connection.query(sql).one().decode(at: 0)
            if count > 0 { broken.append("\(name): \(count)") }
        }
        return broken
    }
}

extension Scene {
    /// The grammar above.
    static func understand(_ text: String, _ facts: UnderstandingContext) -> Understanding {
        let words = text.split(separator: " ").map(String.init)
        let day = words.dropFirst().first.flatMap { LocalDate($0) }
        let time = words.dropFirst(2).first.flatMap { LocalTime($0) }
        let wish = BookingRequest(
            service: facts.catalogue.services.first?.id,
            staff: words.count > 3
                ? facts.catalogue.staff.first { $0.name.hasSuffix(words[3]) }?.id : nil,
            day: day.map { .on($0) }, time: time.map { .at($0) })
        let (intent, command): (Intent, Command) =
            switch words.first {
            case "book": (.bookingRequest, .startBooking(wish))
            case "yes": (.bookingConfirm, .confirm)
            case "no": (.bookingConfirm, .deny)
            case "cancel": (.bookingCancel, .cancel(reference: nil))
            case "move":
                (
                    .bookingReschedule,
                    .reschedule(
                        reference: nil,
                        BookingRequest(day: day.map { .on($0) }, time: time.map { .at($0) }))
                )
            case "ask": (.inquiry, .askFAQ(question: words.dropFirst().joined(separator: " ")))
            default: (.fallback, .none)
            }
        return Understanding(intent: intent, confidence: 1, commands: [command])
    }

    /// Reads plain text in this process, a block for each paragraph.
    static let paragraphs = ExtractorPort { path, _, _ in
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        let blocks = String(decoding: data, as: UTF8.self).split(separator: "\n\n").map {
            Block(.paragraph, String($0))
        }
        return .text(DocumentText(title: nil, blocks: blocks))
    }

    /// Works until nothing is left to do, turning the clock to what waits for a later time.
    ///
    /// Gives how many jobs are parked.
    @discardableResult
    func converge() async throws -> Int {
        for _ in 0..<60 {
            let parked = try await fixture.drain()
            let waiting = try await count("select count(*) from outbox where state = 'queued'")
            if waiting == 0 { return parked }
            fixture.clock.advance(by: .minutes(3))
        }
        throw DeskFixture.StillWorking()
    }
}
