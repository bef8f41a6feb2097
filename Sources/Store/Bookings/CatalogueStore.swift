import Base
package import Domain
import Postgres

/// Services, people and hours.
package enum CatalogueStore {
    /// The whole catalogue of a workspace; small enough to be read at once.
    package static func find(_ reader: Reader) throws -> Catalogue {
        let workspace = try reader.connection.query(
            """
            select time_zone, currency, hours, closures, policy, hours_version,
                language, region, date_order, clock
            from workspace
            where workspace_id = \(reader.workspace)
            """
        ).one()
        let hours: WeeklyHours? = try reader.decodable(.openingHours, reader.workspace) {
            try workspace.stored("hours", as: StoredWeeklyHours.self)
        }
        let policy: BookingPolicy? = try reader.decodable(.bookingPolicy, reader.workspace) {
            try workspace.stored("policy", as: StoredBookingPolicy.self)
        }
        let zone = try zone(of: workspace, reader)
        // Without one of the three no time can be offered truly, so none is.
        let isWhole = hours != nil && policy != nil && zone != nil
        return Catalogue(
            services: try services(reader), staff: try staff(reader),
            hours: isWhole ? hours ?? WeeklyHours() : WeeklyHours(),
            closures: Set(try workspace.decode("closures", as: [LocalDate].self)),
            policy: policy ?? BookingPolicy(), zone: zone ?? .utc,
            currency: try workspace.decode("currency"),
            locale: try workspace.locale() ?? .unknown,
            hoursVersion: Int(try workspace.decode("hours_version", as: Int32.self)))
    }

    /// Nil for a zone that this machine does not know.
    static func zone(of workspace: PostgresRow, _ reader: Reader) throws -> Zone? {
        let name: String = try workspace.decode("time_zone")
        return try reader.decodable(.timeZone, reader.workspace) {
            guard let zone = Zone(name) else {
                throw DecodingError.dataCorrupted(
                    .init(codingPath: [], debugDescription: "an unknown time zone"))
            }
            return zone
        }
    }

    /// What was taken out of the catalogue, by name.
    package static func retired(_ reader: Reader) throws -> RetiredCatalogue {
        RetiredCatalogue(
            services: try services(reader, active: false).sorted { $0.name < $1.name },
            staff: try staff(reader, active: false).sorted { $0.name < $1.name })
    }

    private static func services(
        _ reader: Reader, active: Bool = true
    ) throws -> [OfferedService] {
        try reader.connection.query(
            """
            select s.*, array(
                select ss.staff_id from service_staff ss
                join staff_member m using (workspace_id, staff_id)
                where ss.workspace_id = s.workspace_id and ss.service_id = s.service_id
                    and m.is_active order by m.position, m.staff_id) as staff
            from service s
            where s.workspace_id = \(reader.workspace) and s.is_active = \(active)
            order by s.position, s.service_id
            """
        ).map { row in
            OfferedService(
                id: try row.decode("service_id"), name: try row.decode("name"),
                aliases: try row.decode("aliases"), description: try row.decode("description"),
                durationMinutes: Int(try row.decode("duration_minutes", as: Int32.self)),
                bufferBeforeMinutes: Int(try row.decode("buffer_before_minutes", as: Int32.self)),
                bufferAfterMinutes: Int(try row.decode("buffer_after_minutes", as: Int32.self)),
                priceMinMinor: try row.decode("price_min_minor"),
                priceMaxMinor: try row.decode("price_max_minor"),
                preparation: try row.decode("preparation"),
                aftercare: try row.decode("aftercare"), staff: try row.decode("staff"),
                version: Int(try row.decode("version", as: Int32.self)))
        }
    }

    private static func staff(_ reader: Reader, active: Bool = true) throws -> [StaffMember] {
        try reader.connection.query(
            """
            select * from staff_member
            where workspace_id = \(reader.workspace) and is_active = \(active)
            order by position, staff_id
            """
        ).map { row in
            let id: StaffMemberID = try row.decode("staff_id")
            // Somebody whose hours cannot be read is never free.
            let hours: WeeklyHours? = try reader.decodable(.staffHours, id) {
                try row.stored("hours", as: StoredWeeklyHours.self)
            }
            return StaffMember(
                id: id, name: try row.decode("name"),
                aliases: try row.decode("aliases"), title: try row.decode("title"),
                credentials: try row.decode("credentials"),
                specialties: try row.decode("specialties"),
                resourceNumber: try row.decode("resource_no"), hours: hours ?? WeeklyHours(),
                version: Int(try row.decode("version", as: Int32.self)))
        }
    }

    /// Adds or replaces a service and who offers it.
    package static func save(
        _ service: OfferedService, position: Int, _ transaction: Transaction
    ) throws {
        _ = try transaction.connection.execute(
            """
            insert into service
                (workspace_id, service_id, position, name, aliases, description, duration_minutes,
                 buffer_before_minutes, buffer_after_minutes, price_min_minor, price_max_minor,
                 preparation, aftercare, is_active)
            values (\(transaction.workspace), \(service.id), \(Int32(position)), \(service.name),
                \(service.aliases), \(service.description), \(Int32(service.durationMinutes)),
                \(Int32(service.bufferBeforeMinutes)), \(Int32(service.bufferAfterMinutes)),
                \(service.priceMinMinor), \(service.priceMaxMinor), \(service.preparation),
                \(service.aftercare), true)
            on conflict (workspace_id, service_id) do update
            set position = excluded.position, name = excluded.name, aliases = excluded.aliases,
                description = excluded.description,
                duration_minutes = excluded.duration_minutes,
                buffer_before_minutes = excluded.buffer_before_minutes,
                buffer_after_minutes = excluded.buffer_after_minutes,
                price_min_minor = excluded.price_min_minor,
                price_max_minor = excluded.price_max_minor,
                preparation = excluded.preparation, aftercare = excluded.aftercare,
                is_active = true, version = service.version + 1
            """)
        // Whoever was taken out of the catalogue cannot be seen while it is edited, and offers it
        // again when they are put back.
        _ = try transaction.connection.execute(
            """
            delete from service_staff s
            where workspace_id = \(transaction.workspace) and service_id = \(service.id)
                and exists (
                    select from staff_member m where m.workspace_id = s.workspace_id
                        and m.staff_id = s.staff_id and m.is_active)
            """)
        _ = try transaction.connection.execute(
            """
            insert into service_staff (workspace_id, service_id, staff_id)
            select distinct \(transaction.workspace), \(service.id), unnest(\(service.staff))
            """)
        try changed(transaction)
    }

    /// Adds or replaces a person; the resource number is given once and stays.
    package static func save(
        _ member: StaffMember, position: Int, _ transaction: Transaction
    ) throws {
        _ = try transaction.connection.execute(
            """
            insert into staff_member
                (workspace_id, staff_id, position, name, aliases, title, credentials, specialties,
                 hours, is_active)
            values (\(transaction.workspace), \(member.id), \(Int32(position)), \(member.name),
                \(member.aliases), \(member.title), \(member.credentials), \(member.specialties),
                \(try SQLJSON(member.hours, as: StoredWeeklyHours.self)), true)
            on conflict (workspace_id, staff_id) do update
            set position = excluded.position, name = excluded.name, aliases = excluded.aliases,
                title = excluded.title, credentials = excluded.credentials,
                specialties = excluded.specialties, hours = excluded.hours, is_active = true,
                version = staff_member.version + 1
            """)
        try changed(transaction)
    }

    /// Takes a service out of the catalogue, or puts it back; appointments that name it stay.
    package static func set(
        service: ServiceID, active: Bool, _ transaction: Transaction
    ) throws {
        let count = try transaction.connection.execute(
            """
            update service set is_active = \(active), version = version + 1
            where workspace_id = \(transaction.workspace) and service_id = \(service)
            """)
        guard count == 1 else { throw BookingRefusal.unknownService }
        try changed(transaction)
    }

    /// Takes a person out of the catalogue, or puts them back; their appointments stay.
    package static func set(
        staff: StaffMemberID, active: Bool, _ transaction: Transaction
    ) throws {
        let count = try transaction.connection.execute(
            """
            update staff_member set is_active = \(active), version = version + 1
            where workspace_id = \(transaction.workspace) and staff_id = \(staff)
            """)
        guard count == 1 else { throw BookingRefusal.unknownStaff }
        try changed(transaction)
    }

    /// Services and people that are not in the catalogue any more.
    package struct RetiredCatalogue: Sendable {
        package let services: [OfferedService]
        package let staff: [StaffMember]
    }

    private static func changed(_ transaction: Transaction) throws {
        _ = try transaction.connection.execute(
            """
            update workspace set catalogue_version = catalogue_version + 1
            where workspace_id = \(transaction.workspace)
            """)
    }
}
