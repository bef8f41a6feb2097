import Base
import Domain
import Postgres
import TestKit
import Testing

@testable import Store

/// Two workspaces with a row in every table, and one session as the role of the pool.
private struct TwoWorkspaces {
    let owner: PostgresConnection
    let pool: PostgresConnection
    let poolOptions: PostgresOptions

    init() async throws {
        let options = try await TestDatabase.migrated()
        owner = try PostgresConnection(options.owner)
        pool = try PostgresConnection(options.pool)
        poolOptions = options.pool
        for number in 1...2 {
            try enter(number)
            for seed in WorkspaceSeeds.inOrder {
                try pool.script(WorkspaceSeeds.sql(seed.sql, number: number))
            }
        }
    }

    /// Sets the workspace of the session; nil for none, as a fresh or a returned connection has.
    func enter(_ number: Int?) throws {
        let workspace = number.map(WorkspaceSeeds.workspace) ?? ""
        _ = try pool.query("select set_config('app.workspace_id', \(workspace), false)")
    }

    func tables() throws -> [String] {
        try owner.query(
            """
            select relname::text from pg_class
            where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by 1
            """
        ).map { try $0.decode(at: 0) }
    }

    /// Everything that a workspace has in a table, as the owner sees it.
    func content(of table: String, _ number: Int) throws -> [String] {
        try owner.query(
            """
            select t::text from \(raw: table) t
            where workspace_id = \(WorkspaceSeeds.workspace(number))::uuid order by 1
            """
        ).map { try $0.decode(at: 0) }
    }

    func count(_ sql: SQL) throws -> Int { try pool.query(sql).one().decode(at: 0) }
}

@Suite("Workspaces are walled off by row-level security", .timeLimit(.minutes(10)))
struct IsolationTests {
    /// Tables that belong to no workspace, and why.
    private let exceptions = [
        "schema_migration": "the ledger of migrations, of which the pool's role sees nothing",
        "event_cursor": "places of subscribers in the log, reached through functions alone",
        "installation": "facts about the whole installation, of which the pool's role sees nothing",
    ]

    @Test("Every table has a workspace, row-level security with both checks, and a seed here")
    func everyTable() async throws {
        let two = try await TwoWorkspaces()
        let seeded = Set(WorkspaceSeeds.inOrder.map(\.table))
        for table in try two.tables() {
            let facts = try two.owner.query(
                """
                select c.relrowsecurity as secured, exists (
                        select from pg_attribute a where a.attrelid = c.oid
                            and a.attname = 'workspace_id' and a.attnotnull) as owned,
                    (select count(*) from pg_policy p where p.polrelid = c.oid
                        and p.polcmd = '*' and p.polqual is not null
                        and p.polwithcheck is not null) as policies,
                    (select count(*) from pg_policy p where p.polrelid = c.oid) as all_policies
                from pg_class c where c.oid = \(table)::text::regclass
                """
            ).one()
            if exceptions[table] != nil {
                let granted: Bool = try two.owner.query(
                    """
                    select has_table_privilege('frontdesk_app', \(table)::text,
                        'select, insert, update, delete')
                    """
                ).one().decode(at: 0)
                #expect(!granted, "\(table) is open to the pool")
                continue
            }
            #expect(seeded.contains(table), "\(table) has no seed in WorkspaceSeeds")
            #expect(try facts.decode("secured"), "\(table)")
            #expect(try facts.decode("owned"), "\(table)")
            #expect(try facts.decode("policies", as: Int.self) == 1, "\(table)")
            #expect(try facts.decode("all_policies", as: Int.self) == 1, "\(table)")
        }
        #expect(seeded.isSubset(of: Set(try two.tables())))
    }

    @Test("Nothing of another workspace can be seen, changed, deleted or added")
    func twoWorkspaces() async throws {
        let two = try await TwoWorkspaces()
        let other = WorkspaceSeeds.workspace(1)
        try two.enter(2)
        for (table, seed) in WorkspaceSeeds.inOrder {
            let before = try two.content(of: table, 1)
            #expect(before.count == 1, "\(table)")
            let seen = try two.count("select count(*) from \(raw: table)")
            #expect(seen == 1, "\(table)")
            let reached = try two.count(
                "select count(*) from \(raw: table) where workspace_id = \(other)::uuid")
            #expect(reached == 0, "\(table)")
            touch(two, "update \(raw: table) set workspace_id = workspace_id", other)
            touch(two, "delete from \(raw: table)", other)
            refuses(two, "update \(raw: table) set workspace_id = '\(raw: other)'")
            refuses(two, SQL(raw: WorkspaceSeeds.sql(seed, number: 3, owner: 1)))
            #expect(try two.content(of: table, 1) == before, "\(table)")
        }
    }

    @Test("Without a workspace nothing is visible and nothing can be added")
    func noWorkspace() async throws {
        let two = try await TwoWorkspaces()
        let fresh = try PostgresConnection(two.poolOptions)
        for (table, _) in WorkspaceSeeds.inOrder {
            let seen: Int = try fresh.query("select count(*) from \(raw: table)").one()
                .decode(at: 0)
            #expect(seen == 0, "\(table)")
        }
        try two.enter(nil)
        for (table, seed) in WorkspaceSeeds.inOrder {
            #expect(try two.count("select count(*) from \(raw: table)") == 0, "\(table)")
            refuses(two, SQL(raw: WorkspaceSeeds.sql(seed, number: 3)))
        }
    }

