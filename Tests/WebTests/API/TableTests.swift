import Base
import Foundation
import HTTP
import TestKit
import Testing
import Web

@testable import API
@testable import WebCore

@Suite("The table and what is written from it")
struct TableTests {
    @Test("OpenAPI describes every listed route, and refers to nothing that is not there")
    func openAPI() async throws {
        try await SiteFixture.run { site async throws -> Void in
            let document = try await site.client.get("/openapi.json").json
            #expect(document.text("openapi") == "3.1.0")
            let paths = try #require(document["paths"])
            var operations: Set<String> = []
            for route in site.site.routes where route.isListed {
                let path =
                    route.pattern.hasSuffix("/") && route.pattern.count > 1
                    ? String(route.pattern.dropLast()) : route.pattern
                let operation = paths[path]?[route.method.rawValue.lowercased()]
                #expect(operation?.text("operationId") == route.operation, "\(path)")
                #expect(operation?.text("summary")?.isEmpty == false, "\(route.operation)")
                #expect(operation?["responses"]?[route.success.description] != nil)
                let named = operation?.list("parameters").compactMap { $0.text("name") } ?? []
                #expect(Set(named).isSuperset(of: route.parameterNames))
                #expect(named.contains("Idempotency-Key") == TableTests.takesKey(route))
                operations.insert(route.operation)
            }
            #expect(operations.count > 40)
            for name in references(in: document) {
                let known = name.split(separator: "/").dropFirst().reduce(document) { value, part in
                    value[String(part)] ?? .null
                }
                #expect(known != .null, "\(name)")
            }
        }
    }

    @Test("Limits are described where they hold")
    func limits() async throws {
        try await SiteFixture.run { site async throws -> Void in
            let document = try await site.client.get("/openapi.json").json
            let shapes = try #require(document["components"]?["schemas"])
            let service = shapes["ServiceChange"]?["properties"]
            #expect(service?["duration_minutes"]?.integer("maximum") == 1440)
            #expect(service?["name"]?.integer("maxLength") == 80)
            #expect(shapes["Period"]?["properties"]?["open"]?.text("pattern") != nil)
        }
    }

    /// Every route that changes something, but those whose answer is a secret or that only ask.
    private static func takesKey(_ route: RouteDescription) -> Bool {
        let secret = ["login", "refreshToken", "logout", "register", "validateSession"]
        // What has left once is not sent again by a repeat: the delivery's state refuses it.
        let harmless = ["searchPassages", "sendMessageAgain"]
        return !route.method.isSafe && !harmless.contains(route.operation)
            && !secret.contains(route.operation)
    }

    private func references(in value: JSONValue) -> Set<String> {
        switch value {
        case .object(let members):
            var found = members.values.reduce(into: Set<String>()) {
                $0 = $0.union(references(in: $1))
            }
            if let name = value.text("$ref") { found.insert(name) }
            return found
        case .list(let elements):
            return elements.reduce(into: []) { $0 = $0.union(references(in: $1)) }
        case .null, .flag, .integer, .number, .text: return []
        }
    }

    @Test("The interfaces that are owed are in the table, with and without a slash")
    func owed() async throws {
        let owed = [
            "GET /health", "POST /api/v1/auth/login", "POST /api/v1/auth/refresh-token",
            "POST /api/v1/auth/logout", "POST /api/v1/knowledge-base/upload",
            "GET /api/v1/knowledge-base/documents", "GET /api/v1/knowledge-base/documents/1",
            "DELETE /api/v1/knowledge-base/documents/1", "POST /api/v1/knowledge-base/search",
            "POST /api/v1/core/session/create", "POST /api/v1/core/session/validate",
            "POST /api/v1/messaging/messages", "GET /api/v1/messaging/messages",
            "GET /api/v1/core/conversations", "GET /api/v1/messaging/drafts",
            "POST /api/v1/messaging/drafts/approve", "GET /api/v1/messaging/console",
            "GET /api/v1/services", "GET /api/v1/calendar/available-slots",
            "POST /api/v1/calendar/book-appointment", "GET /api/v1/calendar/appointments",
            "GET /openapi.json", "GET /api/v1/events",
        ]
        try await SiteFixture.run { site async throws -> Void in
            for line in owed {
                let parts = line.split(separator: " ").map(String.init)
                for path in [parts[1], parts[1] + "/"] {
                    let answer = try await site.client.send(HTTPMethod(parts[0]), path, [:], [])
                    #expect(answer.problem?.hasPrefix("route.") != true, "\(line)")
                }
            }
        }
    }

    @Test("Every code that a client can meet has a title, and every title a code")
    func codes() throws {
        var found: Set<String> = ["internal", "unavailable"]
        for room in ["Domain", "HTTP", "WebCore", "API"] {
            let root = Clone.file("Sources/\(room)")
            for file in try FileManager.default.subpathsOfDirectory(atPath: root)
            where file.hasSuffix(".swift") {
                let text = try String(contentsOfFile: root + "/" + file, encoding: .utf8)
                for part in text.split(separator: "package var code: String {").dropFirst() {
                    let body = part.prefix { $0 != "}" }
                    found.formUnion(
                        body.matches(of: /"([a-z_]+\.[a-z_]+)"/).map { String($0.output.1) })
                }
            }
        }
        #expect(found == Set(ProblemCodes.all))
    }

    @Test("Proxies are believed by network, and nobody else")
    func proxies() {
        let list = ProxyList(["10.0.0.0/8", "::1", "192.0.2.7", "nonsense", "10.0.0.0/99"])
        #expect(
            list.isTrusted("10.255.0.1") && list.isTrusted("::1") && list.isTrusted("192.0.2.7"))
        #expect(!list.isTrusted("11.0.0.1") && !list.isTrusted("192.0.2.8"))
        #expect(list.client(of: "8.8.8.8", forwarded: ["1.2.3.4"]) == "8.8.8.8")
        #expect(list.client(of: "10.0.0.1", forwarded: ["6.6.6.6", "1.2.3.4"]) == "1.2.3.4")
        #expect(list.client(of: "10.0.0.1", forwarded: ["1.2.3.4", "10.9.9.9"]) == "1.2.3.4")
        #expect(list.client(of: "10.0.0.1", forwarded: ["<script>"]) == "10.0.0.1")
        #expect(ProxyList.isLoopback("127.8.8.8") && ProxyList.isLoopback("::1"))
        #expect(ProxyList.isLoopback("::ffff:127.0.0.1") && !ProxyList.isLoopback("128.0.0.1"))
    }

    @Test("The table of limits stays bounded whoever asks")
    func bounded() throws {
        let clock = ManualClock(DeskFixture.start)
        let limits = RateLimits(now: { clock.now })
        for number in 0..<(RateLimits.tableLimit + 500) {
            let address = "2001:db8:\(String(number & 0xFFFF, radix: 16)):\(number >> 16)::1"
            try limits.check(
                .message, Visitor(identity: .anonymous, origin: Origin(address: address)))
        }
        #expect(limits.count <= RateLimits.tableLimit)
    }
}
