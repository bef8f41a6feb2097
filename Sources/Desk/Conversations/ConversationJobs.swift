import Base
import Domain
import Jobs
import Store

/// Work that conversations put off: handing messages to services.
struct ConversationJobs: Sendable {
    let world: World
    let database: Database
    let channels: ChannelRegistry
    let delivery: MessageDelivery

    /// Hands a message to the service of its channel. What is sent stands in the delivery's row.
    static let deliver = JobKind<DeliverJob>(
        "deliver", title: "Deliver a message", lane: sending, version: 1, attempts: 500,
        backoff: Backoff(longest: .minutes(2)))

    private static let sending = Lane("send", concurrency: 4)

    /// A text to a phone as releases before there were deliveries stored it. None is made any more;
    /// one that still waits becomes a delivery.
    static let sendText = JobKind<SendTextJob>(
        "send_text", title: "Send a text", lane: sending, version: 2, attempts: 500,
        backoff: Backoff(longest: .minutes(2)), keyLifetime: .days(30), serial: { $0.to },
        earlier: { _, stored in
            let first: FirstPayload<FirstValue<SendTextJob>> = try stored.value()
            return first.content.value
        })

    var handlers: [JobHandler] {
        [
            Self.deliver.handler { payload, job, lease in
                try await delivery.attempt(
                    payload.delivery, in: WorkspaceID(job.workspace),
                    isLast: job.attempts >= Self.deliver.attempts
                ) { try lease.finish($0) }
            },
            Self.sendText.handler { try await sendText($0, $1, $2) },
        ]
    }

    private func sendText(_ text: SendTextJob, _ job: Job, _ lease: Lease) async throws {
        guard let phone = PhoneNumber(text.to), let channel = channels.reaching(.phone) else {
            throw PermanentFailure(reason: "its number or its channel is not known any more")
        }
        // The job's own id, so that what is done twice is written once.
        let message = OutboundMessage(
            id: DeliveryID(job.id.uuid), channel: channel.name, to: Address(phone),
            text: text.text)
        let now = world.now()
        let delivery = delivery
        try await database.write(
            WorkspaceID(job.workspace), by: .machine("delivery")
        ) { transaction in
            try delivery.deliver(message, at: now, transaction)
            try lease.finish(transaction)
        }
    }
}

/// What is stored for a delivery.
struct DeliverJob: Codable, Sendable {
    let delivery: DeliveryID
}

/// What was stored for a text.
struct SendTextJob: Codable, Sendable {
    let to: String
    let channel: String
    let text: String
    let idempotencyKey: String
}
