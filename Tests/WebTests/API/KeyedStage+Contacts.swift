import Base
import HTTP
import TestKit
import Testing

@testable import WebCore

/// Keyed requests about contacts and the life of conversations.
extension KeyedStage {
    static let contactRequests: [String: Prepare] = [
        "setConversationStatus": { stage in
            Sending(
                .post, "/api/v1/core/conversations/\(try await stage.answered())/status/",
                ["status": "closed"], token: stage.staff)
        },
        "setConversationSubject": { stage in
            Sending(
                .post, "/api/v1/core/conversations/\(try await stage.answered())/subject/",
                ["subject": .text("About \(stage.number)")], token: stage.staff)
        },
        "addContact": { stage in
            Sending(.post, "/api/v1/crm/contacts/", stage.contactBody(0), token: stage.staff)
        },
        "addContactAddress": { stage in
            let id = try await stage.newContact(1)
            return Sending(
                .post, "/api/v1/crm/contacts/\(id)/addresses/",
                ["kind": "email", "value": .text("more\(stage.number)@example.com")],
                token: stage.staff)
        },
        "setContactLocale": { stage in
            let path = "/api/v1/crm/contacts/\(try await stage.newContact(1))/locale/"
            return Sending(.put, path, ["locale": "en-US"], token: stage.staff)
        },
        "mergeContacts": { stage in
            let (one, two) = (try await stage.newContact(1), try await stage.newContact(2))
            return Sending(
                .post, "/api/v1/crm/contacts/\(one)/merge/", ["contact": .text(two)],
                token: stage.staff)
        },
        "splitContact": { stage in
            let id = try await stage.newContact(1)
            let contact = try await stage.site.client.get(
                "/api/v1/crm/contacts/\(id)/", token: stage.staff)
            let address = try #require(contact.json.list("addresses").first?["id"])
            return Sending(
                .post, "/api/v1/crm/contacts/\(id)/split/", ["addresses": .list([address])],
                token: stage.staff)
        },
        "undoContactMove": { stage in
            let (one, two) = (try await stage.newContact(1), try await stage.newContact(2))
            let move = try await stage.site.client.post(
                "/api/v1/crm/contacts/\(one)/merge/", ["contact": .text(two)],
                token: stage.staff)
            return Sending(
                .post, "/api/v1/crm/contacts/moves/\(move.json.text("id") ?? "")/undo/",
                token: stage.staff)
        },
    ]

    /// A conversation in which nothing waits, so that the customer can write again and again.
    private func answered() async throws -> String {
        let id = try await conversation()
        let reply = try await site.client.post(
            "/api/v1/messaging/messages/", ["conversation": .text(id), "content": "Hello"],
            token: staff)
        #expect(reply.status == 202, "\(reply.text)")
        return id
    }

    /// A contact with an e-mail address and a phone number of its own.
    private func contactBody(_ place: Int) -> JSONValue {
        let name = "c\(number)x\(place)"
        return [
            "name": .text(name),
            "addresses": [
                ["kind": "email", "value": .text("\(name)@example.com")],
                [
                    "kind": "phone",
                    "value": .text("+44770\(place)\(String(100_000 + number))"),
                ],
            ],
        ]
    }

    private func newContact(_ place: Int) async throws -> String {
        let made = try await site.client.post(
            "/api/v1/crm/contacts/", contactBody(place), token: staff)
        return try #require(made.json.text("id"), "\(made.text)")
    }
}
