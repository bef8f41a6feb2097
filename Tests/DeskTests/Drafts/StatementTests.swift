import Base
import Domain
import Store
import TestKit
import Testing

@testable import Desk

/// The assistant says nothing of a business that nobody of it has said.
@Suite("Statements about the business")
struct StatementTests {
    private static let now = LocalDateTime(
        date: LocalDate("2026-11-20") ?? LocalDate(dayNumber: 0), time: .noon)

    private func facts(
        _ question: String, _ passages: [PassageHit] = [],
        _ change: (inout Catalogue) -> Void = { _ in }
    ) -> AnswerContext {
        var facts = AnswerPieces.facts(question, passages)
        facts.catalogue = FrontOfHouse.catalogue
        facts.askedAt = StatementTests.now
        change(&facts.catalogue)
        return facts
    }

    private func known(
        _ question: String, _ change: (inout Catalogue) -> Void = { _ in }
    ) -> String? {
        CatalogueAnswer(facts(question, [], change)).answer?.text
    }

    @Test("A new workspace has no hours, and none are told to customers")
    func newWorkspace() async throws {
        let fixture = try await DeskFixture()
        let owner = try await fixture.openWorkspace()
        let catalogue = try await fixture.desk.reading.read(owner.workspace) {
            try CatalogueStore.find($0)
        }
        #expect(catalogue.hours.isEmpty)
        #expect(catalogue.setupGaps == [.noHours, .noServices, .noPeople])
        for question in [
            "Are you open on Monday?", "Are you open on Saturdays?", "When do you open?",
            "What are your opening hours?", "Are you closed tomorrow?",
            "What services do you offer?",
        ] {
            var facts = facts(question)
            facts.catalogue = catalogue
            #expect(CatalogueAnswer(facts).answer == nil, "\(question)")
        }
    }

    @Test("Where no hours were entered, a document that gives them is quoted, or nothing is said")
    func documents() async throws {
        let hit = AnswerPieces.hit(
            "Monday closed. Tuesday to Friday 11:00 to 20:00. Saturday 8:00 to 14:00.",
            under: "Opening hours")
        let answerer = AnswerPieces.answerer(["11:00": 0.9])
        let question = "What are your opening hours from Tuesday to Friday?"
        let quoted = try await answerer.answer(facts(question, [hit]) { $0.hours = WeeklyHours() })
        #expect(quoted.text.contains("11:00 to 20:00"), "\(quoted.text)")
        let nothing = try await answerer.answer(facts(question) { $0.hours = WeeklyHours() })
        #expect(nothing.isAbstention)
    }

    @Test("An empty catalogue is not listed")
    func emptyCatalogue() {
        let question = "What services do you offer?"
        #expect(known(question) == "We offer Cut and finish and Colour refresh.")
        #expect(known(question) { $0.services = [] } == nil)
    }

    @Test("Of a day that is closed the hours say so, by its date, by its name, ahead and past")
    func closedDays() throws {
        let christmas = try #require(LocalDate("2026-12-25"))
        let monday = try #require(LocalDate("2026-11-24"))
        let close: (inout Catalogue) -> Void = { $0.closures = [christmas, monday] }
        let cases: [(String, String)] = [
            ("Are you open on 25 December?", "We're closed on Friday 25 December."),
            ("Are you open on Christmas Day?", "We're closed on Friday 25 December."),
            ("Are you open next Tuesday?", "We're closed on Tuesday 24 November."),
            ("Are you open on Sunday 6 December?", "We're closed on Sunday 6 December."),
            ("Are you open tomorrow?", "On Saturday 21 November we're open from 09:00 to 18:00."),
            (
                "Are you closed on 24 December?",
                "On Thursday 24 December we're open from 09:00 to 18:00."
            ),
            (
                "Were you open yesterday?",
                "On Thursday 19 November we were open from 09:00 to 18:00."
            ),
            ("Were you closed last Monday?", "We were closed on Monday 16 November."),
            ("Are you open on Sundays?", "We're closed on Sundays."),
        ]
        for (question, answer) in cases {
            #expect(known(question, close) == answer, "\(question)")
        }
        // A closing day is known although the hours are not; any other day is not.
        let noHours: (inout Catalogue) -> Void = {
            $0.closures = [christmas]
            $0.hours = WeeklyHours()
        }
        #expect(known("Are you open on 25 December?", noHours) == cases[0].1)
        #expect(known("Are you open on 24 December?", noHours) == nil)
        // What asks for more than the hours is for the documents.
        #expect(known("Are you open on 25 December for emergencies?", close) == nil)
    }

