import Base
import Domain
import HTTP
import WebCore

/// A customer as clients see them; name and number are there also when they are not known.
struct ContactResponse: Encodable {
    let id: ContactID
    @NullEncoded var name: String?
    @NullEncoded var phone: String?

    init(_ contact: Contact) {
        id = contact.id
        name = contact.name
        phone = contact.phone?.e164
    }

    static let schema = JSONSchema.object(
        named: "Contact",
        [
            .init("id", .id), .init("name", .nullable(.string)),
            .init("phone", .nullable(.string), "The number to call or text, if there is one."),
        ])
}
