package import Base
import Postgres

extension DraftStore {
    /// Removes drafts that were superseded before `limit` and that nobody decided about, a bounded
    /// number; gives how many.
    ///
    /// One that was approved, or became a message, is evidence of what was promised and stays.
    package static func removeSuperseded(
        before limit: Instant, atMost count: Int, _ transaction: Transaction
    ) throws -> Int {
        try transaction.connection.execute(
            """
            delete from draft where workspace_id = \(transaction.workspace)
                and draft_id in (
                    select draft_id from draft d
                    where d.workspace_id = \(transaction.workspace) and d.status = 'superseded'
                        and d.updated_at < \(limit) and d.decided_by is null
                        and d.not_sent is null
                        and not exists (
                            select from message m where m.workspace_id = d.workspace_id
                                and m.conversation_id = d.conversation_id
                                and m.draft_id = d.draft_id)
                    order by d.updated_at limit \(count))
            """)
    }
}
