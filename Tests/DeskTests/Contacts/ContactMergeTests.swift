import Base
import Domain
import Store
import TestKit
import Testing

@testable import Desk

@Suite("Contacts that are one, and one that is two", .timeLimit(.minutes(5)))
struct ContactMergeTests {
    private func contact(_ scene: Scene, _ id: ContactID) async throws -> Contact {
        try await scene.desk.reading.read(scene.workspace) { reader in
            try #require(try ContactStore.find(id, reader))
        }
    }

    private func owner(_ scene: Scene, _ conversation: ConversationID) async throws -> ContactID {
        try await scene.desk.reading.read(scene.workspace) { reader in
            try #require(try ConversationStore.find(conversation, reader)).contact
        }
    }

    @Test("A merge moves all that belongs to one contact, and its undo moves just that back")
    func merge() async throws {
        let scene = try await Scene()
        let (one, two) = (try await scene.customer(1), try await scene.customer(2))
        try await scene.exchange("book 2026-11-24 15:00", with: one)
        try await scene.exchange("yes", with: one)
        let first = try await scene.say("ask price", as: one)
        let second = try await scene.say("ask hours", as: two)
        let move = try await scene.desk.contacts.merge(
            one.contact.id, into: two.contact.id, by: scene.owner)

        let merged = try await contact(scene, two.contact.id)
        #expect(merged.name == "Customer 2")
        #expect(merged.addresses.filter { $0.kind == .phone }.count == 2)
        #expect(merged.addresses.filter { $0.kind == .phone && $0.isPreferred }.count == 1)
        #expect(merged.phone == two.phone)
        for conversation in [first, second] {
            #expect(try await owner(scene, conversation) == merged.id)
        }
        let bookings = try await scene.desk.reading.read(scene.workspace) {
            try BookingStore.listed(of: two.contact.id, $0)
        }
        #expect(bookings.count == 1)
        // Old links lead to whoever answers for it now.
        #expect(try await contact(scene, one.contact.id) == merged)
        // What either number writes comes to the one contact, each in its own conversation.
        let later = try await scene.say("ask more", as: one)
        #expect(later == first)
        #expect(try await owner(scene, later) == merged.id)

        let undone = try await scene.desk.contacts.undo(move.id, by: scene.owner)
        #expect(undone.undoneAt != nil)
        #expect(try await owner(scene, first) == one.contact.id)
        #expect(try await owner(scene, second) == two.contact.id)
        #expect(try await contact(scene, one.contact.id).phone == one.phone)
        #expect(
            try await contact(scene, one.contact.id).addresses.allSatisfy(\.isPreferred))
        #expect(try await contact(scene, two.contact.id).addresses.count == 2)
        await #expect(throws: ContactRefusal.undoneAlready) {
            try await scene.desk.contacts.undo(move.id, by: scene.owner)
        }
    }

    @Test("A split takes an address with what was written from it, and leaves the rest")
    func split() async throws {
        let scene = try await Scene()
        let (one, two) = (try await scene.customer(1), try await scene.customer(2))
        let first = try await scene.say("ask price", as: one)
        let second = try await scene.say("ask hours", as: two)
        _ = try await scene.desk.contacts.merge(
            one.contact.id, into: two.contact.id, by: scene.owner)
        let both = try await contact(scene, two.contact.id)
        let phone = try #require(both.addresses.first { $0.address == Address(one.phone) })
        let move = try await scene.desk.contacts.split(
            both.id, [phone.id], name: "Somebody else", by: scene.owner)

        let split = try await contact(scene, move.target)
        #expect(split.name == "Somebody else")
        // The portal sign-in with the number goes along.
        #expect(Set(split.addresses.map(\.kind)) == [.phone, .portal])
        #expect(try await owner(scene, first) == split.id)
        #expect(try await owner(scene, second) == both.id)
        #expect(try await scene.say("ask again", as: one) == first)

        _ = try await scene.desk.contacts.undo(move.id, by: scene.owner)
        #expect(try await owner(scene, first) == both.id)
        #expect(try await contact(scene, move.target).id == both.id)
        let history = try await scene.desk.reading.read(scene.workspace) {
            try ContactMoveStore.history(of: both.id, $0)
        }
        #expect(history.contains { $0.id == move.id && $0.undoneAt != nil })
        await #expect(throws: ContactRefusal.nothingToSplit) {
            try await scene.desk.contacts.split(
                both.id, both.addresses.map(\.id), name: nil, by: scene.owner)
        }
    }

    @Test("What was merged cannot be merged again, into itself or undone out of order")
    func refused() async throws {
        let scene = try await Scene()
        let (one, two) = (try await scene.customer(1), try await scene.customer(2))
        let three = try await scene.customer(3)
        let desk = scene.desk.contacts
        await #expect(throws: ContactRefusal.sameContact) {
            try await desk.merge(one.contact.id, into: one.contact.id, by: scene.owner)
        }
        await #expect(throws: ContactRefusal.unknownContact) {
            try await desk.merge(
                one.contact.id, into: scene.fixture.world.id(), by: scene.owner)
        }
        let first = try await desk.merge(one.contact.id, into: two.contact.id, by: scene.owner)
        await #expect(throws: ContactRefusal.mergedAlready) {
            try await desk.merge(one.contact.id, into: three.contact.id, by: scene.owner)
        }
        let second = try await desk.merge(two.contact.id, into: three.contact.id, by: scene.owner)
        await #expect(throws: ContactRefusal.mergedAlready) {
            try await desk.undo(first.id, by: scene.owner)
        }
        #expect(try await contact(scene, one.contact.id).id == three.contact.id)
        _ = try await desk.undo(second.id, by: scene.owner)
        _ = try await desk.undo(first.id, by: scene.owner)
        for customer in [one, two, three] {
            let found = try await contact(scene, customer.contact.id)
            #expect(found.id == customer.contact.id && found.phone == customer.phone)
        }
        let auditor = try await scene.fixture.add(.auditor, by: scene.owner)
        await #expect(throws: AccountRefusal.notAllowed(.converse)) {
            try await desk.merge(one.contact.id, into: two.contact.id, by: auditor)
        }
    }
}