    @Test("The role of the pool owns nothing and cannot step around the wall")
    func role() async throws {
        let two = try await TwoWorkspaces()
        let unsafe = try two.pool.query(
            """
            select current_user::text as name, r.rolsuper or r.rolbypassrls or r.rolcreaterole
                or r.rolcreatedb or r.rolreplication as mighty,
                exists (select from pg_class where relowner = r.oid) as owns,
                exists (select from pg_auth_members where member = r.oid) as belongs,
                has_schema_privilege('public', 'create') as creates
            from pg_roles r where rolname = current_user
            """
        ).one()
        #expect(try unsafe.decode("name") == "frontdesk_app")
        for column in ["mighty", "owns", "belongs", "creates"] {
            #expect(try unsafe.decode(column) == false, "\(column)")
        }
        let pool = PostgresPool(two.poolOptions, limits: .init(connections: 1))
        try await Database(pool: pool).refuseUnsafeRole()
        let owners = try await TestDatabase.migrated().owner
        let ownersPool = PostgresPool(owners, limits: .init(connections: 1))
        await #expect(throws: StoreFault.roleBypassesRowSecurity) {
            try await Database(pool: ownersPool).refuseUnsafeRole()
        }
        await pool.close()
        await ownersPool.close()
    }

    /// Runs a change of another's rows, which must find none or not be allowed at all.
    private func touch(_ two: TwoWorkspaces, _ sql: SQL, _ other: String) {
        do {
            let count = try two.pool.execute("\(sql) where workspace_id = \(other)::uuid")
            #expect(count == 0, "\(sql.text)")
        } catch {
            #expect((error as? PostgresError)?.state == .insufficientPrivilege, "\(sql.text)")
        }
    }

    private func refuses(_ two: TwoWorkspaces, _ sql: SQL) {
        let error = #expect(throws: PostgresError.self, "\(sql.text)") {
            try two.pool.execute(sql)
        }
        #expect(error?.state == .insufficientPrivilege, "\(sql.text)")
    }
}

@Suite("Functions that look past the wall", .timeLimit(.minutes(10)))
struct DefinerFunctionTests {
    /// Each answers about one key that the caller already holds, or serves the worker.
    private let known: Set<String> = [
        "workspace_of_slug", "account_of_email", "workspace_of_session_token",
        "workspace_of_refresh_token", "workspace_of_portal_session", "workspace_of_portal_token",
        "is_signed_in_from", "workspace_count", "all_workspace_ids", "passages_matching",
        "blob_is_used", "outbox_claim", "outbox_extend", "outbox_finish", "outbox_release",
        "outbox_depth", "outbox_prune", "outbox_missing_workers", "outbox_end_leases",
        "outbox_expire", "outbox_retry_parked", "master_keys_in_use",
        "workspaces_not_under_master_key",
        "event_turn", "event_horizon", "event_follow", "event_is_behind", "event_last",
        "event_cursor_take", "event_cursor_move", "event_remove_sealed",
    ]

    @Test("They are these, with a fixed search path, and for the pool's role alone")
    func list() async throws {
        let owner = try PostgresConnection(try await TestDatabase.migrated().owner)
        let rows = try owner.query(
            """
            select proname::text as name, coalesce(proconfig::text, '') as settings,
                has_function_privilege('frontdesk_app', oid, 'execute') as ours,
                exists (select from aclexplode(coalesce(proacl, acldefault('f', proowner))) a
                    where a.grantee = 0) as everybodys
            from pg_proc where prosecdef and pronamespace = 'public'::regnamespace
            """)
        let names = try rows.map { try $0.decode("name", as: String.self) }
        #expect(Set(names) == known)
        for row in rows {
            let name: String = try row.decode("name")
            #expect(try row.decode("settings") == "{\"search_path=public, pg_temp\"}", "\(name)")
            #expect(try row.decode("ours"), "\(name)")
            #expect(try row.decode("everybodys") == false, "\(name)")
        }
    }

    @Test("Full text finds the passages of the own workspace only")
    func words() async throws {
        let two = try await TwoWorkspaces()
        for number in 1...2 {
            try two.enter(number)
            let found = try two.pool.query(
                "select passage_id::text from passages_matching('a balayage', 10)"
            ).map { try $0.decode(at: 0, as: String.self) }
            #expect(found == [WorkspaceSeeds.id(number, "a000")])
        }
        try two.enter(nil)
        #expect(try two.pool.query("select * from passages_matching('balayage', 10)").isEmpty)
    }

    @Test("A temporary table cannot stand in for ours")
    func shadowing() async throws {
        let two = try await TwoWorkspaces()
        try two.pool.script(
            """
            create temporary table account (email text, workspace_id uuid, account_id uuid,
                password_hash text, is_active boolean);
            insert into account values ('me@x.example', null, null, 'mine', true)
            """)
        #expect(try two.pool.query("select * from account_of_email('me@x.example')").isEmpty)
        #expect(try two.pool.query("select * from account_of_email('1@x.example')").count == 1)
    }

    @Test("Unknown keys give nothing")
    func unknown() async throws {
        let two = try await TwoWorkspaces()
        let pool = PostgresPool(two.poolOptions, limits: .init(connections: 1))
        try await Database(pool: pool).beforeTenant { (directory) throws -> Void in
            #expect(try directory.workspace(ofSlug: "nowhere") == nil)
            #expect(try directory.workspace(ofSessionToken: [1]) == nil)
            #expect(try directory.workspace(ofRefreshToken: [1]) == nil)
            #expect(try directory.workspace(ofPortalToken: [1]) == nil)
            #expect(try directory.credentials(ofEmail: "nobody@x.example") == nil)
            #expect(
                try !directory.isSignedIn(
                    email: "1@x.example", from: [1], at: DeskFixture.start))
            var isUnused = false
            try directory.ifUnused(blob: "unknown") { isUnused = true }
            #expect(isUnused)
            #expect(try directory.allWorkspaces().count == 2)
            #expect(try directory.workspaceCount() == 2)
        }
        await pool.close()
    }
}
