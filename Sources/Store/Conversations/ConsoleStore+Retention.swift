package import Base
import Postgres

extension ConsoleStore {
    /// Removes texts from before `limit`, a bounded number; gives how many.
    package static func remove(
        before limit: Instant, atMost count: Int, _ transaction: Transaction
    ) throws -> Int {
        try transaction.connection.execute(
            """
            delete from console_message where workspace_id = \(transaction.workspace)
                and message_id in (
                    select message_id from console_message
                    where workspace_id = \(transaction.workspace) and created_at < \(limit)
                    order by created_at limit \(count))
            """)
    }
}
