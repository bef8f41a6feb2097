import Base
import Domain
import HTTP
import TestKit
import Testing

@testable import Web

/// Every listed route meets every kind of visitor.
@Suite("Who may do what")
struct RoleTests {
    /// What a visitor must be allowed to, beside being the kind of visitor that the table names.
    static let permissions: [String: Permission] = [
        "addAccount": .manageAccounts, "uploadDocument": .manageKnowledge,
        "deleteDocument": .manageKnowledge, "retryDocument": .manageKnowledge,
        "listConsole": .converse, "setConversationOwner": .converse, "decideDraft": .approve,
        "addService": .manageCatalogue, "changeService": .manageCatalogue,
        "retireService": .manageCatalogue, "addStaff": .manageCatalogue,
        "changeStaff": .manageCatalogue, "retireStaff": .manageCatalogue,
        "restoreService": .manageCatalogue, "restoreStaff": .manageCatalogue,
        "writeHours": .manageCatalogue, "writeProfile": .manageCatalogue,
        "setUpProfile": .manageCatalogue, "bookAppointment": .manageBookings,
        "addAppointment": .manageBookings, "moveAppointments": .manageBookings,
        "movePlainAppointments": .manageBookings, "cancelAppointments": .manageBookings,
        "cancelPlainAppointments": .manageBookings,
    ]

    /// A body that is right in shape, so that only the role can be wrong.
    static let bodies: [String: JSONValue] = [
        "addAccount": [
            "name": "N", "email": "n@example.com", "password": "long enough password",
            "role": "staff",
        ],
        "setConversationOwner": ["owner": "staff"],
        "decideDraft": [
            "id": "018f0000-0000-7000-8000-000000000000", "version": 1, "action": "edit",
            "text": "t",
        ],
        "addService": ["name": "S", "duration_minutes": 30],
        "changeService": ["name": "S", "duration_minutes": 30],
        "addStaff": ["name": "P"], "changeStaff": ["name": "P"],
        "writeHours": [
            "hours": [:], "closures": [],
            "policy": ["minimum_notice_minutes": 0, "horizon_days": 30, "step_minutes": 15],
        ],
        "writeProfile": [:], "setUpProfile": [:],
        "bookAppointment": [
            "service": "S", "start": "2026-11-24T10:00:00Z", "phone": "+447700900000",
        ],
        "addAppointment": [
            "service": "S", "start": "2026-11-24T10:00:00Z", "phone": "+447700900000",
        ],
        "moveAppointments": ["start": "2026-11-24T10:00:00Z"],
        "movePlainAppointments": ["start": "2026-11-24T10:00:00Z"],
    ]

    static func target(_ route: RouteDescription, id: String) -> String {
        route.pattern.replacing("{id}", with: id)
    }

    @Test("Each route admits the visitors that its line names, and each role what it may do")
    func matrix() async throws {
        try await SiteFixture.run { site async throws -> Void in
            let owner = try await site.fixture.openWorkspace()
            var tokens: [(role: Role?, token: String)] = [(.owner, try await site.token(of: owner))]
            for role in Role.allCases where role != .owner {
                let person = try await site.fixture.add(role, by: owner)
                tokens.append((role, try await site.token(of: person)))
            }
            tokens.append((nil, try await site.customerToken(of: owner)))
            let id = ID<Void>(site.fixture.world.uuid()).description
            let skipped: Set<String> = ["openEvents", "logout"]
            for route in site.site.routes where route.isListed {
                guard route.authentication != .none, !skipped.contains(route.operation)
                else { continue }
                let target = RoleTests.target(route, id: id)
                let body = RoleTests.bodies[route.operation] ?? [:]
                let stranger = try await site.client.post(target, body, method: route.method)
                #expect(stranger.status == 401, "\(route.operation) for a stranger")
                for (role, token) in tokens {
                    let answer = try await site.client.post(
                        target, body, token: token, method: route.method)
                    let expected = RoleTests.isAdmitted(route, role)
                    #expect(
                        (answer.status != 403 && answer.status != 401) == expected,
                        "\(route.operation) as \(role?.rawValue ?? "customer"): \(answer.text)")
                    #expect(answer.status < 500, "\(route.operation): \(answer.text)")
                }
            }
        }
    }

    private static func isAdmitted(_ route: RouteDescription, _ role: Role?) -> Bool {
        guard let role else {
            return route.authentication == .either || route.authentication == .customer
        }
        guard route.authentication != .customer else { return false }
        // Customers write messages too, so the table cannot name the role for it.
        if route.operation == "postMessage" { return true }
        return permissions[route.operation].map { role.allows($0) } ?? true
    }

    @Test("Auditors read messages and write none")
    func auditors() async throws {
        try await SiteFixture.run { site async throws -> Void in
            let owner = try await site.fixture.openWorkspace()
            let auditor = try await site.token(of: site.fixture.add(.auditor, by: owner))
            let answer = try await site.client.post(
                "/api/v1/messaging/messages/",
                [
                    "content": "Hello",
                    "conversation": .text(ID<Void>(site.fixture.world.uuid()).description),
                ], token: auditor)
            #expect(answer.status == 403)
        }
    }

    @Test("Event streams and sign-outs want somebody too")
    func others() async throws {
        try await SiteFixture.run { site async throws -> Void in
            let stream = try await site.client.get("/api/v1/events/")
            let logout = try await site.client.post("/api/v1/auth/logout/", [:])
            #expect(stream.status == 401 && logout.status == 401)
        }
    }
}
