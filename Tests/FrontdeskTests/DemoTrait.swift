import Base
import Foundation
import HTTP
import Processes
import TestKit
import Testing

/// A running installation with the demo, for a suite: started before its first test, killed after
/// its last.
struct Demo: Sendable {
    let place: Installation
    let server: RunningServer
    let card: Card
    /// A token of the owner.
    let token: String

    /// The one of the running suite.
    static var shared: Demo {
        get throws { try #require(DemoTrait.current) }
    }

    static func start() async throws -> Demo {
        try await start(at: try Installation())
    }

    static func start(at place: Installation) async throws -> Demo {
        let server = try await place.start(["--demo"])
        let card = try Card.read(place.data)
        let token = try await server.token(card.owner.email, card.owner.password)
        return Demo(place: place, server: server, card: card, token: token)
    }

    // MARK: The parts

    /// One answer of the database, as its owner.
    func ask(_ query: String) async throws -> String {
        let options = ["-X", "-A", "-t", "-q", "-c", query]
        let output = try await tool("psql", options).check(timeout: Patience.limit)
        return String(decoding: output, as: UTF8.self).trimmingCharacters(in: .newlines)
    }

    func tool(_ name: String, _ options: [String]) async throws -> Program {
        let postgres = try await EmbeddedPostgres.attach(
            installation: Clone.vendor("postgres"), cluster: "\(place.data)/pg")
        return postgres.tool(name, options + ["--dbname=\(postgres.connection())"])
    }

    /// Kills the database without a warning, and waits until it is gone.
    func killDatabase() async throws {
        let process = try #require(server.children("postgres").first)
        kill(process, SIGKILL)
        #expect(await eventually { !isAlive(process) })
    }

    /// Holds the models still while `body` runs, as if they took very long.
    func withModelsHeld<Result>(_ body: () async throws -> Result) async throws -> Result {
        let process = try #require(server.children("models").first)
        kill(process, SIGSTOP)
        defer { kill(process, SIGCONT) }
        return try await body()
    }

    /// Holds the whole database still while `body` runs, as a machine that hangs does.
    func withDatabaseHeld<Result>(_ body: () async throws -> Result) async throws -> Result {
        let process = try #require(server.children("postgres").first)
        return try await withProcessHeld(process, body)
    }

    // MARK: People

    /// A customer's token, by way of the code in the message console.
    func customer(_ phone: String) async throws -> String {
        let session = try await server.post(
            "/api/v1/core/session/create/",
            #"{"workspace":"\#(card.portalSlug)","phone":"\#(phone)","name":"Maya Lindqvist"}"#)
        let id = try #require(session.json.text("session"), "\(session.text)")
        var code: String?
        _ = await eventually {
            let console = try? await server.get("/api/v1/messaging/console/", token: token)
            let sent = console?.json.list("messages").first { $0.text("to") == phone }
            code = sent?.text("text").map { String($0.prefix(6)) }
            return code != nil
        }
        let valid = try await server.post(
            "/api/v1/core/session/validate/", #"{"session":"\#(id)","code":"\#(code ?? "")"}"#)
        return try #require(valid.json.text("token"), "\(valid.text)")
    }

    func write(_ words: String, _ customer: String) async throws {
        let sent = try await server.post(
            "/api/v1/messaging/messages/", #"{"content":"\#(words)"}"#, token: customer)
        #expect(sent.status == .accepted, "\(sent.text)")
    }

    /// The draft that waits for this customer; waits until there is one.
    func draft(for phone: String) async throws -> JSONValue {
        var found: [JSONValue] = []
        _ = await eventually {
            // While the database is away there is no list, and the next look may have one.
            let list = try? await server.get("/api/v1/messaging/drafts/", token: token)
            found = (list?.json.list("drafts") ?? []).filter {
                $0["contact"]?.text("phone") == phone
            }
            return !found.isEmpty
        }
        #expect(found.count == 1, "one draft waits")
        return try #require(found.first)
    }

    func approve(_ draft: JSONValue) async throws -> FetchResponse {
        let body =
            #"{"id":"\#(draft.text("id") ?? "")","version":\#(draft.integer("version") ?? 0),"#
            + #""action":"approve"}"#
        return try await server.post("/api/v1/messaging/drafts/approve/", body, token: token)
    }
}

struct DemoTrait: SuiteTrait, TestScoping {
    @TaskLocal static var current: Demo?

    func provideScope(
        for test: Test, testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        let demo = try await Demo.start()
        do {
            try await DemoTrait.$current.withValue(demo) { try await function() }
        } catch {
            await demo.server.child.stop(grace: Patience.limit)
            throw error
        }
        await demo.server.child.stop(grace: Patience.limit)
    }
}

extension Trait where Self == DemoTrait {
    static var demo: DemoTrait { DemoTrait() }
}
