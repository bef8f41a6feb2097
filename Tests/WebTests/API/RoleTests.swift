import Base
import Desk
import Domain
import HTTP
import TestKit
import Testing
import Web

@testable import WebCore

/// Every route, page and API, meets every kind of visitor.
///
/// What a route must ask for is written down here a second time, by hand: a route that is not
/// written down fails the test, whatever it asks for.
@Suite("Who may do what")
struct RoleTests {
    /// What a member of staff must be allowed, for each route that admits one.
    static let needs: [String: Permission] = api.merging(pages) { first, _ in first }

    private static let api: [String: Permission] = [
        "listAccounts": .read, "addAccount": .manageAccounts, "readMe": .read,
        "listWorkspaces": .read, "logout": .read, "readProfile": .read, "readCoreProfile": .read,
        "writeProfile": .manageCatalogue, "setUpProfile": .manageCatalogue,
        "listDocuments": .read, "readDocument": .read, "searchPassages": .read,
        "uploadDocument": .manageKnowledge, "deleteDocument": .manageKnowledge,
        "retryDocument": .manageKnowledge,
        "postMessage": .converse, "listMessages": .read, "listConsole": .converse,
        "openEvents": .read, "listEvents": .readLog, "listConversations": .read,
        "setConversationOwner": .converse,
        "finishConversation": .converse, "setContactLocale": .converse,
        "sendMessageAgain": .converse,
        "setConversationStatus": .converse, "setConversationSubject": .converse,
        "listContacts": .read, "readContact": .read, "addContact": .converse,
        "addContactAddress": .converse, "mergeContacts": .converse, "splitContact": .converse,
        "undoContactMove": .converse,
        "listDrafts": .read, "decideDraft": .approve,
        "listServices": .read, "readService": .read, "addService": .manageCatalogue,
        "changeService": .manageCatalogue, "retireService": .manageCatalogue,
        "restoreService": .manageCatalogue,
        "listStaff": .read, "readStaff": .read, "addStaff": .manageCatalogue,
        "changeStaff": .manageCatalogue, "retireStaff": .manageCatalogue,
        "restoreStaff": .manageCatalogue,
        "readHours": .read, "writeHours": .manageCatalogue,
        "listSlots": .read, "listAvailability": .read, "bookAppointment": .manageBookings,
        "addAppointment": .manageBookings,
        "listAppointments": .read, "readAppointments": .read,
        "moveAppointments": .manageBookings, "cancelAppointments": .manageBookings,
        "listPlainAppointments": .read, "readPlainAppointments": .read,
        "movePlainAppointments": .manageBookings, "cancelPlainAppointments": .manageBookings,
        "listParkedJobs": .manageOperations, "retryParkedJob": .manageOperations,
        "dropParkedJob": .manageOperations,
    ]

    private static let pages: [String: Permission] = [
        "page_events": .read, "page_sign_out": .read,
        "page_approvals": .read, "page_approvals_waiting": .read, "page_approval": .read,
        "page_approval_approve": .approve, "page_approval_reject": .approve,
        "page_approval_reopen": .approve,
        "page_conversations": .read, "page_conversation": .read,
        "page_conversation_reply": .converse, "page_conversation_owner": .converse,
        "page_console": .converse, "page_message_again": .converse,
        "page_conversation_status": .converse, "page_contact_merge": .converse,
        "page_contact_split": .converse, "page_contact_undo": .converse,
        "page_knowledge": .read, "page_document": .read, "page_upload": .manageKnowledge,
        "page_document_delete": .manageKnowledge, "page_document_retry": .manageKnowledge,
        "page_approvals_notice": .read, "page_approval_undo": .approve,
        "page_conversations_needing": .read, "page_conversation_done": .converse,
        "page_calendar": .read, "page_booking": .read, "page_booking_form": .manageBookings,
        "page_booking_make": .manageBookings, "page_booking_move_form": .manageBookings,
        "page_booking_move": .manageBookings, "page_booking_cancel": .manageBookings,
        "page_services": .read, "page_hours_save": .manageCatalogue,
        "page_business_save": .manageCatalogue, "page_service_form": .manageCatalogue,
        "page_service_save": .manageCatalogue, "page_service_retire": .manageCatalogue,
        "page_service_restore": .manageCatalogue, "page_person_form": .manageCatalogue,
        "page_person_save": .manageCatalogue, "page_person_retire": .manageCatalogue,
        "page_person_restore": .manageCatalogue,
        "page_operations": .manageOperations, "page_job_retry": .manageOperations,
        "page_job_drop": .manageOperations,
    ]

