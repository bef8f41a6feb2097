import Base
import Domain
import Store
import WebCore

/// A decision that was just made, said in full and with the way back where there is one.
///
/// An approval that can still be undone asks again what became of it, so what is said stays true.
struct DecisionNotice: Sendable {
    /// What was decided, the newest decision first.
    let decisions: [Decision]

    struct Decision: Sendable {
        let draft: Draft
        let contact: Contact
        /// What became of the reply, where there is one.
        var delivery: DeliveryStatus?
    }

    /// Approvals beside the newest that are shown as long as they can be undone.
    private static let limit = 4

    /// The decision about this draft, and the person's other approvals that can still be undone.
    static func read(
        of id: DraftID?, by staff: Staff, _ reader: Reader
    ) throws -> DecisionNotice? {
        guard let id, let first = try decision(about: id, reader) else { return nil }
        let others = try DraftStore.page(
            status: .scheduled, after: nil, limit: limit + 1, reader
        ).items.filter { item in
            // Nobody takes back by a key what a colleague has decided.
            try item.draft.id != id
                && DraftStore.approval(of: item.draft.id, reader)?.account == staff.account
        }
        return DecisionNotice(
            decisions: [first] + others.map { Decision(draft: $0.draft, contact: $0.contact) })
    }

    private static func decision(about id: DraftID, _ reader: Reader) throws -> Decision? {
        guard let draft = try DraftStore.find(id, reader),
            [.scheduled, .approved, .rejected].contains(draft.status)
                || draft.notSent != nil,
            let conversation = try ConversationStore.find(draft.conversation, reader),
            let contact = try ContactStore.find(conversation.contact, reader)
        else { return nil }
        return Decision(
            draft: draft, contact: contact,
            delivery: try DeliveryStore.status(ofReply: id, reader))
    }

    /// Whether anything that is said here can still change.
    private var isPending: Bool { decisions.contains { $0.draft.status == .scheduled } }

    func html(_ frame: PageContext) -> HTML {
        let address = "/approvals/notice?of=" + (decisions.first?.draft.id.description ?? "")
        return div(
            .id("decided"), .class("notice"), .role("status"),
            isPending ? HTMLAttribute("data-pending", "") : .none,
            isPending ? .get(address) : .none,
            isPending ? .trigger("sse:draft delay:100ms, every 2s") : .none,
            isPending ? .swap("outerHTML") : .none
        ) {
            for decision in decisions {
                div(.class("decision")) { line(frame, decision) }
            }
            button(
                .class("notice-action"), .type("button"), HTMLAttribute("data-dismiss", ""),
                .label("Close this message")
            ) { frame.assets.icon(.crossLarge) }
        }
    }

    @HTMLBuilder
    private func line(_ frame: PageContext, _ decision: Decision) -> HTML {
        let draft = decision.draft
        let name = Formatting.name(decision.contact)
        switch draft.status {
        case .rejected:
            p { "Rejected. \(name) still waits for a reply." }
            back(frame, draft, "reopen")
            a(.class("notice-action"), .href("/conversations/\(draft.conversation)")) {
                "Write yourself"
            }
        case .scheduled:
            p { "Approved. It leaves for \(name) in a moment." }
            back(frame, draft, "undo")
        case .superseded:
            p { "Not sent to \(name): \(draft.notSent ?? "something changed meanwhile")." }
        default:
            p {
                ([words(decision.delivery, name)]
                    + draft.effects.map { PreviewCard.done(frame, $0) }).joined(separator: " ")
            }
        }
    }

    /// Nothing is called sent before the channel has it.
    private func words(_ delivery: DeliveryStatus?, _ name: String) -> String {
        switch delivery {
        case .queued, .sending: "Approved. It is on its way to \(name)."
        case .failed, .cancelled: "Approved, but it did not reach \(name)."
        case .accepted, .delivered, .read, nil: "Approved and sent to \(name)."
        }
    }

    private func back(_ frame: PageContext, _ draft: Draft, _ action: String) -> HTML {
        let address = "/approvals/\(draft.id)/\(action)"
        return form(
            .class("inline"), .post, .action(address), .send(address), .target("#desk"),
            .select("#desk"), .swap("outerHTML"), .push, HTMLAttribute("data-undo", action)
        ) {
            frame.token
            input(.type("hidden"), .name("version"), .value("\(draft.version)"))
            button(.class("notice-action"), .type("submit")) {
                frame.assets.icon(.undo)
                "Undo"
            }
        }
    }
}
