import Base
import Domain
import Foundation
import Store
import TestKit
import Testing

@testable import Desk

@Suite("The desk that tests use")
struct FixtureTests {
    @Test("It opens a business, reads its documents, and finds what they say")
    func salon() async throws {
        let fixture = try await DeskFixture()
        let owner = try await fixture.openBusiness("salon")
        let catalogue = try await fixture.desk.reading.read(owner.workspace) {
            try CatalogueStore.find($0)
        }
        #expect(catalogue.services.count == 8 && catalogue.staff.count == 4)
        #expect(catalogue.services.allSatisfy { !$0.staff.isEmpty })
        #expect(!catalogue.hours.isOpen(on: .monday) && catalogue.hours.isOpen(on: .thursday))
        try await fixture.uploadDocuments(["price-list.pdf", "meet-the-team.md"], by: owner)
        #expect(try await fixture.drain() == 0)
        let hits = try await fixture.desk.knowledge.search(
            "how much is a balayage", limit: 3, by: owner)
        #expect(hits.contains { $0.text.localizedStandardContains("balayage") }, "\(hits)")
    }

    @Test("Each has a database of its own, whose role cannot look past its workspace")
    func apart() async throws {
        let first = try await DeskFixture()
        let second = try await DeskFixture()
        let owner = try await first.openWorkspace()
        let other = try await first.openWorkspace("second")
        try await first.database.refuseUnsafeRole()
        let elsewhere = try await second.database.beforeTenant { try $0.allWorkspaces() }
        #expect(elsewhere.isEmpty)
        for one in [owner, other] {
            let seen = try await first.database.read(one.workspace) { try AccountStore.all($0) }
            #expect(seen == [one])
        }
    }

    @Test("People can be added to a workspace by role")
    func people() async throws {
        let fixture = try await DeskFixture()
        let owner = try await fixture.openBusiness("salon")
        let staff = try await fixture.add(.staff, by: owner)
        #expect(staff.role == .staff && staff.workspace == owner.workspace)
    }
}
