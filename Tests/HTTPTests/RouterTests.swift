import Base
import Foundation
import HTTP
import TestKit
import Testing

@Suite struct RouterTests {
    let table = Router<Void>([
        .get("/things/", operation: "list") { _, _ in .text("list") },
        .post("/things", operation: "create") { _, _ in .text("create") },
        .get("/things/{id}", operation: "read") { request, _ in
            .text("read \(request.parameters["id"] ?? "")")
        },
        .get("/things/new", operation: "form") { _, _ in .text("form") },
        .get("/assets/{path*}", operation: "asset") { request, _ in
            .text(request.parameters["path"] ?? "")
        },
    ])

    @Test(
        "The most literal route answers, with or without a trailing slash",
        arguments: [
            ("/things", "list"), ("/things/", "list"), ("/things/7", "read 7"),
            ("/things/a%2Fb/", "read a/b"), ("/things/new", "form"), ("/assets/a/b.css", "a/b.css"),
        ])
    func routes(path: String, expected: String) async throws {
        #expect(try await answer(.get, path).text == expected)
        #expect(try await answer(.head, path).status == 200)
    }

    @Test("An unknown path is 404, a known path with another method 405")
    func refusals() async throws {
        #expect(try await answer(.get, "/nothing").status == 404)
        #expect(try await answer(.delete, "/things").status == 405)
        #expect(throws: RouteRefusal.methodNotAllowed(allow: ["GET", "HEAD", "POST"])) {
            try table.match(.delete, ["things"])
        }
    }

    @Test("The document names every listed route and resolves every reference")
    func openAPI() throws {
        let thing = JSONSchema.object(named: "Thing", [.init("id", .id)])
        let document = OpenAPI.document(
            routes: [
                RouteDescription(
                    .get, "/things/{id}/", operation: "read", authentication: .staff,
                    response: .init(thing)),
                RouteDescription(.get, "/page", operation: "page", isListed: false),
            ], info: .init(title: "t", version: "1"))
        #expect(document["openapi"] == "3.1.0")
        #expect(document["paths"]?["/page"] == nil)
        let read = document["paths"]?["/things/{id}"]?["get"]
        #expect(read?["operationId"] == "read")
        #expect(document["components"]?["schemas"]?["Thing"]?["type"] == "object")
        let text = try JSONCoding.text(document)
        #expect(text.contains("#/components/schemas/Thing") && text.contains("operationId"))
    }

    private func answer(_ method: HTTPMethod, _ path: String) async throws -> (
        status: Int, text: String
    ) {
        let target = try #require(HTTPTarget(path))
        let clock = ManualClock(Instant(seconds: 0))
        let request = HTTPRequest(
            method: method, target: target, remoteAddress: "", id: World.test(at: clock).id())
        let response = await table.responder()(request)
        let bytes = try await response.collectBody(upTo: 10_000)
        return (response.status.code, String(decoding: bytes, as: UTF8.self))
    }
}
