import Base
import Desk
import Domain
import HTTP
import Store
import WebCore

/// Merging, splitting and taking back, from the panel beside a conversation.
func contactPages(_ context: PageSite) -> [Route<Visitor>] {
    [
        .page(.post, "/contacts/{id}/merge", "contact_merge", .converse, in: context) { visit in
            let form = try await visit.form()
            let target: ContactID = try visit.id()
            let known = try await visit.desk.reading.read(visit.staff.workspace) {
                try ContactStore.find(target, $0)
            }
            guard known != nil else { throw ContactRefusal.unknownContact }
            let written = form["address"] ?? ""
            guard let address = Address(.phone, written) ?? Address(.email, written) else {
                throw ContactRefusal.invalidAddress(written.contains("@") ? .email : .phone)
            }
            let other = try await visit.desk.reading.read(visit.staff.workspace) {
                try ContactStore.find(address, $0)
            }
            guard let other else { throw ContactRefusal.unknownContact }
            _ = try await visit.desk.contacts.merge(other.id, into: target, by: visit.staff)
            return back(form)
        },
        .page(.post, "/contacts/{id}/split", "contact_split", .converse, in: context) { visit in
            let form = try await visit.form()
            let source: ContactID = try visit.id()
            let address = form["address"].flatMap { ContactAddressID($0) }
            _ = try await visit.desk.contacts.split(
                source, address.map { [$0] } ?? [], name: nil, by: visit.staff)
            return back(form)
        },
        .page(.post, "/contacts/moves/{id}/undo", "contact_undo", .converse, in: context) {
            visit in
            let form = try await visit.form()
            _ = try await visit.desk.contacts.undo(try visit.id(), by: visit.staff)
            return back(form)
        },
    ]
}

/// To the conversation that the form stood beside.
private func back(_ form: FormURLEncoded) -> HTTPResponse {
    let id = form["conversation"].flatMap { ConversationID($0) }
    return .redirect(to: "/conversations" + (id.map { "/\($0)" } ?? ""))
}

/// Who the contact of a conversation is, with the ways to correct that.
enum ContactIdentity {
    static func html(_ frame: PageContext, _ thread: ThreadContent) -> HTML {
        guard frame.may(.converse) else { return .empty }
        let contact = thread.contact
        // The portal sign-in with a number is that number.
        let values = Set(contact.addresses.map(\.value))
        return section(.class("panel-part")) {
            h2 { "Identity" }
            if let move = thread.lastMove { undo(frame, thread, move) }
            if values.count > 1 {
                for address in contact.addresses
                where address.kind != .portal || !hasPhone(contact, address.value) {
                    form(.class("inline"), .post, .action("/contacts/\(contact.id)/split")) {
                        hidden(frame, thread)
                        input(.type("hidden"), .name("address"), .value("\(address.id)"))
                        button(.class("button small"), .type("submit")) {
                            "\(address.value) is somebody else"
                        }
                    }
                }
            }
            form(.class("inline"), .post, .action("/contacts/\(contact.id)/merge")) {
                hidden(frame, thread)
                label(.for("same-person")) { "Also known by" }
                input(
                    .id("same-person"), .name("address"), .required,
                    HTMLAttribute("maxlength", "\(Address.lengthLimit)"),
                    HTMLAttribute("placeholder", "Phone or e-mail"))
                button(.class("button small"), .type("submit")) { "Merge" }
            }
        }
    }

    private static func hasPhone(_ contact: Contact, _ value: String) -> Bool {
        contact.addresses.contains { $0.kind == .phone && $0.value == value }
    }

    @HTMLBuilder
    private static func hidden(_ frame: PageContext, _ thread: ThreadContent) -> HTML {
        frame.token
        input(
            .type("hidden"), .name("conversation"), .value("\(thread.conversation.id)"))
    }

    private static func undo(
        _ frame: PageContext, _ thread: ThreadContent, _ move: ContactMove
    ) -> HTML {
        form(.class("inline"), .post, .action("/contacts/moves/\(move.id)/undo")) {
            hidden(frame, thread)
            p(.class("sub")) {
                move.kind == .merge
                    ? "Merged with another contact, \(Formatting.age(of: move.at, at: frame.now))."
                    : "Split in two, \(Formatting.age(of: move.at, at: frame.now))."
            }
            button(.class("button small"), .type("submit")) {
                frame.assets.icon(.undo)
                "Undo"
            }
        }
    }
}
