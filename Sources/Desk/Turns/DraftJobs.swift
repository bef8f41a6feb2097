import Base
import Domain
import Jobs
import Store

/// Work that decisions about drafts put off: sending a reply once its approval cannot be undone.
struct DraftJobs: Sendable {
    let logger: Logger
    let approvals: ApprovalDesk

    /// Sends a reply that was approved at this version and can be undone until then.
    ///
    /// Each waits for its own time and holds nothing back; the conversation's row keeps order.
    static let sendReply = JobKind<SendReplyJob>(
        "send_reply", title: "Send an approved reply",
        lane: Lane("reply", concurrency: 2, lease: .seconds(30)), version: 2,
        attempts: 500, backoff: Backoff(longest: .seconds(30)),
        earlier: { _, stored in
            let first: FirstPayload<FirstReply> = try stored.value()
            return SendReplyJob(draft: first.content.draft, version: first.content.version)
        })

    var handlers: [JobHandler] {
        [Self.sendReply.handler { try await send($0, $1, $2) }]
    }

    /// A reply that cannot be sent does not stay approved for ever: a new draft says so.
    private func send(_ payload: SendReplyJob, _ job: Job, _ lease: Lease) async throws {
        let workspace = WorkspaceID(job.workspace)
        do {
            try await approvals.send(payload.draft, version: payload.version, in: workspace) {
                try lease.finish($0)
            }
        } catch {
            if error is LeaseLost || error is CancellationError { throw error }
            let retryable = (error as? any Fault)?.retryable ?? false
            if retryable, job.attempts < DraftJobs.sendReply.attempts { throw error }
            logger.warning("an approved reply was given up", ["cause": .failure(error)])
            try await approvals.giveUp(payload.draft, version: payload.version, in: workspace) {
                try lease.finish($0)
            }
        }
    }

    private struct FirstReply: Decodable {
        let draft: DraftID
        let version: Int

        private enum CodingKeys: String, CodingKey {
            case draft = "_0"
            case version
        }
    }
}

/// What is stored for a reply that waits for its time.
struct SendReplyJob: Codable, Sendable {
    let draft: DraftID
    let version: Int

    /// Names the job, so that it can be withdrawn when the approval is undone.
    var key: String { "reply-\(draft)-\(version)" }
}
