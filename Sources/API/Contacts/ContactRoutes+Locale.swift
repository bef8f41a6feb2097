import Desk
import Domain
import HTTP
import Store
import WebCore

/// How a contact is written to.
extension ContactRoutes {
    static let locale = RouteDescription(
        .put, "/api/v1/crm/contacts/{id}/locale/", operation: "setContactLocale",
        summary: "Write to this contact in another way than the workspace's; null goes back to it",
        tag: "contacts", authentication: .staff,
        request: .init(
            .object(
                named: "ContactLocale",
                [
                    .init("locale", .nullable(.string), "Language and country, such as en-GB."),
                    .optional("date_order", .string, "dmy, mdy or ymd."),
                    .optional("clock", .string, "12 or 24 hours."),
                ])),
        response: .init(ContactDetailResponse.schema),
        problems: ["contact.unknown", "contact.merged_already", "account.invalid"])

    private struct ContactLocale: Decodable {
        let locale: String?
        let dateOrder: String?
        let clock: String?

        /// Nil for the workspace's way.
        var entry: LocaleEntry? {
            locale.map { LocaleEntry(tag: $0, dateOrder: dateOrder, clock: clock) }
        }
    }

    func setContactLocale(
        _ request: HTTPRequest, _ visitor: Visitor, _ keyed: KeyedRequest
    ) async throws -> KeyedRequest.Answer {
        let staff = try visitor.requireStaff()
        let id: ContactID = try request.id(orThrow: ContactRefusal.unknownContact)
        let entry = try await request.decodeJSON(ContactLocale.self).entry
        return try await keyed.answer { (contact: Contact, _: Reader) in
            .json(ContactDetailResponse(contact))
        } after: { receipt in
            _ = try await context.desk.contacts.setLocale(
                entry, of: id, by: staff, receipt: receipt)
        }
    }
}
