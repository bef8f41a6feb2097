import Base
import Domain
import Postgres
import Store
import TestKit
import Testing

@testable import Desk

@Suite("Customers prove their number", .timeLimit(.minutes(10)))
struct PortalTests {
    private static let phone = "+44 20 7946 0001"

    /// Asks for a code and reads it from the message console.
    private func ask(
        _ scene: Scene, _ phone: String = PortalTests.phone
    ) async throws -> (PortalSessionID, String) {
        let session = try await scene.desk.portal.createSession(
            slug: "first", phone: phone, name: "Sam"
        ).session
        try await scene.fixture.drain()
        let texts = try await scene.texts(
            "select text from console_message order by created_at desc, message_id desc limit 1")
        return (session, String(texts.first?.prefix(6) ?? ""))
    }

    @Test("The right code gives a token once; the token lasts until it is signed out")
    func right() async throws {
        let scene = try await Scene()
        let (session, code) = try await ask(scene)
        let token = try await scene.desk.portal.validate(session, code: " \(code) ")
        let customer = try await scene.desk.portal.customer(ofToken: token.revealed())
        #expect(customer.phone.e164 == "+442079460001" && customer.contact.name == "Sam")
        await #expect(throws: PortalRefusal.codeUsed) {
            try await scene.desk.portal.validate(session, code: code)
        }
        let stored = try await scene.texts("select portal_session::text from portal_session")
        #expect(!stored[0].contains(token.revealed()))
        try await scene.desk.portal.signOut(customer)
        await #expect(throws: AccountRefusal.tokenExpired) {
            try await scene.desk.portal.customer(ofToken: token.revealed())
        }
    }

    @Test("Five wrong codes close the session, at once or one after the other")
    func wrong() async throws {
        let scene = try await Scene()
        let (session, code) = try await ask(scene)
        let bad = code == "000000" ? "000001" : "000000"
        for left in [4, 3] {
            await #expect(throws: PortalRefusal.wrongCode(triesLeft: left)) {
                try await scene.desk.portal.validate(session, code: bad)
            }
        }
        await withTaskGroup { group in
            for _ in 0..<6 {
                // Each is refused; how many tries are left is asked below.
                group.addTask { _ = try? await scene.desk.portal.validate(session, code: bad) }
            }
        }
        await #expect(throws: PortalRefusal.wrongCode(triesLeft: 0)) {
            try await scene.desk.portal.validate(session, code: code)
        }
    }

    @Test("A code is over after ten minutes, a token after ninety days")
    func expired() async throws {
        let scene = try await Scene()
        let (session, code) = try await ask(scene)
        scene.fixture.clock.advance(by: .minutes(10))
        await #expect(throws: PortalRefusal.codeExpired) {
            try await scene.desk.portal.validate(session, code: code)
        }
        let (next, fresh) = try await ask(scene)
        let token = try await scene.desk.portal.validate(next, code: fresh)
        scene.fixture.clock.advance(by: .days(90))
        await #expect(throws: AccountRefusal.tokenExpired) {
            try await scene.desk.portal.customer(ofToken: token.revealed())
        }
    }

    @Test("However many ask at once, a number gets one code and few texts")
    func atOnce() async throws {
        let scene = try await Scene()
        let asked = try await withThrowingTaskGroup { group in
            for _ in 0..<12 {
                group.addTask {
                    try await scene.desk.portal.createSession(
                        slug: "first", phone: PortalTests.phone, name: nil)
                }
            }
            return try await group.reduce(into: [CustomerSignIn.CodeRequest]()) { $0.append($1) }
        }
        #expect(asked.filter(\.isTexted).count == ConversationLimits.textsOfCode)
        try await scene.fixture.drain()
        let texts = try await scene.texts("select text from console_message")
        #expect(texts.count == ConversationLimits.textsOfCode)
        let codes = Set(texts.map { String($0.prefix(PortalCode.shortDigits)) })
        #expect(codes.count == 1)
        let code = try #require(codes.first)
        _ = try await scene.desk.portal.validate(asked[7].session, code: code)
        await #expect(throws: PortalRefusal.codeUsed) {
            try await scene.desk.portal.validate(asked[3].session, code: code)
        }
    }

    @Test("One network keeps few sessions of a number waiting, and leaves those of others alone")
    func crowded() async throws {
        let scene = try await Scene()
        let (mine, code) = try await ask(scene)
        for _ in 0..<(ConversationLimits.sessionsOfNetwork + 10) {
            _ = try await scene.desk.portal.createSession(
                slug: "first", phone: PortalTests.phone, name: nil, from: "a network")
        }
        let waiting = try await scene.texts(
            "select session_id::text from portal_session where network is not null")
        #expect(waiting.count <= ConversationLimits.sessionsOfNetwork + 2)
        _ = try await scene.desk.portal.validate(mine, code: code)
        scene.fixture.clock.advance(by: .days(2))
        _ = try await ask(scene, "+44 20 7946 0002")
        let left = try await scene.texts("select session_id::text from portal_session")
        #expect(left.count == 2, "what was never entered is cleared away")
    }

    @Test("An unknown address, number, session and token are refused")
    func unknown() async throws {
        let scene = try await Scene()
        await #expect(throws: PortalRefusal.unknownWorkspace) {
            try await scene.desk.portal.createSession(
                slug: "nowhere", phone: PortalTests.phone, name: nil)
        }
        await #expect(throws: PortalRefusal.invalidPhone) {
            try await scene.desk.portal.createSession(slug: "first", phone: "020 7946", name: nil)
        }
        await #expect(throws: PortalRefusal.unknownSession) {
            try await scene.desk.portal.validate(scene.fixture.world.id(), code: "123456")
        }
        for token in ["", "x", String(repeating: "a", count: 10_000)] {
            await #expect(throws: AccountRefusal.tokenExpired) {
                try await scene.desk.portal.customer(ofToken: token)
            }
        }
    }

    @Test("A code that could not be sent while it was valid is not sent at all")
    func lateCode() async throws {
        let texts = RecordingChannel()
        let scene = try await Scene { $0.channels = [texts.connected] }
        _ = try await scene.desk.portal.createSession(
            slug: "first", phone: PortalTests.phone, name: nil)
        scene.fixture.clock.advance(by: ConversationLimits.codeLifetime)
        try await scene.fixture.drain()
        #expect(texts.sent.isEmpty)
        #expect(try await scene.texts("select failure from delivery") == ["expired"])
        // It does not stay behind either.
        #expect(try await scene.count("select count(*) from delivery where text is not null") == 0)
    }

    @Test("A text that is planned for tomorrow does not hold back a code to the same number")
    func plannedText() async throws {
        let texts = RecordingChannel()
        let scene = try await Scene { $0.channels = [texts.connected] }
        let phone = try #require(PhoneNumber(PortalTests.phone))
        let world = scene.fixture.world
        let planned = OutboundMessage(
            id: world.id(), channel: RecordingChannel.name, to: Address(phone),
            text: "See you soon.")
        try await scene.fixture.database.write(scene.owner.workspace) { transaction in
            try DeliveryStore.insert(planned, status: .queued, at: world.now(), transaction)
            _ = try ConversationJobs.deliver.enqueue(
                DeliverJob(delivery: planned.id), world, at: world.now() + .hours(24), transaction)
        }
        _ = try await scene.desk.portal.createSession(
            slug: "first", phone: PortalTests.phone, name: nil)
        try await scene.fixture.drain()
        #expect(texts.sent.count == 1)
        #expect(texts.sent.first?.text.contains("is your code for") == true)
        scene.fixture.clock.advance(by: .hours(24))
        try await scene.fixture.drain()
        #expect(texts.sent.map(\.text).last == "See you soon.")
        #expect(texts.sent.count == 2)
    }

    @Test("A code is kept nowhere once it has left")
    func codesAreCleared() async throws {
        let texts = RecordingChannel()
        let scene = try await Scene { $0.channels = [texts.connected] }
        _ = try await scene.desk.portal.createSession(
            slug: "first", phone: PortalTests.phone, name: nil)
        let kept: SQL = "select text from delivery where text is not null"
        #expect(try await scene.texts(kept).count == 1)
        try await scene.fixture.drain()
        #expect(try await scene.texts(kept).isEmpty)
        let sent = try #require(texts.sent.first?.text.prefix(PortalCode.shortDigits))
        let payloads = try await scene.texts("select payload::text from outbox")
        #expect(!payloads.contains { $0.contains(sent) })
    }
}
