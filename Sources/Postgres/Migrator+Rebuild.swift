package import Base

extension Migrator {
    /// The version of the schema that a dump was made of; touches no database.
    ///
    /// Throws what `run` would: `databaseNewer` for a dump of a newer program, `changed` for another
    /// history.
    package func version(of dump: DumpFile) throws -> Int {
        guard let table = dump.table("schema_migration") else {
            throw DumpFault.unknown("no ledger of migrations")
        }
        var ledger: [(version: Int, sha256: String)] = []
        try dump.forEachRow(of: table, ["version", "sha256"]) { values in
            guard let version = values[0].flatMap({ Int($0) }), let sha256 = values[1] else {
                throw DumpFault.notWhole
            }
            ledger.append((version, sha256))
        }
        return try check(ledger.sorted { $0.version < $1.version })
    }

    /// Replaces everything in the schema `public` by the rows of a dump: all of it, or nothing.
    ///
    /// Our own migrations make the tables as they were for the dump, its rows are loaded, and the
    /// remaining migrations bring both up to date. `check` looks at the outcome before it counts;
    /// what it throws takes everything back.
    package func rebuild(
        from dump: DumpFile, on connection: PostgresConnection, at now: Instant,
        check: (PostgresConnection) throws -> Void
    ) throws {
        let version = try version(of: dump)
        try alone(on: connection) {
            try connection.transaction { connection in
                try Migrator.clear(connection)
                try makeLedger(connection)
                for migration in migrations.prefix(version) {
                    try apply(migration, connection, now)
                }
                try Migrator.load(dump, connection)
                for migration in migrations.dropFirst(version) {
                    try apply(migration, connection, now)
                }
                try check(connection)
            }
        }
    }

    /// Drops what is in the schema and belongs to no extension.
    private static func clear(_ connection: PostgresConnection) throws {
        let statements = try connection.query(
            """
            select format('drop %s if exists %I.%I cascade',
                case c.relkind when 'v' then 'view' when 'm' then 'materialized view'
                    when 'f' then 'foreign table' when 'S' then 'sequence' else 'table' end,
                n.nspname, c.relname) as words
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = 'public' and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
                and not exists (select from pg_depend d where d.objid = c.oid
                    and d.classid = 'pg_class'::regclass and d.deptype in ('e', 'i'))
            union all
            select format('drop routine if exists %s cascade', p.oid::regprocedure)
            from pg_proc p join pg_namespace n on n.oid = p.pronamespace
            where n.nspname = 'public' and not exists (select from pg_depend d
                where d.objid = p.oid and d.classid = 'pg_proc'::regclass and d.deptype = 'e')
            union all
            select format('drop type if exists %I.%I cascade', n.nspname, t.typname)
            from pg_type t join pg_namespace n on n.oid = t.typnamespace
            where n.nspname = 'public' and t.typtype in ('e', 'd')
                and not exists (select from pg_depend d
                    where d.objid = t.oid and d.classid = 'pg_type'::regclass and d.deptype = 'e')
            """
        ).map { try $0.decode("words", as: String.self) }
        for statement in statements { try connection.script(statement) }
    }

    private static func load(_ dump: DumpFile, _ connection: PostgresConnection) throws {
        let columns = try connection.query(
            """
            select c.relname::text as "table", a.attname::text as "column"
            from pg_attribute a join pg_class c on c.oid = a.attrelid
                join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = 'public' and c.relkind = 'r' and a.attnum > 0
                and not a.attisdropped and a.attgenerated = ''
            """
        ).map {
            (try $0.decode("table", as: String.self), try $0.decode("column", as: String.self))
        }
        let known = Dictionary(grouping: columns, by: \.0).mapValues { Set($0.map(\.1)) }
        let tables = dump.tables.filter { $0.name != "schema_migration" }
        for table in tables {
            guard let columns = known[table.name] else { throw DumpFault.unknown(table.name) }
            for column in table.columns where !columns.contains(column) {
                throw DumpFault.unknown("\(table.name).\(column)")
            }
        }
        // What was stored once is stored again, also rows from before a trigger had its say.
        for table in tables {
            try connection.execute(
                "alter table \(SQL(raw: "\"" + table.name + "\"")) disable trigger user")
        }
        for table in try parentsFirst(tables, connection) {
            let found = try connection.copyText(
                into: table.name, columns: table.columns, dump.pieces(of: table))
            guard found == table.rows else {
                throw DumpFault.rowsLost(table: table.name, expected: table.rows, found: found)
            }
        }
        for table in tables {
            try connection.execute(
                "alter table \(SQL(raw: "\"" + table.name + "\"")) enable trigger user")
        }
        for position in dump.positions {
            let isKnown: Bool = try connection.query(
                """
                select exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
                    where n.nspname = 'public' and c.relkind = 'S'
                        and c.relname = \(position.sequence))
                """
            ).one().decode(at: 0)
            guard isKnown else { throw DumpFault.unknown(position.sequence) }
            try connection.execute(
                """
                select setval(format('public.%I', \(position.sequence))::regclass,
                    \(position.value), \(position.isCalled))
                """)
        }
    }

    /// A row is loaded after those that it refers to.
    private static func parentsFirst(
        _ tables: [DumpFile.Table], _ connection: PostgresConnection
    ) throws -> [DumpFile.Table] {
        let references = try connection.query(
            """
            select c.conrelid::regclass::text as child, c.confrelid::regclass::text as parent
            from pg_constraint c join pg_namespace n on n.oid = c.connamespace
            where n.nspname = 'public' and c.contype = 'f' and c.conrelid <> c.confrelid
            """
        ).map {
            (try $0.decode("child", as: String.self), try $0.decode("parent", as: String.self))
        }
        let parents = Dictionary(grouping: references, by: \.0).mapValues { $0.map(\.1) }
        var ordered: [DumpFile.Table] = []
        var done: Set<String> = []
        var rest = tables
        while !rest.isEmpty {
            let names = Set(rest.map(\.name))
            let ready = rest.filter { table in
                (parents[table.name] ?? []).allSatisfy { done.contains($0) || !names.contains($0) }
            }
            // Tables that refer to each other in a circle cannot be loaded row by row; we have none.
            guard !ready.isEmpty else { return ordered + rest }
            ordered += ready
            done.formUnion(ready.map(\.name))
            rest.removeAll { table in ready.contains { $0.name == table.name } }
        }
        return ordered
    }
}
