import Base
import Desk
import Domain
import HTTP
import Postgres
import Store
import TestKit
import Testing

@testable import Web

/// A release is installed over what an earlier one stored.
@Suite("The database of an earlier release", .timeLimit(.minutes(5)))
struct UpgradeTests {
    private static let release = ReleaseDump.first

    /// Asks where things stand, which every state of a session answers.
    private static func asking(_ ports: inout DeskPorts) {
        ports.understander = UnderstandingPort { _, _ in
            Understanding(intent: .bookingStatus, confidence: 0.9, commands: [.status])
        }
    }

    private func signIn(_ site: SiteFixture) async throws -> String {
        try await site.desk.signIn.openAPI(
            email: UpgradeTests.release.staff, password: UpgradeTests.release.password,
            from: "127.0.0.1"
        ).access.revealed()
    }

    /// All of a list, page by page.
    private func all(
        _ name: String, at path: String, _ site: SiteFixture, _ token: String
    ) async throws -> [JSONValue] {
        var items: [JSONValue] = []
        var cursor: String?
        repeat {
            let separator = path.contains("?") ? "&" : "?"
            let next = cursor.map { "&cursor=\($0)" } ?? ""
            let answer = try await site.client.get(
                "\(path)\(separator)limit=20\(next)", token: token)
            try #require(answer.status == 200, "\(path): \(answer.text)")
            items += answer.json.list(name)
            cursor = answer.json.text("next_cursor")
        } while cursor != nil
        return items
    }

    /// The ids of a table in the dump, of the first workspace and without those of a status.
    private func stored(
        _ table: String, _ column: String, without statuses: Set<String> = []
    ) async throws -> Set<String> {
        let folder = try TestFolder()
        let dump = try await UpgradeTests.release.unpacked(in: folder)
        var workspace: String?
        try dump.forEachRow(
            of: try #require(dump.table("workspace")), ["workspace_id", "slug"]
        ) { values in
            if values[1] == UpgradeTests.release.slugs[0] { workspace = values[0] }
        }
        let columns = ["workspace_id", column] + (statuses.isEmpty ? [] : ["status"])
        var ids: Set<String> = []
        try dump.forEachRow(of: try #require(dump.table(table)), columns) { values in
            guard values[0] == workspace, let id = values[1] else { return }
            if let status = values.dropFirst(2).first ?? nil, statuses.contains(status) { return }
            ids.insert(id)
        }
        return ids
    }

    private func drafts(
        _ site: SiteFixture, _ token: String, _ status: DraftStatus
    ) async throws -> [JSONValue] {
        try await all(
            "drafts", at: "/api/v1/messaging/drafts/?status=\(status.rawValue)", site, token)
    }

    @Test("Everything that it stored is in the lists and on the pages, and nothing is unreadable")
    func read() async throws {
        try await SiteFixture.run(upgrading: UpgradeTests.release) { site in
            let token = try await signIn(site)
            var found: Set<String> = []
            for status in DraftStatus.allCases {
                for draft in try await drafts(site, token, status) {
                    #expect(draft["is_readable"] == .flag(true))
                    found.insert(draft.text("id") ?? "")
                }
            }
            #expect(try await found == stored("draft", "draft_id"))

            let conversations = try await all(
                "conversations", at: "/api/v1/core/conversations/", site, token)
            let ids = Set(conversations.compactMap { $0.text("id") })
            #expect(try await ids == stored("conversation", "conversation_id"))
            for id in ids {
                let answer = try await site.client.get(
                    "/api/v1/messaging/messages/?conversation=\(id)", token: token)
                #expect(answer.status == 200 && !answer.json.list("messages").isEmpty)
            }

            let appointments = try await all(
                "appointments", at: "/api/v1/appointments/", site, token)
            let listed = try await stored(
                "booking", "booking_id", without: ["hold", "released"])
            #expect(Set(appointments.compactMap { $0.text("id") }) == listed)

            let documents = try await all(
                "documents", at: "/api/v1/knowledge-base/documents/", site, token)
            let present = try await stored("document", "document_id", without: ["deleted"])
            #expect(Set(documents.compactMap { $0.text("id") }) == present)

            let hours = try await site.client.get("/api/v1/hours/", token: token)
            #expect(hours.json["hours"]?.list("tuesday").count == 1)
            #expect(hours.json["policy"]?.text("same_day_cutoff") == "15:00")
            #expect(hours.json["policy"]?.integer("horizon_days") == 90)

            try await everyPage(site, conversations: ids, bookings: listed, documents: present)
            #expect(site.fixture.database.unreadable.count == 0)
        }
    }

