import Base
import Desk
import Domain
import HTTP
import TestKit
import Testing

@testable import Web
@testable import WebCore

/// Pages as answers, without a browser.
struct PageTests {
    /// Pages, and what each needs: some are only for those who may change something, or read codes.
    private static let needs: KeyValuePairs<String, Permission> = [
        "/approvals": .read, "/approvals/waiting": .read, "/conversations": .read,
        "/calendar": .read, "/calendar?span=week": .read, "/calendar/new": .manageBookings,
        "/knowledge": .read, "/services": .read, "/services?tab=people": .read,
        "/services?tab=hours": .read, "/services?tab=business": .read,
        "/services/new": .manageCatalogue, "/people/new": .manageCatalogue, "/console": .converse,
    ]

    private func get(
        _ site: Site, _ world: World, _ path: String, cookie: String? = nil
    ) async throws -> HTTPResponse {
        let target = try #require(HTTPTarget(path))
        var headers: HTTPHeaders = ["Accept": "text/html"]
        if let cookie { headers["Cookie"] = "frontdesk=\(cookie)" }
        let request = HTTPRequest(
            method: .get, target: target, headers: headers, remoteAddress: "127.0.0.1",
            id: ID(world.uuid()))
        return await site.responder(request)
    }

    @Test("Every page is there for every role that needs it, and hides what the role may not do")
    func roles() async throws {
        let fixture = try await DeskFixture()
        let owner = try await fixture.openBusiness("salon")
        let site = Site(
            desk: fixture.desk, changes: ChangeHub(), configuration: SiteConfiguration())
        for role in Role.allCases {
            let staff = role == .owner ? owner : try await fixture.add(role, by: owner)
            let token = try await fixture.desk.signIn.openPage(
                email: staff.email, password: DeskFixture.password, from: "127.0.0.1")
            for (path, permission) in PageTests.needs {
                let answer = try await get(
                    site, fixture.world, path, cookie: token.access.revealed())
                let wanted: HTTPStatus = role.allows(permission) ? .ok : .forbidden
                #expect(answer.status == wanted, "\(path) for \(role)")
            }
            let page = try await get(
                site, fixture.world, "/knowledge", cookie: token.access.revealed())
            let text = String(decoding: try await page.collectBody(upTo: 1 << 20), as: UTF8.self)
            #expect(text.contains("id=\"upload\"") == role.allows(.manageKnowledge))
        }
    }

    @Test("Who is not signed in is sent there, and comes back")
    func strangers() async throws {
        let fixture = try await DeskFixture()
        let site = Site(
            desk: fixture.desk, changes: ChangeHub(), configuration: SiteConfiguration())
        for (path, _) in PageTests.needs {
            let answer = try await get(site, fixture.world, path)
            #expect(answer.status == .seeOther)
            let place = answer.headers["Location"] ?? ""
            #expect(place.hasPrefix("/sign-in?next=%2F"), "\(path) leads to \(place)")
        }
        let missing = try await get(site, fixture.world, "/nowhere")
        #expect(missing.status == .notFound)
        #expect(missing.headers["Content-Type"] == ContentType.html.description)
    }
}
