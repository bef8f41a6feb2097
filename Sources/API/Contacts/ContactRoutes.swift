import Base
import Desk
import Domain
import HTTP
import Store
import WebCore

/// Contacts and their addresses: looking them up, merging two that are one, splitting one that is two.
struct ContactRoutes: Sendable {
    let context: SiteContext

    var all: [Route<Visitor>] {
        let api = APIRoute(context: context)
        return [
            api(ContactRoutes.list, needs: .read, listContacts),
            api(ContactRoutes.add, needs: .converse, addContact),
            api(ContactRoutes.read, needs: .read, readContact),
            api(ContactRoutes.addAddress, needs: .converse, addContactAddress),
            api(ContactRoutes.locale, needs: .converse, setContactLocale),
            api(ContactRoutes.merge, needs: .converse, mergeContacts),
            api(ContactRoutes.split, needs: .converse, splitContact),
            api(ContactRoutes.undo, needs: .converse, undoMove),
        ]
    }

    // MARK: Reading

    private static let list = RouteDescription(
        .get, "/api/v1/crm/contacts/", operation: "listContacts",
        summary: "Contacts, the newest first; with an address, the one who has it", tag: "contacts",
        authentication: .staff,
        query: [
            .init(
                "kind", .oneOf(AddressKind.allCases.map(\.rawValue)),
                "With address: what kind of address it is; phone when left out."),
            .init("address", .string, "Only the contact with this address."),
        ] + Paging.parameters,
        response: .init(.list("contacts", of: ContactDetailResponse.schema)),
        problems: ["contact.invalid_address"])

    private func listContacts(
        _ request: HTTPRequest, _ visitor: Visitor
    ) async throws -> HTTPResponse {
        let staff = try visitor.requireStaff()
        let paging = try Paging(request)
        let wanted = try request.query["address"].map { text in
            try AddressChange.address(request.query["kind"] ?? AddressKind.phone.rawValue, text)
        }
        let page = try await context.desk.reading.read(staff.workspace) { reader in
            guard let wanted else {
                return try ContactStore.page(
                    after: paging.cursor, limit: paging.limit, reader)
            }
            let found = try ContactStore.find(wanted, reader)
            return Page(items: found.map { [$0] } ?? [], next: nil)
        }
        return .json(
            ListResponse("contacts", page.items.map { ContactDetailResponse($0) }, next: page.next))
    }

    private static let read = RouteDescription(
        .get, "/api/v1/crm/contacts/{id}/", operation: "readContact",
        summary: "A contact with its addresses, and how it was merged and split", tag: "contacts",
        authentication: .staff, response: .init(ContactDetailResponse.schema),
        problems: ["contact.unknown"])

    private func readContact(
        _ request: HTTPRequest, _ visitor: Visitor
    ) async throws -> HTTPResponse {
        let staff = try visitor.requireStaff()
        let id: ContactID = try request.id(orThrow: ContactRefusal.unknownContact)
        let found = try await context.desk.reading.read(staff.workspace) { reader in
            guard let contact = try ContactStore.find(id, reader) else {
                throw ContactRefusal.unknownContact
            }
            return ContactDetailResponse(
                contact, try ContactMoveStore.history(of: contact.id, reader))
        }
        return .json(found)
    }

    // MARK: Changing

    private static let add = RouteDescription(
        .post, "/api/v1/crm/contacts/", operation: "addContact",
        summary: "Add a contact with addresses that nobody has", tag: "contacts",
        authentication: .staff,
        request: .init(
            .object(
                named: "NewContact",
                [.optional("name", .string), .init("addresses", .array(of: AddressChange.schema))])),
        success: .created, response: .init(ContactDetailResponse.schema),
        problems: ["contact.invalid_address", "contact.address_taken", "contact.no_address"])

    private struct NewContact: Decodable {
        let name: String?
        let addresses: [AddressChange]
    }

    private func addContact(
        _ request: HTTPRequest, _ visitor: Visitor, _ keyed: KeyedRequest
    ) async throws -> KeyedRequest.Answer {
        let staff = try visitor.requireStaff()
        let body = try await request.decodeJSON(NewContact.self)
        let addresses = try body.addresses.map { try $0.address }
        return try await keyed.answer { (contact: Contact, _: Reader) in
            .json(ContactDetailResponse(contact), .created)
        } after: { receipt in
            _ = try await context.desk.contacts.add(
                name: body.name, addresses: addresses, by: staff, receipt: receipt)
        }
    }

    private static let addAddress = RouteDescription(
        .post, "/api/v1/crm/contacts/{id}/addresses/", operation: "addContactAddress",
        summary: "Add an address that nobody has to a contact", tag: "contacts",
        authentication: .staff, request: .init(AddressChange.schema), success: .created,
        response: .init(ContactDetailResponse.schema),
        problems: ["contact.unknown", "contact.invalid_address", "contact.address_taken"])

