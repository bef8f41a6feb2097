import Base
import Foundation
import Glibc
import HTTP
import Processes
import TestKit
import Testing

@Suite("The server process")
struct ServeTests {
    @Test("It brings the demo once, survives its children, and leaves nothing when it is killed")
    func life() async throws {
        let place = try Installation()
        let first = try await place.start(["--demo"])
        #expect(try await first.get("/health").status == .ok)
        let card = try Card.read(place.data)
        #expect(card.url == first.url && card.portalSlug == "marlow-finch")
        let token = try await first.token(card.owner.email, card.owner.password)
        _ = try await first.token(card.staff.email, card.staff.password)
        let mode = try FileManager.default.attributesOfItem(atPath: place.data + "/demo.json")
        #expect(mode[.posixPermissions] as? Int == 0o600)
        #expect(await eventually { await first.finds("how much is a balayage", token) })

        let other = try await place.run(["serve"])
        #expect(other.code == 69 && other.text.contains("uses this folder"), "\(other)")

        // The embedding server dies and comes back; search works again.
        let models = try #require(first.children("models").first)
        kill(models, SIGKILL)
        #expect(await eventually { first.children("models").contains { $0 != models } })
        #expect(await eventually { await first.finds("opening hours at christmas", token) })

        // So does the database, under whatever is being done.
        let postgres = try #require(first.children("postgres").first)
        kill(postgres, SIGKILL)
        #expect(await eventually { await first.finds("how much is a blow-dry", token) })

        let left = first.children()
        #expect(left.count >= 2)
        first.child.send(.kill)
        _ = await first.child.wait()
        for process in left { #expect(await eventually { !isAlive(process) }) }

        // Nothing is brought twice or reset, and what was there is there.
        let second = try await place.start(["--demo"])
        let after = try Card.read(place.data)
        #expect(after.owner == card.owner && after.staff == card.staff && after.url == second.url)
        let again = try await second.token(card.owner.email, card.owner.password)
        let documents = try await second.get("/api/v1/knowledge-base/documents/", token: again)
        #expect(documents.text.split(separator: "\"status\"").count - 1 == 11)
        let children = second.children()
        #expect(await second.child.stop(grace: Patience.limit) == .exited(code: 0))
        for process in children { #expect(!isAlive(process)) }
    }

    @Test("Wrong words and wrong settings are told, each with its exit code")
    func words() async throws {
        let place = try Installation()
        #expect(try await place.run(["dance"]).code == 64)
        #expect(try await place.run([]).text.contains("doctor"))
        #expect(try await place.run(["serve", "--fast"]).code == 64)
        #expect(try await place.run(["help"]).code == 0)
        var program = place.program(["serve"])
        program.environment["PORT"] = "many"
        program.environment["BIND"] = "somewhere"
        let result = try await program.run(timeout: .seconds(300))
        #expect(result.termination == .exited(code: 78))
        #expect(result.errors.contains("PORT") && result.errors.contains("BIND"))
    }
}

struct Card: Decodable {
    struct SignIn: Decodable, Equatable {
        let email: String
        let password: String
    }

    let url: String
    let owner: SignIn
    let staff: SignIn
    let portalSlug: String

    static func read(_ data: String) throws -> Card {
        try JSONCoding.decode(
            from: try Data(contentsOf: URL(fileURLWithPath: data + "/demo.json")))
    }
}

extension RunningServer {
    /// Whether a search answers with at least one passage.
    fileprivate func finds(_ query: String, _ token: String) async -> Bool {
        let body = #"{"query":"\#(query)","k":3}"#
        // While a part is being started again there is no answer, and the caller asks again.
        let path = "/api/v1/knowledge-base/search/"
        guard let response = try? await post(path, body, token: token) else { return false }
        return response.status == .ok && response.text.contains("chunk_id")
    }
}
