import Base
import Domain
import Foundation
import HTTP
import TestKit
import Testing

@testable import Desk
@testable import WebCore

@Suite("Uploads without room")
struct StorageRefusalTests {
    @Test(
        "A full disk is answered 507 with what to do, and so does the page say",
        arguments: Engine.allCases)
    func diskFull(engine: Engine) async throws {
        let free = Lock(0)
        let policy = StoragePolicy(reserveBytes: 1 << 20)
        try await SiteFixture.run(
            engine, storage: policy,
            ports: { ports in ports.blobs.freeBytes = { free.withLock { $0 } } },
            { site in
                let owner = try await site.fixture.openWorkspace()
                let token = try await site.token(of: owner)
                let text = Array("Dogs are welcome.".utf8)
                let refused = try await site.client.upload(text, name: "a.txt", token: token)
                #expect(refused.status == 507 && refused.problem == "knowledge.disk_full")
                #expect(refused.json.text("title") == "The disk is nearly full")
                #expect(refused.json.text("detail")?.contains("Delete documents") == true)
                #expect(
                    try await page(site, owner).contains("The disk of this server is nearly full"))

                free.withLock { $0 = 2 << 20 }
                let taken = try await site.client.upload(text, name: "a.txt", token: token)
                #expect(taken.status == 202, "\(taken.text)")
                let page = try await page(site, owner)
                #expect(!page.contains("nearly full"))
                #expect(page.contains("17 bytes of 2048 MB are used"))
            })
    }

    @Test("A workspace at its quota is answered 507, and told how much it may have")
    func quota() async throws {
        try await SiteFixture.run(storage: StoragePolicy(quotaBytes: 1 << 20)) { site in
            let owner = try await site.fixture.openWorkspace()
            let token = try await site.token(of: owner)
            let half = [UInt8](repeating: 97, count: 1 << 19)
            for _ in 0..<2 {
                let sent = try await site.client.upload(half, name: "a.txt", token: token)
                #expect(sent.status == 202)
            }
            let more = try await site.client.upload(Array("b".utf8), name: "b.txt", token: token)
            #expect(more.status == 507 && more.problem == "knowledge.quota_reached")
            #expect(more.json.text("detail")?.contains("1 MB together") == true)
            #expect(try await page(site, owner).contains("may have 1 MB together"))
        }
    }

    private func page(_ site: SiteFixture, _ owner: Staff) async throws -> String {
        let session = try await site.desk.signIn.openPage(
            email: owner.email, password: DeskFixture.password, from: "127.0.0.1")
        let answer = try await site.client.send(
            .get, "/knowledge",
            ["Accept": "text/html", "Cookie": "frontdesk=\(session.access.revealed())"], [])
        #expect(answer.status == 200)
        return answer.text
    }
}
