import Base
import HTTP
import TestKit
import Testing
import Web

@testable import WebCore

@Suite("What a query says")
struct QueryTests {
    @Test("Every listed route refuses a parameter that it does not declare, and names it")
    func unknown() async throws {
        try await SiteFixture.run { site async throws -> Void in
            let owner = try await site.fixture.openWorkspace()
            let staff = try await site.token(of: owner)
            let customer = try await site.customerToken(of: owner)
            let id = ID<Void>(site.fixture.world.uuid()).description
            var count = 0
            for route in site.site.routes where route.isListed {
                let token: String? =
                    switch route.authentication {
                    case .customer: customer
                    case .none, .signature: nil
                    case .either, .session, .staff: staff
                    }
                let target = RoleTests.target(route, id: id) + "?limti=5"
                let answer = try await site.client.post(
                    target, RoleTests.bodies[route.operation] ?? [:], token: token,
                    method: route.method)
                #expect(answer.status == 422, "\(route.operation)")
                #expect(answer.problem == "request.invalid_field", "\(route.operation)")
                let errors = answer.json.list("errors")
                #expect(errors.first?.text("field") == "limti", "\(answer.text)")
                count += 1
            }
            #expect(count > 40)
        }
    }

    @Test("What is declared is heard, once, and pages are lenient")
    func known() async throws {
        try await SiteFixture.run { site async throws -> Void in
            let owner = try await site.fixture.openWorkspace()
            let token = try await site.token(of: owner)
            let list = "/api/v1/knowledge-base/documents/"
            #expect(try await site.client.get(list + "?limit=5", token: token).status == 200)
            let twice = try await site.client.get(list + "?limit=5&limit=6", token: token)
            #expect(twice.status == 422 && twice.text.contains("only once"))
            let misspelt = try await site.client.get(list + "?Limit=5", token: token)
            #expect(misspelt.json.text("detail")?.contains("cursor, limit") == true)
            let odd = try await site.client.get(
                list + "?%E2%80%AE" + String(repeating: "x", count: 500), token: token)
            #expect(odd.status == 422 && odd.text.utf8.count < 2_000)
            // Who may not be here hears of that first.
            #expect(try await site.client.get(list + "?nonsense").status == 401)
            let page = try await site.client.send(
                .get, "/sign-in?utm_source=mail", ["Accept": "text/html"], [])
            #expect(page.status == 200)
        }
    }
}
