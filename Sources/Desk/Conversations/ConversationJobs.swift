import Base
import Domain
import Jobs
import Store

/// Work that conversations put off: texts to phones.
struct ConversationJobs: Sendable {
    let texts: TextSender

    /// Delivers a text outside the portal, once for its key, whatever is tried again.
    static let sendText = JobKind<SendTextJob>(
        "send_text", lane: Lane("send", concurrency: 4), version: 2, attempts: 500,
        backoff: Backoff(longest: .minutes(2)), keyLifetime: .days(30), serial: { $0.to },
        earlier: { _, stored in
            let first: FirstPayload<FirstValue<SendTextJob>> = try stored.value()
            return first.content.value
        })

    var handlers: [JobHandler] {
        [
            Self.sendText.handler { payload, job, _ in
                try await texts.send(try payload.outgoingText(), for: WorkspaceID(job.workspace))
            }
        ]
    }
}

/// What is stored for a text. Plain words and not `OutgoingText`, so that a change of that type changes
/// nothing that waits.
struct SendTextJob: Codable, Sendable {
    let to: String
    let channel: String
    let text: String
    let idempotencyKey: String

    init(_ text: OutgoingText) {
        to = text.to.e164
        channel = text.channel.rawValue
        self.text = text.text
        idempotencyKey = text.idempotencyKey
    }

    func outgoingText() throws -> OutgoingText {
        guard let phone = PhoneNumber(to), let channel = Channel(rawValue: channel) else {
            throw PermanentFailure(reason: "its number or its channel is not known any more")
        }
        return OutgoingText(
            to: phone, channel: channel, text: text, idempotencyKey: idempotencyKey)
    }
}
