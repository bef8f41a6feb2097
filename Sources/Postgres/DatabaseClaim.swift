package import Base

/// A claim on parts of a whole database, so that two programs do not work on it at once unaware of
/// each other.
///
/// A part is an advisory lock of a session that serves nothing else: it is given back with the
/// process, however that ends, and no clock is asked. When the session breaks, `keep` takes the
/// parts again or says who was faster.
package final class DatabaseClaim: Sendable {
    package struct Part: Sendable, Equatable {
        package let number: Int32
        /// Alone, or together with others who share it.
        package let isExclusive: Bool

        package init(_ number: Int32, isExclusive: Bool) {
            self.number = number
            self.isExclusive = isExclusive
        }
    }

    /// Who has what we want, in the words by which that program introduced itself.
    package struct Holder: Error, Sendable, Equatable {
        package let words: String
        /// Where its session comes from; nil for one on the same machine by a socket.
        package let address: String?
    }

    /// The first of the two numbers of every lock of this kind.
    package static let key: Int32 = 0x4672_6F6E
    private static let pause = Duration.milliseconds(100)
    /// What the server cuts such words to.
    private static let wordsBytes = 63

    private let pool: PostgresPool
    private let parts: [Part]

    /// - Parameter words: how other programs will name this one.
    package init(_ options: PostgresOptions, as words: String, parts: [Part]) {
        var options = options
        options.applicationName = String(
            decoding: words.utf8.prefix(DatabaseClaim.wordsBytes), as: UTF8.self)
        self.parts = parts
        pool = PostgresPool(options, limits: .init(connections: 1))
    }

    /// Takes all parts or none; nil when it has them, otherwise who has one of them.
    ///
    /// The session of a program that was killed may live for a moment longer, hence the patience.
    package func take(within patience: Duration = .seconds(3)) async throws -> Holder? {
        let end = ContinuousClock.now + patience
        while true {
            guard let holder = try await ensure() else { return nil }
            guard ContinuousClock.now < end else { return holder }
            try await Task.sleep(for: DatabaseClaim.pause)
        }
    }

    /// Who holds a part now, apart from us.
    package func holder(of part: Int32) async throws -> Holder? {
        try await pool.run { try DatabaseClaim.holder(of: part, $0) }
    }

    /// Keeps the claim until the task is cancelled; throws a `Holder` when it is somebody else's.
    ///
    /// A database that is away is no loss: nobody else reaches it either.
    package func keep(looking interval: Duration, _ world: World) async throws {
        while true {
            do {
                if let holder = try await ensure() { throw holder }
            } catch is PostgresError {
                // Asked again after the pause.
            }
            // Only cancellation throws here.
            try await world.sleep(interval)
        }
    }

    package func release() async { await pool.close() }

    private func ensure() async throws -> Holder? {
        let parts = parts
        return try await pool.run { connection in
            for part in parts {
                guard try !DatabaseClaim.has(part, connection) else { continue }
                let taken: Bool = try connection.query(
                    part.isExclusive
                        ? "select pg_try_advisory_lock(\(DatabaseClaim.key), \(part.number))"
                        : "select pg_try_advisory_lock_shared(\(DatabaseClaim.key), \(part.number))"
                ).one().decode(at: 0)
                if taken { continue }
                let holder = try DatabaseClaim.holder(of: part.number, connection)
                try connection.execute("select pg_advisory_unlock_all()")
                return holder ?? Holder(words: "another program", address: nil)
            }
            return nil
        }
    }

    private static func has(_ part: Part, _ connection: PostgresConnection) throws -> Bool {
        let mode = part.isExclusive ? "ExclusiveLock" : "ShareLock"
        return try connection.query(
            """
            select exists (select from pg_locks
                where locktype = 'advisory' and pid = pg_backend_pid() and granted
                    and classid::bigint = \(Int64(key)) and objid::bigint = \(Int64(part.number))
                    and objsubid = 2 and mode = \(mode))
            """
        ).one().decode(at: 0)
    }

    private static func holder(
        of part: Int32, _ connection: PostgresConnection
    ) throws -> Holder? {
        try connection.query(
            """
            select coalesce(nullif(a.application_name, ''), 'another program') as words,
                host(a.client_addr) as address
            from pg_locks l left join pg_stat_activity a on a.pid = l.pid
            where l.locktype = 'advisory' and l.granted and l.pid <> pg_backend_pid()
                and l.database = (select oid from pg_database where datname = current_database())
                and l.classid::bigint = \(Int64(key)) and l.objid::bigint = \(Int64(part))
                and l.objsubid = 2
            limit 1
            """
        ).oneOrNone().map { row in
            Holder(words: try row.decode("words"), address: try row.decode("address"))
        }
    }
}
