package import Base

package enum ContactRefusal: Refusal, Equatable {
    case unknownContact
    case invalidAddress(AddressKind)
    case addressTaken
    case noAddress
    case sameContact
    /// One of them was merged into another contact already.
    case mergedAlready
    /// A split must leave something, and take something.
    case nothingToSplit
    case unknownMove
    case undoneAlready

    package var code: String {
        switch self {
        case .unknownContact: "contact.unknown"
        case .invalidAddress: "contact.invalid_address"
        case .addressTaken: "contact.address_taken"
        case .noAddress: "contact.no_address"
        case .sameContact: "contact.same"
        case .mergedAlready: "contact.merged_already"
        case .nothingToSplit: "contact.nothing_to_split"
        case .unknownMove: "contact.unknown_move"
        case .undoneAlready: "contact.undone_already"
        }
    }

    package var kind: RefusalKind {
        switch self {
        case .unknownContact, .unknownMove: .missing
        case .invalidAddress, .noAddress, .nothingToSplit: .invalid
        case .addressTaken, .sameContact, .mergedAlready, .undoneAlready: .conflict
        }
    }

    package var detail: String {
        switch self {
        case .unknownContact: "There is no such contact."
        case .invalidAddress(.phone), .invalidAddress(.portal):
            "Give the phone number with its country code, such as +44 20 7946 0000."
        case .invalidAddress(.email): "Give an e-mail address, such as maya@example.com."
        case .invalidAddress: "This is not an address of that kind."
        case .addressTaken:
            "Another contact has this address. Merge the two if they are one person."
        case .noAddress: "Give a phone number, an e-mail address or another address."
        case .sameContact: "Both are the same contact already. Choose two different ones."
        case .mergedAlready: "One of the two was merged already. Load the page again."
        case .nothingToSplit:
            "Choose at least one address for the new contact, and leave at least one."
        case .unknownMove: "There is no such merge or split."
        case .undoneAlready: "This was taken back already."
        }
    }

    package var fields: [FieldProblem] {
        switch self {
        case .invalidAddress, .addressTaken, .noAddress: [FieldProblem("addresses", detail)]
        case .unknownContact, .sameContact, .mergedAlready, .nothingToSplit, .unknownMove,
            .undoneAlready:
            []
        }
    }
}