    @Test("A wish to book without hours goes to a person, and staff read what is missing")
    func bookingWithoutHours() async throws {
        let scene = try await Scene()
        try await scene.desk.catalogue.setHours(
            WeeklyHours(), closures: [], policy: BookingPolicy(), by: scene.owner)
        let customer = try await scene.customer()
        let conversation = try await scene.say("book 2026-11-24 15:00", as: customer)
        let draft = try #require(try await scene.draft(conversation))
        #expect(draft.text.contains("passing this on to one of my colleagues"))
        #expect(draft.effects.map(\.kind) == ["hand_off"])
        #expect(draft.warnings.contains(SetupGap.noHours.advice), "\(draft.warnings)")
        #expect(!draft.warnings.contains { $0.contains("three times") })
        let refusal = await #expect(throws: BookingRefusal.self) {
            try await scene.desk.bookings.book(
                .init(
                    service: scene.service.id, staff: nil, start: Scene.tuesday(15),
                    phone: customer.phone, name: nil), by: scene.owner)
        }
        #expect(refusal?.code == "booking.no_hours")
    }

    @Test("A draft whose time cannot be had any more is refused with the reason, not as taken")
    func reasonsOfApprovals() async throws {
        let scene = try await Scene()
        let tuesday = try #require(LocalDate("2026-11-24"))
        let first = try await scene.customer(1)
        let closed = try await scene.say("book 2026-11-24 15:00", as: first)
        let hours = try await scene.desk.reading.read(scene.workspace) {
            try CatalogueStore.find($0).hours
        }
        let policy = BookingPolicy(minimumNoticeMinutes: 0)
        try await scene.desk.catalogue.setHours(
            hours, closures: [tuesday], policy: policy, by: scene.owner)
        let refusal = await #expect(throws: DraftRefusal.self) { try await scene.approve(closed) }
        #expect(refusal?.code == "draft.slot_unavailable")
        #expect(refusal?.detail.contains("closed on Tuesday 24 November") == true)
        try await scene.desk.catalogue.setHours(
            hours, closures: [], policy: policy, by: scene.owner)
        let late = try await scene.say("book 2026-11-20 12:00", as: try await scene.customer(2))
        scene.fixture.clock.advance(by: .hours(3))
        let past = await #expect(throws: DraftRefusal.self) { try await scene.approve(late) }
        #expect(past?.detail.contains("That time has passed") == true, "\(past?.detail ?? "")")
    }

    @Test("Only codes of ISO 4217 are taken for a currency")
    func currencies() async throws {
        let fixture = try await DeskFixture()
        for (number, code) in ["ABC", "XXX", "EU", "GB£", "", "DOLLAR"].enumerated() {
            let refusal = await #expect(throws: AccountRefusal.self) {
                try await fixture.desk.registration.open(
                    .init(name: "Shop", slug: "shop-\(number)", currency: code),
                    owner: .init(
                        name: "Owner", email: "owner\(number)@shop.example",
                        password: DeskFixture.password))
            }
            #expect(refusal?.fields.map(\.field) == ["currency"], "\(code)")
        }
        let staff = try await fixture.desk.registration.open(
            .init(name: "Shop", slug: "shop", currency: " vnd "),
            owner: .init(
                name: "Owner", email: "owner@shop.example", password: DeskFixture.password))
        let workspace = try await fixture.desk.reading.read(staff.workspace) {
            try WorkspaceStore.find($0)
        }
        #expect(workspace?.currency == "VND")
    }
}
