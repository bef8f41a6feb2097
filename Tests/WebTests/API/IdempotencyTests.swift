import Base
import Desk
import Domain
import HTTP
import Postgres
import TestKit
import Testing
import Web

@testable import Pages

extension Testing.Tag {
    /// Fails the n-th call, for every n.
    @Testing.Tag static var fault: Testing.Tag
}

/// Every route that takes an Idempotency-Key is broken at each of its calls in turn: by a fault that
/// passes, and by a process that dies. Whoever asked asks again under the same key.
@Suite("One key, one piece of work", .tags(.fault), .timeLimit(.minutes(10)))
struct IdempotencyTests {
    enum Break: String, CaseIterable, Sendable {
        /// One call fails, and the next works again.
        case fault
        /// Nothing works after that call until another process takes over.
        case kill
    }

    @Test("A request that broke off anywhere is done once under its key", arguments: Break.allCases)
    func everywhere(kind: Break) async throws {
        let plan = FaultPlan(failing: 0)
        try await SiteFixture.run(faults: plan, ports: KeyedStage.understanding) { site in
            let stage = try await KeyedStage(site, plan)
            let keyed = site.site.routes.filter { route in
                route.isListed && route.headers.contains { $0.name == "Idempotency-Key" }
            }
            #expect(keyed.count > 20)
            for route in keyed {
                guard let prepare = KeyedStage.requests[route.operation] else {
                    Issue.record("\(route.operation) takes a key and is not tried here")
                    continue
                }
                try await stage.walk(route, kind, prepare)
            }
        }
    }

    @Test("What another process has begun is left to it, and taken over when it died")
    func takenOver() async throws {
        let plan = FaultPlan(failing: 0)
        try await SiteFixture.run(faults: plan) { site in
            let stage = try await KeyedStage(site, plan)
            let owner = stage.staff
            func add(_ client: SiteClient) async throws -> SiteAnswer {
                try await client.post("/api/v1/staff/", ["name": "Ana"], token: owner, key: "k")
            }
            // Dies with its key claimed: the first call that fails is the one that would work.
            var number = 1
            while true {
                plan.arm(number, kills: true)
                let broken = try await add(site.client)
                plan.disarm()
                let claims = try stage.count("select count(*) from idempotent_response")
                if claims > 0 || broken.status < 500 { break }
                number += 1
            }
            #expect(try stage.count("select count(*) from staff_member") == 0)
            let other = site.restarted()
            let early = try await add(other)
            #expect(early.status == 409 && early.problem == "request.still_running")
            site.fixture.clock.advance(by: .seconds(11))
            let later = try await add(other)
            #expect(later.status == 201, "\(later.text)")
            #expect(try stage.count("select count(*) from staff_member") == 1)
        }
    }

    @Test("What is stored of a request with a password cannot be guessed from outside the server")
    func fingerprints() async throws {
        try await SiteFixture.run { site in
            let stage = try await KeyedStage(site, FaultPlan(failing: 0))
            let body: JSONValue = [
                "email": "n@example.com", "name": "N", "password": "a guessable passphrase",
                "role": "staff",
            ]
            let bytes = Array(try JSONCoding.encode(body))
            let answer = try await site.client.post(
                "/api/v1/accounts/", body, token: stage.staff, key: "k")
            #expect(answer.status == 201)
            let kept: [UInt8] = try stage.owner.query(
                "select fingerprint from idempotent_response"
            ).one().decode(at: 0)
            // Whoever reads the table can make every one of these.
            let target = "/api/v1/accounts/"
            for head in ["POST \(target)\n", "POST\(target)", "POST \(target)", ""] {
                let guess = Array(head.utf8) + bytes
                #expect(kept != stage.plainHash(guess))
            }
            #expect(kept.count == 32)
        }
    }
}
