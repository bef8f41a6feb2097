import Base
package import Desk
package import Domain

/// A channel to phones whose service notes what it is handed, and answers as it is told.
package final class RecordingChannel: Sendable {
    package static let name = Channel(named: "texts")

    private let state = Lock<(sent: [OutboundMessage], answers: [Answer])>(([], []))

    /// What the service does with one message.
    package enum Answer: Sendable {
        case refuse(DeliveryFailure)
        /// It was surely not taken.
        case away
        /// It was taken, and the answer is lost.
        case cut
    }

    package struct Away: Fault {
        package let retryable = true
    }

    package static let capabilities = ChannelCapabilities(
        channel: name, title: "Texts", medium: .text, addressKind: .phone, textLength: 1_600,
        threading: .byAddress(reopenWithin: .days(7)), receipts: .delivered,
        consent: .transactional)

    package init() {}

    /// Messages that it took, in order; one that is handed over again under its key is taken once.
    package var sent: [OutboundMessage] { state.withLock { $0.sent } }

    /// Answers the next messages like this, before it takes all others.
    package func answerNext(_ answers: Answer...) {
        state.withLock { $0.answers += answers }
    }

    package var connected: ConnectedChannel {
        ConnectedChannel(
            RecordingChannel.capabilities,
            .port(MessagePort { message in try self.take(message) }))
    }

    private func take(_ message: OutboundMessage) throws -> SendOutcome {
        try state.withLock { state in
            let answer = state.answers.isEmpty ? nil : state.answers.removeFirst()
            switch answer {
            case .refuse(let failure): return .refused(failure)
            case .away: throw Away()
            case .cut, nil:
                if !state.sent.contains(where: { $0.id == message.id }) {
                    state.sent.append(message)
                }
                if answer != nil { throw OutcomeUnknown() }
                return .accepted(providerID: "provider-\(message.id)")
            }
        }
    }
}
