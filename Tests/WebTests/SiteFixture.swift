import Base
import Cryptography
import Desk
import Domain
import Foundation
import HTTP
import HTTPClient
import HTTPServer
import Store
import TestKit
import Testing

@testable import Web
@testable import WebCore

/// The ways a test body meets the site.
enum Engine: String, CaseIterable, Sendable, CustomTestStringConvertible {
    /// The responder, called as a function.
    case responder
    /// A server on a port, met through curl.
    case socket

    var testDescription: String { rawValue }
}

/// A whole site on a desk with a database of its own.
struct SiteFixture: Sendable {
    let fixture: DeskFixture
    let changes: ChangeHub
    let site: Site
    let client: SiteClient
    /// Where the server is; nil without one.
    let url: String?

    var desk: FrontDesk { fixture.desk }

    /// Runs `body` against a new site; with a socket, beside a running server.
    static func run(
        _ engine: Engine = .responder, configuration: SiteConfiguration = SiteConfiguration(),
        storage: StoragePolicy = StoragePolicy(), logger: Logger = .silent,
        faults: FaultPlan? = nil, upgrading release: ReleaseDump? = nil,
        ports: (inout DeskPorts) -> Void = { _ in },
        _ body: (SiteFixture) async throws -> Void
    ) async throws {
        let fixture = try await DeskFixture(
            at: release?.lastWork ?? DeskFixture.start, logger: logger,
            uploadLimit: configuration.uploadLimit, limits: configuration.limits, storage: storage,
            faults: faults, upgrading: release, ports)
        let changes = ChangeHub()
        let site = Site(desk: fixture.desk, changes: changes, configuration: configuration)
        switch engine {
        case .responder:
            let world = fixture.world
            let client = SiteClient.calling(site.responder) { ID(world.uuid()) }
            try await body(
                SiteFixture(
                    fixture: fixture, changes: changes, site: site, client: client, url: nil))
        case .socket:
            var settings = ServerConfiguration()
            settings.watchInterval = .milliseconds(20)
            settings.maximumBodyBytes = site.maximumBodyBytes
            let server = try Server(settings, responder: site.responder)
            let curl = CurlClient()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                let client = SiteClient.fetching(curl.fetch, from: server.url)
                try await body(
                    SiteFixture(
                        fixture: fixture, changes: changes, site: site, client: client,
                        url: server.url))
                group.cancelAll()
                try await group.waitForAll()
            }
        }
    }

    /// A client of the site in a process that was started anew on the same database.
    func restarted() -> SiteClient {
        let site = Site(
            desk: fixture.restarted(), changes: ChangeHub(), configuration: SiteConfiguration())
        let world = fixture.world
        return SiteClient.calling(site.responder) { ID(world.uuid()) }
    }

    /// Runs `body` while open streams are told of what is recorded.
    func following(_ body: @escaping @Sendable () async throws -> Void) async throws {
        let (fixture, changes) = (fixture, changes)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await LiveSite.follow(fixture, changes) }
            try await body()
            group.cancelAll()
        }
    }

    // MARK: People

    /// A bearer token of a member of staff.
    func token(of staff: Staff) async throws -> String {
        try await desk.signIn.openAPI(
            email: staff.email, password: DeskFixture.password, from: "127.0.0.1"
        ).access.revealed()
    }

    /// A bearer token of a customer, by way of the code in the message console.
    func customerToken(
        _ phone: String = "+447700900123", name: String? = "Priya Shah", of owner: Staff
    ) async throws -> String {
        let workspace = try await desk.reading.read(owner.workspace) {
            try WorkspaceStore.find($0)
        }
        let session = try await desk.portal.createSession(
            slug: try #require(workspace).slug, phone: phone, name: name
        ).session
        return try await desk.portal.validate(session, code: try await lastCode(for: owner))
            .revealed()
    }

    /// The newest code in the message console.
    func lastCode(for owner: Staff) async throws -> String {
        try await fixture.drain()
        let page = try await desk.reading.read(owner.workspace) {
            try ConsoleStore.page(after: nil, limit: 1, $0)
        }
        let text = try #require(page.items.first?.text)
        return String(text.prefix(PortalCode.shortDigits))
    }
}