    private func addContactAddress(
        _ request: HTTPRequest, _ visitor: Visitor, _ keyed: KeyedRequest
    ) async throws -> KeyedRequest.Answer {
        let staff = try visitor.requireStaff()
        let id: ContactID = try request.id(orThrow: ContactRefusal.unknownContact)
        let address = try await request.decodeJSON(AddressChange.self).address
        return try await keyed.answer { (contact: Contact, _: Reader) in
            .json(ContactDetailResponse(contact), .created)
        } after: { receipt in
            _ = try await context.desk.contacts.add(
                address, to: id, by: staff, receipt: receipt)
        }
    }

    private static let merge = RouteDescription(
        .post, "/api/v1/crm/contacts/{id}/merge/", operation: "mergeContacts",
        summary: "Give everything of another contact to this one: they are one person",
        tag: "contacts", authentication: .staff,
        request: .init(
            .object(named: "Merge", [.init("contact", .id, "The one that becomes this one.")])),
        response: .init(ContactMoveResponse.schema),
        problems: ["contact.unknown", "contact.same", "contact.merged_already"])

    private struct Merge: Decodable {
        let contact: String
    }

    private func mergeContacts(
        _ request: HTTPRequest, _ visitor: Visitor, _ keyed: KeyedRequest
    ) async throws -> KeyedRequest.Answer {
        let staff = try visitor.requireStaff()
        let target: ContactID = try request.id(orThrow: ContactRefusal.unknownContact)
        guard let source = ContactID(try await request.decodeJSON(Merge.self).contact) else {
            throw ContactRefusal.unknownContact
        }
        return try await keyed.answer { (move: ContactMove, _: Reader) in
            .json(ContactMoveResponse(move))
        } after: { receipt in
            _ = try await context.desk.contacts.merge(
                source, into: target, by: staff, receipt: receipt)
        }
    }

    private static let split = RouteDescription(
        .post, "/api/v1/crm/contacts/{id}/split/", operation: "splitContact",
        summary: "Make another contact of some addresses, with what was written from them",
        tag: "contacts", authentication: .staff,
        request: .init(
            .object(
                named: "Split",
                [
                    .init("addresses", .array(of: .id), "Ids of addresses that go."),
                    .optional("bookings", .array(of: .id), "Appointments that go along."),
                    .optional("name", .string, "What the other one is called."),
                ])),
        response: .init(ContactMoveResponse.schema),
        problems: ["contact.unknown", "contact.nothing_to_split", "contact.merged_already"])

    private struct Split: Decodable {
        let addresses: [ContactAddressID]
        let bookings: [BookingID]?
        let name: String?
    }

    private func splitContact(
        _ request: HTTPRequest, _ visitor: Visitor, _ keyed: KeyedRequest
    ) async throws -> KeyedRequest.Answer {
        let staff = try visitor.requireStaff()
        let id: ContactID = try request.id(orThrow: ContactRefusal.unknownContact)
        let body = try await request.decodeJSON(Split.self)
        return try await keyed.answer { (move: ContactMove, _: Reader) in
            .json(ContactMoveResponse(move))
        } after: { receipt in
            _ = try await context.desk.contacts.split(
                id, body.addresses, bookings: body.bookings ?? [], name: body.name, by: staff,
                receipt: receipt)
        }
    }

    private static let undo = RouteDescription(
        .post, "/api/v1/crm/contacts/moves/{id}/undo/", operation: "undoContactMove",
        summary: "Take a merge or a split back; what came since stays where it is",
        tag: "contacts", authentication: .staff, response: .init(ContactMoveResponse.schema),
        problems: ["contact.unknown_move", "contact.undone_already", "contact.merged_already"])

    private func undoMove(
        _ request: HTTPRequest, _ visitor: Visitor, _ keyed: KeyedRequest
    ) async throws -> KeyedRequest.Answer {
        let staff = try visitor.requireStaff()
        let id: ContactMoveID = try request.id(orThrow: ContactRefusal.unknownMove)
        return try await keyed.answer { (move: ContactMove, _: Reader) in
            .json(ContactMoveResponse(move))
        } after: { receipt in
            _ = try await context.desk.contacts.undo(id, by: staff, receipt: receipt)
        }
    }
}

/// An address as clients write it.
struct AddressChange: Decodable {
    let kind: String
    let value: String

    var address: Address {
        get throws(ContactRefusal) { try AddressChange.address(kind, value) }
    }

    static func address(_ kind: String, _ value: String) throws(ContactRefusal) -> Address {
        guard let kind = AddressKind(rawValue: kind) else { throw .invalidAddress(.anonymous) }
        guard let address = Address(kind, value) else { throw .invalidAddress(kind) }
        return address
    }

    static let schema = JSONSchema.object(
        named: "NewAddress",
        [.init("kind", .oneOf(AddressKind.allCases.map(\.rawValue))), .init("value", .string)])
}
