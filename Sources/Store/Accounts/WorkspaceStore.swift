package import Base
package import Domain
import Postgres

/// The business itself: names, zone, hours and policy.
package enum WorkspaceStore {
    /// Throws `AccountRefusal.slugTaken` when another workspace has this address.
    package static func insert(
        _ workspace: Workspace, hours: WeeklyHours, closures: Set<LocalDate>,
        policy: BookingPolicy, at now: Instant, _ transaction: Transaction
    ) throws {
        do {
            _ = try transaction.connection.transaction { connection in
                try connection.execute(
                    """
                    insert into workspace
                        (workspace_id, slug, name, vertical, phone, address, time_zone, currency,
                         assistant_name, greeting, hours, closures, policy, catalogue_version,
                         created_at, language, region, date_order, clock)
                    values (\(workspace.id), \(workspace.slug), \(workspace.name),
                        \(workspace.vertical), \(workspace.phone), \(workspace.address),
                        \(workspace.zone.description), \(workspace.currency),
                        \(workspace.assistantName), \(workspace.greeting), 
                        \(try SQLJSON(hours, as: StoredWeeklyHours.self)), \(closures.sorted()),
                        \(try SQLJSON(policy, as: StoredBookingPolicy.self)), 1, \(now),
                        \(workspace.locale.language), \(workspace.locale.region),
                        \(workspace.locale.dateOrder), \(workspace.locale.clock))
                    """)
            }
        } catch let error as PostgresError where error.violates("workspace_slug_key") {
            throw AccountRefusal.slugTaken
        }
    }

    /// Waits until nobody else opens a workspace, and gives how many there are.
    package static func queueToOpen(_ transaction: Transaction) throws -> Int {
        _ = try transaction.connection.query(
            "select pg_advisory_xact_lock(hashtextextended('open a workspace', 3))")
        return try TenantLookup(connection: transaction.connection).workspaceCount()
    }

    package static func find(_ reader: Reader) throws -> Workspace? {
        try reader.connection.query(
            "select * from workspace where workspace_id = \(reader.workspace)"
        ).oneOrNone().map { try workspace($0, reader) }
    }

    private static func workspace(_ row: PostgresRow, _ reader: Reader) throws -> Workspace {
        Workspace(
            id: try row.decode("workspace_id"), slug: try row.decode("slug"),
            name: try row.decode("name"), vertical: try row.decode("vertical"),
            phone: try row.decode("phone"), address: try row.decode("address"),
            zone: try CatalogueStore.zone(of: row, reader) ?? .utc,
            currency: try row.decode("currency"), locale: try row.locale() ?? .unknown,
            assistantName: try row.decode("assistant_name"), greeting: try row.decode("greeting"),
            version: Int(try row.decode("profile_version", as: Int32.self)))
    }

    /// Keeps others from editing the profile, the hours and the catalogue until this work is done, so
    /// that what is read next is what is changed. Bookings, which only refer to the row, go on.
    package static func lockForEditing(_ transaction: Transaction) throws {
        _ = try transaction.connection.query(
            """
            select 1 from workspace where workspace_id = \(transaction.workspace)
            for no key update
            """)
    }

    package static func updateProfile(_ workspace: Workspace, _ transaction: Transaction) throws {
        _ = try transaction.connection.execute(
            """
            update workspace
            set name = \(workspace.name), phone = \(workspace.phone),
                address = \(workspace.address), time_zone = \(workspace.zone.description),
                assistant_name = \(workspace.assistantName), greeting = \(workspace.greeting),
                language = \(workspace.locale.language), region = \(workspace.locale.region),
                date_order = \(workspace.locale.dateOrder), clock = \(workspace.locale.clock),
                profile_version = profile_version + 1, catalogue_version = catalogue_version + 1
            where workspace_id = \(transaction.workspace)
            """)
    }

    package static func updateHours(
        _ hours: WeeklyHours, closures: Set<LocalDate>, policy: BookingPolicy,
        _ transaction: Transaction
    ) throws {
        _ = try transaction.connection.execute(
            """
            update workspace
            set hours = \(try SQLJSON(hours, as: StoredWeeklyHours.self)),
                closures = \(closures.sorted()),
                policy = \(try SQLJSON(policy, as: StoredBookingPolicy.self)),
                hours_version = hours_version + 1,
                catalogue_version = catalogue_version + 1
            where workspace_id = \(transaction.workspace)
            """)
    }
}