    /// Routes that anybody may meet.
    static let open: Set<String> = [
        "login", "refreshToken", "register", "createSession", "validateSession", "readHealth",
        "readMetrics", "readOpenAPI",
        "page_asset", "page_landing", "page_sign_in", "page_sign_in_post", "page_register",
        "page_register_post", "page_portal_choose", "page_portal", "page_portal_code",
        "page_portal_enter",
    ]

    /// Routes for customers alone.
    static let customers: Set<String> = [
        "page_portal_messages", "page_portal_leave", "page_portal_events",
    ]

    /// Pages and the API's routes that do the same.
    static let twins: [(page: String, api: String)] = [
        ("page_events", "openEvents"), ("page_sign_out", "logout"),
        ("page_approvals", "listDrafts"), ("page_approval_approve", "decideDraft"),
        ("page_approval_reject", "decideDraft"), ("page_approval_reopen", "decideDraft"),
        ("page_approvals_notice", "listDrafts"), ("page_approval_undo", "decideDraft"),
        ("page_conversations_needing", "listConversations"),
        ("page_conversation_done", "finishConversation"),
        ("page_conversations", "listConversations"), ("page_conversation", "listMessages"),
        ("page_conversation_reply", "postMessage"),
        ("page_conversation_owner", "setConversationOwner"), ("page_console", "listConsole"),
        ("page_message_again", "sendMessageAgain"),
        ("page_conversation_status", "setConversationStatus"),
        ("page_contact_merge", "mergeContacts"), ("page_contact_split", "splitContact"),
        ("page_contact_undo", "undoContactMove"),
        ("page_knowledge", "listDocuments"), ("page_document", "readDocument"),
        ("page_upload", "uploadDocument"), ("page_document_delete", "deleteDocument"),
        ("page_document_retry", "retryDocument"), ("page_calendar", "listAppointments"),
        ("page_booking", "readAppointments"), ("page_booking_make", "bookAppointment"),
        ("page_booking_move", "moveAppointments"), ("page_booking_cancel", "cancelAppointments"),
        ("page_services", "listServices"), ("page_hours_save", "writeHours"),
        ("page_business_save", "writeProfile"), ("page_service_save", "changeService"),
        ("page_service_retire", "retireService"), ("page_service_restore", "restoreService"),
        ("page_person_save", "changeStaff"), ("page_person_retire", "retireStaff"),
        ("page_person_restore", "restoreStaff"),
        ("page_operations", "listParkedJobs"), ("page_job_retry", "retryParkedJob"),
        ("page_job_drop", "dropParkedJob"),
    ]

    /// A body that is right in shape, so that only the role can be wrong.
    static let bodies: [String: JSONValue] = [
        "addAccount": [
            "name": "N", "email": "n@example.com", "password": "long enough password",
            "role": "staff",
        ],
        "setConversationOwner": ["owner": "staff"],
        "setConversationStatus": ["status": "closed"],
        "setConversationSubject": ["subject": "A haircut"],
        "addContact": ["addresses": [["kind": "email", "value": "n@example.com"]]],
        "setContactLocale": ["locale": "en-US"],
        "addContactAddress": ["kind": "email", "value": "m@example.com"],
        "mergeContacts": ["contact": "018f0000-0000-7000-8000-000000000000"],
        "splitContact": ["addresses": []],
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
        route.pattern.replacing("{id}", with: id).replacing("{slug}", with: "first")
    }

    /// Open streams do not end by themselves, and who signs out is nobody any more.
    private static let skipped: Set<String> = [
        "openEvents", "logout", "page_events", "page_sign_out", "page_portal_events",
    ]

    @Test("Every route that admits staff has its permission written down here, and no other")
    func complete() async throws {
        try await SiteFixture.run { site async throws -> Void in
            let routes = site.site.routes
            let staff = routes.filter { [.session, .staff, .either].contains($0.authentication) }
            #expect(Set(staff.map(\.operation)) == Set(RoleTests.needs.keys))
            let nobody = routes.filter { $0.authentication == .none }
            #expect(Set(nobody.map(\.operation)) == RoleTests.open)
            let customers = routes.filter { $0.authentication == .customer }
            #expect(Set(customers.map(\.operation)) == RoleTests.customers)
            #expect(!routes.contains { $0.authentication == .signature })
        }
    }

