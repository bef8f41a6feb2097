package import Postgres

/// Facts about the whole installation, on a session of the tables' owner.
package enum InstallationStore {
    package enum Fact: String, Sendable {
        /// The id of the data folder that belongs to this database.
        case folder
        /// Where that folder is, for people.
        case folderPath = "folder_path"
        /// The id of the last restore, which tells an interrupted one from one that was not stored.
        case restore
    }

    /// Nil where it was never written, or where the schema is older than the table.
    package static func value(
        of fact: Fact, _ connection: PostgresConnection
    ) throws -> String? {
        let exists: Bool = try connection.query(
            "select to_regclass('public.installation') is not null"
        ).one().decode(at: 0)
        guard exists else { return nil }
        return try connection.query(
            "select value from installation where fact = \(fact.rawValue)"
        ).oneOrNone()?.decode("value")
    }

    package static func set(
        _ fact: Fact, _ value: String, _ connection: PostgresConnection
    ) throws {
        try connection.execute(
            """
            insert into installation (fact, value) values (\(fact.rawValue), \(value))
            on conflict (fact) do update set value = excluded.value
            """)
    }

    /// Keeps what is there; gives what is there afterwards.
    package static func settle(
        _ fact: Fact, _ value: String, _ connection: PostgresConnection
    ) throws -> String {
        try connection.execute(
            """
            insert into installation (fact, value) values (\(fact.rawValue), \(value))
            on conflict (fact) do nothing
            """)
        return try connection.query(
            "select value from installation where fact = \(fact.rawValue)"
        ).one().decode("value")
    }

    /// The hash of every document that can be read, over all workspaces, and whether it is one.
    ///
    /// For comparing the tables with the files; only the owner of the tables sees all of them.
    package static func documentHashes(
        _ connection: PostgresConnection, _ body: (String) throws -> Void
    ) throws {
        let rows = try connection.query(
            "select distinct sha256 from document where status <> 'deleted' order by sha256")
        for row in rows { try body(try row.decode("sha256")) }
    }
}

/// What of an installation one process can claim, for itself or with others.
package enum InstallationPart: Int32, Sendable, CaseIterable {
    /// Doing what was put off, and knowing what is in memory: one process at a time.
    case work = 1
    /// The tables as they are: shared by all who use them, alone for whoever replaces them.
    case schema = 2
    /// That no bytes of a document are removed: for as long as they are being copied.
    case documents = 3
}
