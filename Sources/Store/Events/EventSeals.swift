package import Base
import Cryptography
package import Domain
import Postgres

/// Seals over the log, one chain for each workspace and retention.
///
///     digests   16 bytes of SHA-256 over each event
///     digest    SHA-256 over the digests
///     seal      SHA-256 over the seal before, over what the row says, and over the digest
///
/// A seal proves what lies under it to whoever knows a later seal of the chain; the newest ones are
/// told by `frontdesk audit verify`, for keeping elsewhere. They are hashes without a key: somebody
/// who can rewrite the whole table can also make new ones, but not those that were kept elsewhere.
package enum EventSeals {
    /// Events under one seal.
    package static let batch = 1_000

    /// Seals the next events that nothing can be added before any more; gives how many.
    package static func seal(
        _ retention: EventRetention, at now: Instant, _ transaction: Transaction
    ) throws -> Int {
        let workspace = transaction.workspace.description
        _ = try transaction.connection.query(
            "select pg_advisory_xact_lock(hashtextextended(\(workspace), 5))")
        let last = try seals(retention, after: nil, newest: true, limit: 1, transaction.reader)
            .first
        let events = try sealed(
            retention, after: last?.last ?? .start, upTo: nil, limit: batch, transaction.reader)
        guard let end = events.last, let newest = events.map(\.at).max() else { return 0 }
        let digests = events.flatMap(\.digest)
        var row = Seal(
            number: (last?.number ?? 0) + 1, last: end.position, count: events.count,
            newest: newest, digests: digests, digest: SHA256.digest(digests), seal: [],
            removedAt: nil)
        row.seal = row.computed(after: last?.seal ?? [], retention, transaction.workspace)
        _ = try transaction.connection.execute(
            """
            insert into event_seal
                (workspace_id, retention, seal_no, last_turn, last_no, event_count, newest_at,
                 digests, digest, seal, sealed_at)
            values (\(transaction.workspace), \(retention.rawValue), \(row.number),
                \(row.last.turn), \(row.last.number), \(Int32(row.count)), \(row.newest),
                \(row.digests), \(row.digest), \(row.seal), \(now))
            """)
        return row.count
    }

    /// Removes the events of one seal that are all older than they are kept; gives how many.
    package static func remove(
        _ retention: EventRetention, at now: Instant, _ transaction: Transaction
    ) throws -> Int {
        guard let duration = retention.duration else { return 0 }
        return try transaction.connection.query(
            "select event_remove_sealed(\(retention.rawValue), \(now - duration), \(now)) as count"
        ).one().decode("count")
    }

    // MARK: Verifying

    /// Where the log is not what was sealed.
    package struct Flaw: Sendable, Equatable, CustomStringConvertible {
        package enum What: String, Sendable {
            case eventChanged = "an event was changed"
            case eventMissing = "an event is missing"
            case eventAdded = "an event was added"
            case sealChanged = "a seal was changed"
            case sealMissing = "a seal is missing"
            case removedEarly = "events were removed before their time"
        }

        package let what: What
        package let retention: EventRetention
        package let seal: Int64
        /// The event, or the one before which it would be; nil where it is a seal.
        package let place: EventPosition?

        package var description: String {
            "\(what.rawValue): \(retention.rawValue) seal \(seal)"
                + (place.map { ", event \($0.text)" } ?? "")
        }
    }

    /// What was found of one chain.
    package struct Chain: Sendable {
        package let retention: EventRetention
        package var seals = 0
        package var events = 0
        /// Removed when they were old enough.
        package var removed = 0
        package var unsealed = 0
        /// The newest seal, for keeping elsewhere.
        package var newest: [UInt8]?
        package var flaw: Flaw?
    }

    /// Compares the log with its seals, up to the first flaw.
    package static func verify(_ retention: EventRetention, _ reader: Reader) throws -> Chain {
        var chain = Chain(retention: retention)
        var before = Seal.none
        while true {
            let next = try seals(
                retention, after: before.number, newest: false, limit: 50, reader)
            if next.isEmpty { break }
            for seal in next {
                chain.flaw = try flaw(in: seal, after: before, retention, &chain, reader)
                if chain.flaw != nil { return chain }
                chain.seals += 1
                chain.newest = seal.seal
                before = seal
            }
        }
        chain.unsealed = try count(retention, after: before.last, upTo: nil, reader)
        return chain
    }

    private static func flaw(
        in seal: Seal, after before: Seal, _ retention: EventRetention, _ chain: inout Chain,
        _ reader: Reader
    ) throws -> Flaw? {
        func flaw(_ what: Flaw.What, _ place: EventPosition? = nil) -> Flaw {
            Flaw(what: what, retention: retention, seal: seal.number, place: place)
        }
        guard seal.number == before.number + 1 else { return flaw(.sealMissing) }
        guard seal.seal == seal.computed(after: before.seal, retention, reader.workspace) else {
            return flaw(.sealChanged)
        }
        if let removedAt = seal.removedAt {
            guard let duration = retention.duration, seal.newest + duration < removedAt else {
                return flaw(.removedEarly)
            }
            let left = try sealed(
                retention, after: before.last, upTo: seal.last, limit: 1, reader)
            if let first = left.first { return flaw(.eventAdded, first.position) }
            chain.removed += seal.count
            return nil
        }
        guard seal.digest == SHA256.digest(seal.digests),
            seal.digests.count == seal.count * Sealed.digestBytes
        else { return flaw(.sealChanged) }
        let events = try sealed(
            retention, after: before.last, upTo: seal.last, limit: seal.count + 1, reader)
        for (index, event) in events.enumerated() {
            guard index < seal.count else { return flaw(.eventAdded, event.position) }
            let start = index * Sealed.digestBytes
            if event.digest == Array(seal.digests[start..<(start + Sealed.digestBytes)]) {
                continue
            }
            let what: Flaw.What =
                events.count < seal.count
                ? .eventMissing : events.count > seal.count ? .eventAdded : .eventChanged
            return flaw(what, event.position)
        }
        guard events.count == seal.count else { return flaw(.eventMissing, seal.last) }
        chain.events += seal.count
        return nil
    }

    // MARK: Rows

    private struct Seal {
        var number: Int64
        var last: EventPosition
        var count: Int
        var newest: Instant
        var digests: [UInt8]
        var digest: [UInt8]
        var seal: [UInt8]
        var removedAt: Instant?

        static let none = Seal(
            number: 0, last: .start, count: 0, newest: Instant(microseconds: 0), digests: [],
            digest: [], seal: [], removedAt: nil)

        func computed(
            after before: [UInt8], _ retention: EventRetention, _ workspace: WorkspaceID
        ) -> [UInt8] {
            let words =
                "frontdesk seal 1 \(workspace) \(retention.rawValue) \(number) \(last.text)"
                + " \(count) \(newest.microseconds) "
            return SHA256.digest(before + Array(words.utf8) + digest)
        }
    }

    private static func seals(
        _ retention: EventRetention, after number: Int64?, newest: Bool, limit: Int,
        _ reader: Reader
    ) throws -> [Seal] {
        let order: SQL = newest ? "seal_no desc" : "seal_no"
        return try reader.connection.query(
            """
            select * from event_seal
            where workspace_id = \(reader.workspace) and retention = \(retention.rawValue)
                and seal_no > \(number ?? 0)
            order by \(order) limit \(limit)
            """
        ).map { row in
            Seal(
                number: try row.decode("seal_no"),
                last: EventPosition(
                    turn: try row.decode("last_turn"), number: try row.decode("last_no")),
                count: Int(try row.decode("event_count", as: Int32.self)),
                newest: try row.decode("newest_at"), digests: try row.decode("digests"),
                digest: try row.decode("digest"), seal: try row.decode("seal"),
                removedAt: try row.decode("removed_at"))
        }
    }

    private struct Sealed {
        static let digestBytes = 16
        static let columns = [
            "column", "kind", "subject", "actor_kind", "actor_id", "cause_kind", "cause_id",
            "payload",
        ]

        let position: EventPosition
        let at: Instant
        let digest: [UInt8]
    }

    private static func range(
        _ retention: EventRetention, _ after: EventPosition, _ upTo: EventPosition?,
        _ reader: Reader
    ) -> SQL {
        let end: SQL =
            upTo.map { "(turn, event_no) <= (\($0.turn), \($0.number))" }
            ?? "turn < (select event_horizon())"
        return """
            workspace_id = \(reader.workspace) and retention = \(retention.rawValue)
                and (turn, event_no) > (\(after.turn), \(after.number)) and \(end)
            """
    }

    private static func count(
        _ retention: EventRetention, after: EventPosition, upTo: EventPosition?, _ reader: Reader
    ) throws -> Int {
        try reader.connection.query(
            "select count(*) as count from event where \(range(retention, after, upTo, reader))"
        ).one().decode("count")
    }

    private static func sealed(
        _ retention: EventRetention, after: EventPosition, upTo: EventPosition?, limit: Int,
        _ reader: Reader
    ) throws -> [Sealed] {
        try reader.connection.query(
            """
            select turn, event_no, at, "column", kind, subject, actor_kind, actor_id, cause_kind,
                cause_id, payload::text as payload
            from event where \(range(retention, after, upTo, reader))
            order by turn, event_no limit \(limit)
            """
        ).map { row in
            let position = EventPosition(
                turn: try row.decode("turn"), number: try row.decode("event_no"))
            let at: Instant = try row.decode("at")
            // Each part with its length: no two events can be written down alike.
            var text = "\(position.text) \(at.microseconds)"
            for column in Sealed.columns {
                let part: String? = try row.decode(column)
                text += part.map { " \($0.utf8.count):\($0)" } ?? " -"
            }
            return Sealed(
                position: position, at: at,
                digest: Array(SHA256.digest(text).prefix(Sealed.digestBytes)))
        }
    }
}
