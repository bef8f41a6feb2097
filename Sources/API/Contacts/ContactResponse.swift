import Domain
import HTTP
import WebCore

/// A customer as clients see them; the name is there also when it is not known.
struct ContactResponse: Encodable {
    @NullEncoded var name: String?
    let phone: String

    init(_ contact: Contact) {
        name = contact.name
        phone = contact.phone.e164
    }

    init(name: String?, phone: String) {
        self.name = name
        self.phone = phone
    }

    static let schema = JSONSchema.object(
        named: "Contact", [.init("name", .nullable(.string)), .init("phone", .string)])
}
