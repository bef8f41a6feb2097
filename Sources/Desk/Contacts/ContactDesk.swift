package import Base
package import Domain
package import Store

/// Who customers are: their addresses, two that are one, and one that is two.
package struct ContactDesk: Sendable {
    private let world: World
    private let database: Database

    package init(world: World, database: Database) {
        self.world = world
        self.database = database
    }

    /// Adds a contact with addresses that nobody has.
    package func add(
        name: String?, addresses: [Address], by staff: Staff, receipt: Receipt<Contact>? = nil
    ) async throws -> Contact {
        try staff.require(.converse)
        guard !addresses.isEmpty else { throw ContactRefusal.noAddress }
        let name = name.flatMap(DisplayName.cleaned)
        let now = world.now()
        let world = world
        return try await database.write(staff.workspace, by: staff.origin, receipt) { transaction in
            let id: ContactID = world.id()
            try ContactMoveStore.insertContact(id, name: name, at: now, transaction)
            for address in addresses.prefix(ContactDesk.addressLimit) {
                _ = try ContactStore.insert(
                    address, id: world.id(), of: id, at: now, transaction)
            }
            try transaction.record(ContactEvents.added, of: id, at: now)
            return try ContactDesk.contact(id, transaction.reader)
        }
    }

    /// Addresses that are given at once.
    package static let addressLimit = 20

    package func add(
        _ address: Address, to id: ContactID, by staff: Staff, receipt: Receipt<Contact>? = nil
    ) async throws -> Contact {
        try staff.require(.converse)
        let now = world.now()
        let world = world
        return try await database.write(staff.workspace, by: staff.origin, receipt) { transaction in
            let contact = try ContactDesk.contact(id, transaction.reader)
            _ = try ContactStore.insert(
                address, id: world.id(), of: contact.id, at: now, transaction)
            try transaction.record(
                ContactEvents.addressAdded, of: contact.id,
                ["kind": .text(address.kind.rawValue)], at: now)
            return try ContactDesk.contact(contact.id, transaction.reader)
        }
    }

    /// Two contacts are one person: everything of the one becomes the other's.
    package func merge(
        _ source: ContactID, into target: ContactID, by staff: Staff,
        receipt: Receipt<ContactMove>? = nil
    ) async throws -> ContactMove {
        try staff.require(.converse)
        guard source != target else { throw ContactRefusal.sameContact }
        let now = world.now()
        let world = world
        return try await database.write(staff.workspace, by: staff.origin, receipt) { transaction in
            try ContactDesk.lock([source, target], transaction)
            let move = ContactMove(
                id: world.id(), kind: .merge, source: source, target: target,
                account: staff.account, at: now)
            try ContactMoveStore.insert(move, transaction)
            try ContactMoveStore.moveAll(move, transaction)
            try ContactMoveStore.setMerged(source, into: target, transaction)
            try transaction.record(
                ContactEvents.merged, of: target, ["source": .text(source.description)], at: now)
            return move
        }
    }

    /// One contact is two people: these addresses, with what was written from them, and these
    /// appointments become another contact's.
    package func split(
        _ source: ContactID, _ addresses: [ContactAddressID], bookings: [BookingID] = [],
        name: String?, by staff: Staff, receipt: Receipt<ContactMove>? = nil
    ) async throws -> ContactMove {
        try staff.require(.converse)
        let name = name.flatMap(DisplayName.cleaned)
        let now = world.now()
        let world = world
        return try await database.write(staff.workspace, by: staff.origin, receipt) { transaction in
            try ContactDesk.lock([source], transaction)
            let own = try ContactDesk.contact(source, transaction.reader).addresses
            let wanted = own.filter { addresses.contains($0.id) }
            // A number and the sign-in with it count as one.
            guard !wanted.isEmpty, wanted.count == Set(addresses).count,
                Set(own.map(\.value)) != Set(wanted.map(\.value))
            else { throw ContactRefusal.nothingToSplit }
            let move = ContactMove(
                id: world.id(), kind: .split, source: source, target: world.id(),
                account: staff.account, at: now)
            try ContactMoveStore.insertContact(move.target, name: name, at: now, transaction)
            try ContactMoveStore.insert(move, transaction)
            try ContactMoveStore.move(
                wanted.map(\.id), bookings: bookings, by: move, transaction)
            try transaction.record(
                ContactEvents.split, of: source, ["target": .text(move.target.description)],
                at: now)
            return move
        }
    }

    /// Takes a merge or a split back: what moved goes back, what came since stays where it is.
    package func undo(
        _ id: ContactMoveID, by staff: Staff, receipt: Receipt<ContactMove>? = nil
    ) async throws -> ContactMove {
        try staff.require(.converse)
        let now = world.now()
        let world = world
        return try await database.write(staff.workspace, by: staff.origin, receipt) { transaction in
            guard var move = try ContactMoveStore.find(id, transaction.reader) else {
                throw ContactRefusal.unknownMove
            }
            // Contacts before moves, as in moving.
            let found = try ContactMoveStore.lock([move.source, move.target], transaction)
            guard let locked = try ContactMoveStore.lock(id, transaction) else {
                throw ContactRefusal.unknownMove
            }
            guard locked.undoneAt == nil else { throw ContactRefusal.undoneAlready }
            let expected = move.kind == .merge ? move.target : nil
            guard found[move.target] == .some(nil), found[move.source] == .some(expected) else {
                throw ContactRefusal.mergedAlready
            }
            try ContactMoveStore.takeBack(move, at: now, transaction)
            move.undoneAt = now
            switch move.kind {
            case .merge: try ContactMoveStore.setMerged(move.source, into: nil, transaction)
            case .split:
                // Whoever got another address since is somebody of their own.
                if try ContactDesk.contact(move.target, transaction.reader).addresses.isEmpty {
                    let rest = ContactMove(
                        id: world.id(), kind: .merge, source: move.target, target: move.source,
                        account: staff.account, at: now)
                    try ContactMoveStore.insert(rest, transaction)
                    try ContactMoveStore.moveAll(rest, transaction)
                    try ContactMoveStore.setMerged(
                        move.target, into: move.source, transaction)
                }
            }
            try transaction.record(
                ContactEvents.moveUndone, of: move.target, ["move": .text(id.description)], at: now)
            return move
        }
    }

    /// Has a contact written to in another way than the workspace's; nil goes back to that.
    package func setLocale(
        _ entry: LocaleEntry?, of id: ContactID, by staff: Staff, receipt: Receipt<Contact>? = nil
    ) async throws -> Contact {
        try staff.require(.converse)
        let now = world.now()
        return try await database.write(staff.workspace, by: staff.origin, receipt) { transaction in
            try ContactDesk.lock([id], transaction)
            let contact = try ContactDesk.contact(id, transaction.reader)
            guard let workspace = try WorkspaceStore.find(transaction.reader) else {
                throw ContactRefusal.unknownContact
            }
            var problems: [FieldProblem] = []
            let locale = entry?.applied(to: contact.locale ?? workspace.locale, &problems)
            guard problems.isEmpty else { throw AccountRefusal.invalid(problems) }
            try ContactStore.setLocale(id, to: locale, transaction)
            try transaction.record(
                ContactEvents.localeChanged, of: id, ["locale": .text(locale?.tag ?? "")], at: now)
            return try ContactDesk.contact(id, transaction.reader)
        }
    }

    /// Throws for a contact that is not there, or was merged into another.
    private static func lock(_ contacts: [ContactID], _ transaction: Transaction) throws {
        let found = try ContactMoveStore.lock(contacts, transaction)
        for contact in contacts {
            guard let merged = found[contact] else { throw ContactRefusal.unknownContact }
            guard merged == nil else { throw ContactRefusal.mergedAlready }
        }
    }

    private static func contact(_ id: ContactID, _ reader: Reader) throws -> Contact {
        guard let contact = try ContactStore.find(id, reader) else {
            throw ContactRefusal.unknownContact
        }
        return contact
    }
}
