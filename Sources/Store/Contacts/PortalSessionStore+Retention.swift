package import Base
import Postgres

extension PortalSessionStore {
    /// Removes sign-ins that were made and have ended before `limit`, a bounded number; gives how
    /// many. One whose token still holds stays, however old it is.
    package static func removeEnded(
        before limit: Instant, atMost count: Int, _ transaction: Transaction
    ) throws -> Int {
        try transaction.connection.execute(
            """
            delete from portal_session where workspace_id = \(transaction.workspace)
                and session_id in (
                    select session_id from portal_session
                    where workspace_id = \(transaction.workspace) and created_at < \(limit)
                        and (token_expires_at is null or token_expires_at < \(limit))
                    order by created_at limit \(count))
            """)
    }
}
