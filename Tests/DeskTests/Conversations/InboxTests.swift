import Base
import Domain
import Postgres
import Store
import TestKit
import Testing

@testable import Desk

@Suite("What customers write is stored once", .timeLimit(.minutes(10)))
struct InboxTests {
    @Test("The same key gives the same message, however often and however many at once")
    func idempotent() async throws {
        let scene = try await Scene()
        let customer = try await scene.customer()
        let ids = try await withThrowingTaskGroup { group in
            for _ in 0..<12 {
                group.addTask {
                    try await scene.desk.inbox.receive("hello", from: customer, key: "one").id
                }
            }
            return try await group.reduce(into: Set<MessageID>()) { $0.insert($1) }
        }
        #expect(ids.count == 1)
        #expect(try await scene.count("select count(*) from message") == 1)
        #expect(try await scene.count("select count(*) from outbox where lane = 'turn'") == 1)
        await #expect(throws: ConversationRefusal.keyReused) {
            try await scene.desk.inbox.receive("other words", from: customer, key: "one")
        }
        #expect(try await scene.desk.inbox.receive("hello", from: customer, key: "two").number == 2)
    }

    @Test("Twenty messages may wait for an answer; an answer makes room again")
    func limit() async throws {
        let scene = try await Scene()
        let customer = try await scene.customer()
        var last: Message?
        for number in 1...20 {
            last = try await scene.desk.inbox.receive("m \(number)", from: customer, key: nil)
        }
        await #expect(throws: ConversationRefusal.tooManyMessages) {
            try await scene.desk.inbox.receive("one more", from: customer, key: nil)
        }
        let conversation = try #require(last?.conversation)
        _ = try await scene.desk.inbox.reply(
            "Sorry for the wait.", in: conversation, by: scene.owner, key: nil)
        _ = try await scene.desk.inbox.receive("thanks", from: customer, key: nil)
        #expect(try await scene.messages(conversation).count == 22)
    }

    @Test("What cannot be a message is refused")
    func refused() throws {
        for text in ["", " \n\t ", "\u{0}\u{7}"] {
            #expect(throws: ConversationRefusal.emptyMessage) { try InboxDesk.checked(text) }
        }
        #expect(throws: ConversationRefusal.messageTooLong(limit: 4_000)) {
            try InboxDesk.checked(String(repeating: "a", count: 100_000))
        }
    }

    @Test("Control characters go, line breaks and every script stay")
    func cleaned() throws {
        #expect(try InboxDesk.checked(" a\u{0}b\u{1B}\nc\td \u{7F}") == "ab\nc\td")
        #expect(try InboxDesk.checked("日本語 🏳️‍🌈 עברית") == "日本語 🏳️‍🌈 עברית")
    }

    @Test("A person of another workspace cannot write, take over or read")
    func elsewhere() async throws {
        let scene = try await Scene()
        let customer = try await scene.customer()
        let conversation = try await scene.say("hello", as: customer)
        let other = try await scene.fixture.openWorkspace("second")
        await #expect(throws: ConversationRefusal.unknownConversation) {
            try await scene.desk.inbox.reply("hi", in: conversation, by: other, key: nil)
        }
        await #expect(throws: ConversationRefusal.unknownConversation) {
            try await scene.desk.inbox.setOwner(.staff, of: conversation, by: other)
        }
        let seen = try await scene.desk.reading.read(other.workspace) {
            try ConversationStore.find(conversation, $0)
        }
        #expect(seen == nil)
    }
}