    @Test("Each API route admits the visitors that its line names, and each role what it may do")
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
            for route in site.site.routes where route.isListed {
                guard route.authentication != .none,
                    !RoleTests.skipped.contains(route.operation)
                else { continue }
                let target = RoleTests.target(route, id: id)
                let body = RoleTests.bodies[route.operation] ?? [:]
                let stranger = try await site.client.post(target, body, method: route.method)
                #expect(stranger.status == 401, "\(route.operation) for a stranger")
                for (role, token) in tokens {
                    let answer = try await site.client.post(
                        target, body, token: token, method: route.method)
                    let expected = try RoleTests.isAdmitted(route, role)
                    #expect(
                        (answer.status != 403 && answer.status != 401) == expected,
                        "\(route.operation) as \(role?.rawValue ?? "customer"): \(answer.text)")
                    #expect(answer.status < 500, "\(route.operation): \(answer.text)")
                }
            }
        }
    }

    @Test("Every page meets every role as its twin of the API does, and strangers not at all")
    func pageMatrix() async throws {
        try await SiteFixture.run { site async throws -> Void in
            let owner = try await site.fixture.openWorkspace()
            var people: [(role: Role, token: String)] = []
            for role in Role.allCases {
                let person = role == .owner ? owner : try await site.fixture.add(role, by: owner)
                let tokens = try await site.desk.signIn.openPage(
                    email: person.email, password: DeskFixture.password, from: "127.0.0.1")
                people.append((role, tokens.access.revealed()))
            }
            let customer = try await site.customerToken(of: owner)
            let id = ID<Void>(site.fixture.world.uuid()).description
            for route in site.site.routes where !route.isListed {
                guard route.authentication != .none,
                    !RoleTests.skipped.contains(route.operation)
                else { continue }
                let target = RoleTests.target(route, id: id)
                let stranger = try await site.client.send(route.method, target, [:], [])
                #expect(stranger.status == 401, "\(route.operation) for a stranger")
                if route.authentication == .session {
                    let wrong = try await site.client.send(
                        route.method, target, ["Authorization": "Bearer \(customer)"], [])
                    #expect(wrong.status == 403, "\(route.operation) for a customer")
                }
                for (role, token) in people {
                    let answer = try await RoleTests.visit(route, target, token, site)
                    let isAdmitted = answer.status != 403 && answer.status != 401
                    #expect(
                        isAdmitted == (try RoleTests.isAdmitted(route, role)),
                        "\(route.operation) as \(role): \(answer.status)")
                    #expect(answer.status < 500, "\(route.operation) as \(role): \(answer.text)")
                }
            }
        }
    }

    /// As a browser would: with the cookie, and the form's token where one is needed.
    private static func visit(
        _ route: RouteDescription, _ target: String, _ token: String, _ site: SiteFixture
    ) async throws -> SiteAnswer {
        var headers: HTTPHeaders = ["Cookie": "\(VisitorReader.staffCookie)=\(token)"]
        if !route.method.isSafe {
            headers["X-CSRF-Token"] = CSRF.token(for: token)
            headers["Content-Type"] = ContentType.form.description
        }
        return try await site.client.send(route.method, target, headers, [])
    }

    private static func isAdmitted(_ route: RouteDescription, _ role: Role?) throws -> Bool {
        guard let role else {
            return route.authentication == .either || route.authentication == .customer
        }
        guard route.authentication != .customer else { return false }
        let needed = try #require(
            needs[route.operation], "\(route.operation) has no permission written down")
        return role.allows(needed)
    }

    @Test("A page and its twin of the API ask for the same permission")
    func twinsAgree() throws {
        for (page, api) in RoleTests.twins {
            #expect(
                try #require(RoleTests.needs[page]) == #require(RoleTests.needs[api]), "\(page)")
        }
        // What changes something has a twin, so that none is forgotten.
        let paired = Set(RoleTests.twins.map(\.page))
        for (operation, permission) in RoleTests.needs where operation.hasPrefix("page_") {
            let isForm = operation.hasSuffix("_form")
            #expect(permission == .read || isForm || paired.contains(operation), "\(operation)")
        }
    }

    @Test("An auditor sees no sign-in code, on the console page as little as by the API")
    func codes() async throws {
        try await SiteFixture.run { site async throws -> Void in
            let owner = try await site.fixture.openWorkspace()
            _ = try await site.client.post(
                "/api/v1/core/session/create/", ["workspace": "first", "phone": "+447700900123"])
            let code = try await site.lastCode(for: owner)
            for role in Role.allCases {
                let person = role == .owner ? owner : try await site.fixture.add(role, by: owner)
                let token = try await site.desk.signIn.openPage(
                    email: person.email, password: DeskFixture.password, from: "127.0.0.1"
                ).access.revealed()
                let cookie: HTTPHeaders = ["Cookie": "\(VisitorReader.staffCookie)=\(token)"]
                let page = try await site.client.send(.get, "/console", cookie, [])
                let mayRead = role.allows(.converse)
                #expect(page.text.contains(code) == mayRead, "\(role)")
                #expect((page.status == 403) == !mayRead, "\(role)")
                let other = try await site.client.send(.get, "/approvals", cookie, [])
                #expect(other.text.contains("href=\"/console\"") == mayRead, "\(role)")
                #expect(!other.text.contains(code))
            }
        }
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
