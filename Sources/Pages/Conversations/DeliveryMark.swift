import Base
import Desk
import Domain

/// The symbol of a channel, by what it is like for people.
enum ChannelMark {
    static func icon(_ frame: PageContext, _ channel: Channel) -> HTML {
        switch frame.channels.medium(channel) {
        case .chat: frame.assets.icon(.globe2)
        case .text: frame.assets.icon(.phone)
        case .mail: frame.assets.icon(.envelope)
        case .voice: frame.assets.icon(.telephone)
        }
    }
}

/// What became of a message of ours, below it. One that simply arrived says nothing.
enum DeliveryMark {
    static func words(_ delivery: Delivery) -> String? {
        switch delivery.status {
        case .queued, .sending: "Being sent"
        case .accepted: "Sent"
        case .delivered: nil
        case .read: "Read"
        case .failed: "Not delivered"
        case .cancelled: "Not sent"
        }
    }

    /// Why it did not arrive and the way on, for those who may write.
    static func problem(
        _ frame: PageContext, _ delivery: Delivery
    ) -> HTML {
        guard let failure = delivery.failure, let message = delivery.message else { return .empty }
        return div(.class("newer need"), .role("status")) {
            p {
                strong { "Not delivered to \(delivery.to.value). " }
                failure.explanation
            }
            if frame.may(.converse) {
                form(
                    .class("inline"), .post,
                    .action("/messages/\(message)/again")
                ) {
                    frame.token
                    button(.class("button small"), .type("submit")) {
                        frame.assets.icon(.again)
                        "Send again"
                    }
                }
            }
        }
    }
}