/// What came back.
struct SiteAnswer: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }

    /// The body as JSON; null when it is none.
    var json: JSONValue {
        // A body that is no JSON is what the expectation then shows.
        (try? JSONDecoder().decode(JSONValue.self, from: Data(body))) ?? .null
    }

    /// The code of a problem document.
    var problem: String? {
        guard headers["Content-Type"] == ContentType.problem.description,
            case .text(let type) = json["type"]
        else { return nil }
        return String(type.dropFirst("urn:frontdesk:problem:".count))
    }
}

/// Sends requests to a site, whichever way.
struct SiteClient: Sendable {
    let send: @Sendable (HTTPMethod, String, HTTPHeaders, [UInt8]) async throws -> SiteAnswer

    static let answerLimit = 16 << 20

    static func calling(
        _ responder: @escaping Responder, id: @escaping @Sendable () -> ID<HTTPRequest>
    ) -> SiteClient {
        SiteClient { method, target, headers, body in
            var headers = headers
            headers.setDefault("Host", "127.0.0.1")
            let request = HTTPRequest(
                method: method, target: try #require(HTTPTarget(target)), headers: headers,
                body: HTTPBody(body), remoteAddress: headers["X-Test-Peer"] ?? "127.0.0.1",
                id: id())
            let response = await responder(request)
            return SiteAnswer(
                status: response.status.code, headers: response.headers,
                body: try await response.collectBody(upTo: answerLimit))
        }
    }

    static func fetching(_ fetch: Fetch, from url: String) -> SiteClient {
        SiteClient { method, target, headers, body in
            let response = try await fetch(
                FetchRequest(
                    method, url + target, headers: headers, body: body,
                    maximumResponseBytes: answerLimit))
            return SiteAnswer(
                status: response.status.code, headers: response.headers, body: response.body)
        }
    }

    func get(_ target: String, token: String? = nil) async throws -> SiteAnswer {
        try await send(.get, target, SiteClient.headers(token, [:]), [])
    }

    func delete(_ target: String, token: String? = nil) async throws -> SiteAnswer {
        try await send(.delete, target, SiteClient.headers(token, [:]), [])
    }

    func post(
        _ target: String, _ body: JSONValue, token: String? = nil, key: String? = nil,
        method: HTTPMethod = .post, headers: HTTPHeaders = [:]
    ) async throws -> SiteAnswer {
        var headers = SiteClient.headers(token, headers)
        headers["Content-Type"] = "application/json"
        headers["Idempotency-Key"] = key
        return try await send(method, target, headers, Array(try JSONCoding.encode(body)))
    }

    /// Uploads one file as a form; `field` and `name` as the client would give them.
    func upload(
        _ bytes: [UInt8], name: String, token: String?, field: String = "file",
        key: String? = nil
    ) async throws -> SiteAnswer {
        var headers = SiteClient.headers(token, [:])
        headers["Content-Type"] = "multipart/form-data; boundary=----edge"
        headers["Idempotency-Key"] = key
        let head =
            "------edge\r\nContent-Disposition: form-data; name=\"\(field)\"; "
            + "filename=\"\(name)\"\r\nContent-Type: application/octet-stream\r\n\r\n"
        let body = Array(head.utf8) + bytes + Array("\r\n------edge--\r\n".utf8)
        return try await send(.post, "/api/v1/knowledge-base/upload/", headers, body)
    }

    private static func headers(_ token: String?, _ more: HTTPHeaders) -> HTTPHeaders {
        var headers = more
        if let token { headers["Authorization"] = "Bearer \(token)" }
        return headers
    }
}
