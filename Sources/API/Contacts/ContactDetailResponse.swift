import Base
import Domain
import HTTP

/// A contact as those who look after it see it.
struct ContactDetailResponse: Encodable {
    struct AddressResponse: Encodable {
        let id: ContactAddressID
        let kind: AddressKind
        let value: String
        let isPreferred: Bool
        @NullEncoded var verifiedAt: Instant?
    }

    let id: ContactID
    @NullEncoded var name: String?
    let addresses: [AddressResponse]
    /// Null where the contact is written to in the workspace's way.
    @NullEncoded var locale: String?
    /// Merges and splits, the newest first; only where one contact is read.
    var moves: [ContactMoveResponse]?

    init(_ contact: Contact, _ moves: [ContactMove]? = nil) {
        id = contact.id
        name = contact.name
        addresses = contact.addresses.map {
            AddressResponse(
                id: $0.id, kind: $0.kind, value: $0.value, isPreferred: $0.isPreferred,
                verifiedAt: $0.verifiedAt)
        }
        locale = contact.locale?.tag
        self.moves = moves?.map(ContactMoveResponse.init)
    }

    static let schema = JSONSchema.object(
        named: "ContactDetail",
        [
            .init("id", .id), .init("name", .nullable(.string)),
            .init(
                "addresses",
                .array(
                    of: .object(
                        named: "Address",
                        [
                            .init("id", .id),
                            .init("kind", .oneOf(AddressKind.allCases.map(\.rawValue))),
                            .init("value", .string), .init("is_preferred", .boolean),
                            .init(
                                "verified_at", .nullable(.instant),
                                "When the contact proved that it is theirs."),
                        ]))),
            .init("locale", .nullable(.string), "Null for the workspace's way."),
            .init(
                "moves", .array(of: ContactMoveResponse.schema), required: false,
                "Merges and splits, the newest first; where one contact is read."),
        ])
}

/// A merge or a split as clients see it.
struct ContactMoveResponse: Encodable {
    let id: ContactMoveID
    let kind: ContactMove.Kind
    let source: ContactID
    let target: ContactID
    let at: Instant
    @NullEncoded var undoneAt: Instant?

    init(_ move: ContactMove) {
        id = move.id
        kind = move.kind
        source = move.source
        target = move.target
        at = move.at
        undoneAt = move.undoneAt
    }

    static let schema = JSONSchema.object(
        named: "ContactMove",
        [
            .init("id", .id), .init("kind", .oneOf(ContactMove.Kind.allCases.map(\.rawValue))),
            .init("source", .id), .init("target", .id, "Who has it now, unless it was undone."),
            .init("at", .instant), .init("undone_at", .nullable(.instant)),
        ])
}