    private func everyPage(
        _ site: SiteFixture, conversations: Set<String>, bookings: Set<String>,
        documents: Set<String>
    ) async throws {
        let cookie = try await site.desk.signIn.openPage(
            email: UpgradeTests.release.staff, password: UpgradeTests.release.password,
            from: "127.0.0.1"
        ).access.revealed()
        let paths =
            [
                "/approvals", "/conversations", "/conversations/needing", "/console", "/calendar",
                "/knowledge", "/services", "/services?tab=hours",
            ] + conversations.map { "/conversations/\($0)" }
            + bookings.map { "/calendar/bookings/\($0)" } + documents.map { "/knowledge/\($0)" }
        for path in paths {
            let answer = try await site.client.send(
                .get, path, ["Accept": "text/html", "Cookie": "frontdesk=\(cookie)"], [])
            #expect(answer.status == 200, "\(path)")
        }
    }

    @Test("What waited in it goes on: jobs are done, drafts are decided, customers are answered")
    func goesOn() async throws {
        try await SiteFixture.run(upgrading: UpgradeTests.release, ports: UpgradeTests.asking) {
            site in
            let token = try await signIn(site)
            let approved = try await drafts(site, token, .scheduled).compactMap { $0.text("id") }
            #expect(!approved.isEmpty)
            // Leases of the release that was ended in its work run out, and replies are due.
            site.fixture.clock.advance(by: .minutes(3))
            try await site.desk.parkedJobs.retryAll()
            #expect(try await site.fixture.drain() == 0)
            // What had been approved was sent, or says why it was not.
            let sent = Set(try await drafts(site, token, .approved).compactMap { $0.text("id") })
            for draft in try await drafts(site, token, .superseded)
            where approved.contains(draft.text("id") ?? "") {
                #expect(draft.text("not_sent") != nil)
            }
            #expect(!sent.isDisjoint(with: approved))

            try await decideAll(site, token)
            try await everybodyWrites(site, token)
            #expect(site.fixture.database.unreadable.count == 0)
        }
    }

    /// Approves what waits; what cannot be sent any more is drafted again.
    private func decideAll(_ site: SiteFixture, _ token: String) async throws {
        let open = try await drafts(site, token, .ready)
        #expect(open.count >= 10)
        var agreed = 0
        for draft in open {
            let answer = try await site.client.post(
                "/api/v1/messaging/drafts/approve/",
                [
                    "id": draft["id"] ?? .null, "version": draft["version"] ?? .null,
                    "action": "approve",
                ], token: token)
            if answer.status == 200 { agreed += 1 }
            #expect(answer.status == 200 || answer.status == 409, "\(answer.text)")
            #expect(answer.problem != "draft.unreadable")
        }
        #expect(agreed > open.count / 2)
        #expect(try await site.fixture.drain() == 0)
    }

    /// Writes in every conversation; each is answered by a draft or waits for a person.
    private func everybodyWrites(_ site: SiteFixture, _ token: String) async throws {
        let conversations = try await all(
            "conversations", at: "/api/v1/core/conversations/", site, token)
        site.fixture.clock.advance(by: .minutes(1))
        try await site.fixture.working {
            for conversation in conversations {
                let phone = try #require(conversation["contact"]?.text("phone"))
                let customer = try await self.customer(phone, site, token)
                let answer = try await site.client.post(
                    "/api/v1/messaging/messages/", ["content": "And now?"], token: customer)
                #expect(answer.status == 202, "\(answer.text)")
            }
        }
        #expect(try await site.fixture.drain() == 0)
        let drafted = Set(
            try await drafts(site, token, .ready).compactMap { $0.text("conversation_id") })
        let after = try await all(
            "conversations", at: "/api/v1/core/conversations/", site, token)
        #expect(after.count == conversations.count)
        for conversation in after {
            let isDrafted = drafted.contains(conversation.text("id") ?? "")
            #expect(
                isDrafted || conversation.text("needs_person") != nil
                    || conversation.text("owner") == "staff", "\(conversation)")
        }
    }

    /// A bearer token of the customer with this number, by way of the code in the message console.
    private func customer(
        _ phone: String, _ site: SiteFixture, _ token: String
    ) async throws -> String {
        let session = try await site.desk.portal.createSession(
            slug: UpgradeTests.release.slugs[0], phone: phone, name: nil
        ).session
        try await site.fixture.settled()
        let console = try await site.client.get("/api/v1/messaging/console/?limit=5", token: token)
        let text = console.json.list("messages").first { $0.text("to") == phone }?.text("text")
        let code = String(try #require(text).prefix(PortalCode.shortDigits))
        return try await site.desk.portal.validate(session, code: code).revealed()
    }
}
