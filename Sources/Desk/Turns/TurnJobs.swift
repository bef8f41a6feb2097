import Base
import Domain
import Jobs
import Store

/// Work that turns put off: answering a customer.
struct TurnJobs: Sendable {
    let world: World
    let logger: Logger
    let turns: TurnDesk

    /// Answers what the customer of a conversation wrote last.
    ///
    /// A model may be away for hours: a turn is tried for as long as its conversation waits.
    static let turn = JobKind<TurnJob>(
        "turn", title: "Draft a reply to a customer", lane: Lane("turn", concurrency: 4),
        version: 2, attempts: 500,
        backoff: Backoff(longest: .seconds(30)), serial: { $0.conversation.description },
        earlier: { _, stored in
            let first: FirstPayload<FirstValue<ConversationID>> = try stored.value()
            return TurnJob(conversation: first.content.value)
        })

    var handlers: [JobHandler] {
        [
            Self.turn.handler(unreadable: callPerson) {
                try await turn($0.conversation, $1, $2)
            },
            BookingJobs.tellCustomer.handler { payload, job, lease in
                try await turns.tellCustomer(
                    of: payload.booking, in: WorkspaceID(job.workspace)
                ) { try lease.finish($0) }
            },
        ]
    }

    /// How often a turn is begun that fails in a way that time alone does not mend.
    static let lastingAttempts = 5
    /// After so many attempts, some minutes, a person is called to a turn that is still tried.
    static let callingAttempts = 15

    /// A turn that meets what time alone will not mend is tried a few times (somebody may be
    /// mending it) and then parked, which shows on `/health`, while the conversation waits for a
    /// person. The customer's next message and the next start make another attempt.
    private func turn(_ conversation: ConversationID, _ job: Job, _ lease: Lease) async throws {
        let workspace = WorkspaceID(job.workspace)
        do {
            try await turns.answer(conversation, in: workspace) { try lease.finish($0) }
        } catch {
            if error is LeaseLost || error is CancellationError { throw error }
            guard TurnJobs.isLasting(error) else {
                // It is tried on; meanwhile the customer waits for longer than anybody should.
                if job.attempts == TurnJobs.callingAttempts {
                    try await turns.giveUp(conversation, in: workspace)
                }
                throw error
            }
            if job.attempts < TurnJobs.lastingAttempts { throw TurnDeferred(cause: error) }
            logger.error(
                "a turn was given up", ["cause": .text(String(describing: type(of: error)))])
            try await turns.giveUp(conversation, in: workspace)
            throw error
        }
    }

    /// Nobody will answer a turn that cannot be read, but its conversation is known by its serial key.
    private func callPerson(for job: Job) async throws {
        guard let conversation = job.serialKey.flatMap(ConversationID.init) else { return }
        try await turns.giveUp(conversation, in: WorkspaceID(job.workspace))
    }

    private static func isLasting(_ error: any Error) -> Bool {
        switch error {
        case let fault as any Fault: !fault.retryable
        default: error is DecodingError || error is any Refusal
        }
    }
}

/// A turn met an error that will not go away by itself; somebody is expected to mend it.
struct TurnDeferred: Fault {
    let cause: any Error

    var retryable: Bool { true }
}

/// What is stored for a turn.
struct TurnJob: Codable, Sendable {
    let conversation: ConversationID
}
