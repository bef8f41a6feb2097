import Base
import Desk
import Domain
import Foundation
import HTTP
import HTTPServer
import Postgres
import Store
import TestKit
import Testing

@testable import API
@testable import Pages
@testable import Web
@testable import WebCore

/// A salon with a running worker, behind a real server, whose assistant understands a few words.
struct LiveSite: Sendable {
    let fixture: DeskFixture
    let owner: Staff
    let url: String

    var desk: FrontDesk { fixture.desk }

    static let slug = "marlow-finch"

    /// Serves a salon on a free port while `body` runs.
    static func run(
        undoSeconds: Int = 0, ports change: @Sendable (inout DeskPorts) -> Void = { _ in },
        _ body: @escaping @Sendable (LiveSite) async throws -> Void
    ) async throws {
        let logger = Logger.standardError(minimum: .error, now: World.live.now)
        let fixture = try await DeskFixture(logger: logger) { ports in
            ports.understander = UnderstandingPort { message, facts in
                PlainUnderstanding.read(message, facts)
            }
            ports.answerer = AnswerPort { facts in PlainUnderstanding.answer(facts) }
            change(&ports)
        }
        let owner = try await fixture.openBusiness("salon")
        let changes = ChangeHub()
        var configuration = SiteConfiguration(registration: .open)
        configuration.assetFolder = Clone.vendor("web")
        configuration.undoSeconds = undoSeconds
        let site = Site(desk: fixture.desk, changes: changes, configuration: configuration)
        var settings = ServerConfiguration()
        settings.maximumBodyBytes = site.maximumBodyBytes
        settings.watchInterval = .milliseconds(20)
        settings.stopDeadline = .milliseconds(200)
        let server = try Server(settings, responder: site.responder)
        try await fixture.working {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                group.addTask { try await follow(fixture, changes) }
                try await body(LiveSite(fixture: fixture, owner: owner, url: server.url))
                group.cancelAll()
            }
        }
    }

    /// Passes on what is recorded, as the server does, until it is cancelled.
    static func follow(_ fixture: DeskFixture, _ changes: ChangeHub) async throws {
        let options = fixture.options
        try await EventFollower(
            database: fixture.database, world: fixture.world, logger: .silent,
            listen: { await EventStore.listen(options, $0) }, tell: { changes.publish($0) },
            tellGap: { changes.gap() }
        ).run()
    }

    // MARK: Customers, without a browser

    /// Writes as a customer and waits until the desk has nothing to do.
    @discardableResult
    func write(
        _ words: String, as phone: String = "+447700900123", name: String = "Maya Lindqvist"
    ) async throws -> Message {
        let session = try await desk.portal.createSession(
            slug: LiveSite.slug, phone: phone, name: name
        ).session
        let token = try await desk.portal.validate(session, code: try await newestCode())
        let customer = try await desk.portal.customer(ofToken: token.revealed())
        let message = try await desk.inbox.receive(words, from: customer, key: nil)
        try await fixture.settled()
        return message
    }

    /// The code that the message console shows on top.
    func newestCode() async throws -> String {
        try await fixture.settled()
        let page = try await desk.reading.read(owner.workspace) {
            try ConsoleStore.page(after: nil, limit: 1, $0)
        }
        return String(try #require(page.items.first).text.prefix(6))
    }

    func openDrafts() async throws -> [DraftStore.Listed] {
        try await desk.reading.read(owner.workspace) {
            try DraftStore.page(status: .ready, after: nil, limit: 50, $0).items
        }
    }
}

/// Enough understanding for pages: a service by its name, the first free time, yes, and questions.
enum PlainUnderstanding {
    static func read(_ message: String, _ facts: UnderstandingContext) -> Understanding {
        let words = message.lowercased()
        if words.hasPrefix("yes") {
            return Understanding(intent: .bookingConfirm, confidence: 0.97, commands: [.confirm])
        }
        if words.contains("complain") {
            return Understanding(intent: .complaint, confidence: 0.9, commands: [])
        }
        if words.contains("book") {
            let service = facts.catalogue.services.first { words.contains($0.name.lowercased()) }
            let day = facts.now.date.adding(days: 4)
            var wish = BookingRequest(service: service?.id, day: .on(day))
            wish.time = LocalTime(hour: 15).map(TimeConstraint.at)
            return Understanding(
                intent: .bookingRequest, confidence: 0.93, commands: [.startBooking(wish)])
        }
        return Understanding(
            intent: .faqPolicy, confidence: 0.84, commands: [.askFAQ(question: message)])
    }

    static func answer(_ facts: AnswerContext) -> Answer {
        let found = facts.passages.prefix(2)
        guard let first = found.first else { return .none }
        let citations = found.map {
            Citation(
                passage: $0.passage, document: $0.document, title: $0.title, page: $0.page,
                text: $0.text, score: $0.score)
        }
        return Answer(
            text: Formatting.excerpt(first.text, 180) + " [1]", citations: citations,
            confidence: 0.62,
            warnings: ["Two documents give different rules. The newer one was used."])
    }
}
