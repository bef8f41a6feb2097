import Base
import Postgres
import TestKit
import Testing

@Suite("The listener", .timeLimit(.minutes(10)))
struct ListenerTests {
    @Test("Notifications arrive in order, and a lost session is told as a gap")
    func listening() async throws {
        let options = try await TestDatabase.fresh()
        var named = options
        named.applicationName = "listening"
        let sender = try PostgresConnection(options)
        var events = PostgresListener.events(named, channels: ["outbox", "Odd \" name"])
            .makeAsyncIterator()
        #expect(await events.next() == .gap)
        try sender.notify("outbox", "turn")
        try sender.notify("Odd \" name")
        #expect(await events.next() == .notification(channel: "outbox", payload: "turn"))
        #expect(await events.next() == .notification(channel: "Odd \" name", payload: ""))
        let ended = try sender.query(
            """
            select pg_terminate_backend(pid) from pg_stat_activity
            where application_name = 'listening' and datname = current_database()
            """)
        #expect(ended.count == 1)
        #expect(await events.next() == .gap)
        try sender.notify("outbox", "again")
        #expect(await events.next() == .notification(channel: "outbox", payload: "again"))
    }
}
