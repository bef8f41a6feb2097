package import Base
package import Domain
package import Postgres

/// What must be found before the workspace is known. Each question is a SECURITY DEFINER function
/// about one key that the caller already holds; there is no way to list anything here.
package struct TenantLookup {
    package let connection: PostgresConnection

    package func workspace(ofSlug slug: String) throws -> WorkspaceID? {
        try id("select workspace_of_slug(\(slug)) as id")
    }

    package func workspace(ofSessionToken hash: [UInt8]) throws -> WorkspaceID? {
        try id("select workspace_of_session_token(\(hash)) as id")
    }

    package func workspace(ofRefreshToken hash: [UInt8]) throws -> WorkspaceID? {
        try id("select workspace_of_refresh_token(\(hash)) as id")
    }

    package func workspace(ofPortalSession session: PortalSessionID) throws -> WorkspaceID? {
        try id("select workspace_of_portal_session(\(session)) as id")
    }

    package func workspace(ofPortalToken hash: [UInt8]) throws -> WorkspaceID? {
        try id("select workspace_of_portal_token(\(hash)) as id")
    }

    package struct Credentials: Sendable {
        package let workspace: WorkspaceID
        package let account: AccountID
        package let passwordHash: String
        package let isActive: Bool
    }

    package func credentials(ofEmail email: String) throws -> Credentials? {
        try connection.query("select * from account_of_email(\(email))").oneOrNone().map { row in
            Credentials(
                workspace: try row.decode("workspace_id"), account: try row.decode("account_id"),
                passwordHash: try row.decode("password_hash"),
                isActive: try row.decode("is_active"))
        }
    }

    /// Whether somebody is signed in to the account of this e-mail address from `origin`.
    package func isSignedIn(
        email: String, from origin: [UInt8]?, at now: Instant
    ) throws -> Bool {
        try connection.query(
            "select is_signed_in_from(\(email), \(origin), \(now)) as known"
        ).one().decode("known")
    }

    package func workspaceCount() throws -> Int {
        try connection.query("select workspace_count() as count").one().decode("count")
    }

    /// Every workspace of this installation, for keeping caches warm.
    package func allWorkspaces() throws -> [WorkspaceID] {
        try connection.query("select all_workspace_ids() as id").map { try $0.decode("id") }
    }

    /// Calls `remove` if no document has these bytes; while it runs none can get them.
    ///
    /// Throws `documentsHeld` while somebody copies the bytes of documents.
    package func ifUnused(blob sha256: String, _ remove: () throws -> Void) throws {
        let part = InstallationPart.documents.rawValue
        let isFree: Bool = try connection.query(
            "select pg_try_advisory_xact_lock_shared(\(DatabaseClaim.key), \(part)) as free"
        ).one().decode("free")
        guard isFree else { throw StoreFault.documentsHeld }
        try connection.lockBlob(sha256)
        // A statement of its own, begun under the lock: it sees every upload that came before.
        let used: Bool = try connection.query(
            "select blob_is_used(\(sha256)) as used"
        ).one().decode("used")
        if !used { try remove() }
    }

    private func id(_ sql: SQL) throws -> WorkspaceID? {
        try connection.query(sql).one().decode("id", as: WorkspaceID?.self)
    }
}
