import Base
import Cryptography
import Domain
import Store

/// `frontdesk audit verify`: whether the log is what was sealed, and conversations what the log says.
///
/// Ends with 1 and the place when something was changed, added or taken away behind the program's
/// back.
enum AuditCommand {
    static func run(_ words: [String]) async throws {
        guard words.first == "verify" else { throw UsageError("Say: frontdesk audit verify") }
        _ = try Arguments(Array(words.dropFirst()))
        let flaws = try await CommandEnvironment.with(for: "audit") { _, _, database in
            var flaws = 0
            for workspace in try await database.beforeTenant({ try $0.allWorkspaces() }) {
                flaws += try await verify(workspace, database)
            }
            return flaws
        }
        guard flaws > 0 else { return Terminal.say("The log is as it was sealed.") }
        Terminal.say(
            "The log is not as it was sealed. Compare with a backup, and find out who could write"
                + " to the database.")
        Terminal.end(with: 1)
    }

    /// Gives how many flaws were found.
    private static func verify(
        _ workspace: WorkspaceID, _ database: Database
    ) async throws -> Int {
        var flaws = 0
        for retention in EventRetention.allCases {
            let chain = try await database.read(workspace) {
                try EventSeals.verify(retention, $0)
            }
            let newest = chain.newest.map { "; newest seal \($0.hex)" } ?? ""
            Terminal.say(
                "\(workspace) \(retention.rawValue): \(chain.events) events under \(chain.seals)"
                    + " seals, \(chain.removed) removed, \(chain.unsealed) not yet sealed\(newest)")
            if let flaw = chain.flaw {
                Terminal.say("\(workspace) WRONG \(flaw)")
                flaws += 1
            }
        }
        let (compared, differing) = try await database.read(workspace) {
            try ConversationStore.compareWithLog($0)
        }
        Terminal.say("\(workspace) \(compared) conversations compared with the log")
        for id in differing {
            Terminal.say("\(workspace) WRONG conversation \(id) is not as the log tells it")
        }
        return flaws + differing.count
    }
}
