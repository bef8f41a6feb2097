import Foundation
import Testing

@Suite("Migrations")
struct MigrationTests {
    /// Tables without the workspace first in their key, with the reason.
    static let keyExceptions = [
        "sign_in_throttle": "failed sign-ins are counted before any workspace is known",
        "installation": "facts about the whole installation, for the owner of the tables alone",
        "event_cursor": "subscribers follow the log across workspaces",
        "outbox": "lanes are claimed across workspaces, by the job's own id",
    ]

    /// Indexes that do not lead with the workspace, with the reason.
    static let indexExceptions = [
        "outbox_queued": "a lane is claimed across workspaces",
        "outbox_running": "leases are looked at across workspaces",
        "outbox_not_after": "what is too late is dropped across workspaces",
        "job_once_kept_until": "keys whose time is over are swept across workspaces",
        "attachment_by_blob": "bytes are removed once no workspace has them",
        "outbox_done": "finished jobs are swept across workspaces",
        "event_in_order": "the log is followed across workspaces",
        "passage_words": "gin cannot lead with it; a function filters by workspace first",
    ]

    private static let text = Tree.migrations.flatMap { Tree.read($0).lines }
        .map { $0.components(separatedBy: "--").first ?? "" }.joined(separator: "\n").lowercased()

    @Test("Migrations are numbered from 1 without gaps, and named in lower case")
    func numbers() {
        let names = Tree.migrations.map { String($0.split(separator: "/").last ?? "") }
        #expect(!names.isEmpty)
        for (index, name) in names.enumerated() {
            let number =
                String(repeating: "0", count: 3 - "\(index + 1)".count + 1) + "\(index + 1)"
            #expect(name.hasPrefix(number + "_"), "\(name) should be number \(number)")
            let stem = name.dropFirst(5).dropLast(4)
            #expect(stem.allSatisfy { ($0 >= "a" && $0 <= "z") || $0 == "_" }, "\(name)")
        }
    }

    @Test("Every table is under row-level security, with the workspace first in its key")
    func tables() {
        let tables = MigrationTests.statements("create table ")
        #expect(tables.count >= 20)
        for (name, body) in tables {
            #expect(
                MigrationTests.text.contains("alter table \(name) enable row level security"),
                "\(name) is not under row-level security")
            let first =
                body.contains("primary key (workspace_id")
                || body.contains("workspace_id uuid primary key")
            let isException = MigrationTests.keyExceptions[name] != nil
            #expect(first != isException, "the key of \(name) and the list of exceptions disagree")
        }
    }

    @Test("Every index leads with the workspace")
    func indexes() {
        let indexes =
            MigrationTests.statements("create index ")
            + MigrationTests.statements("create unique index ")
        #expect(indexes.count >= 10)
        for (name, body) in indexes {
            let columns = body.drop { $0 != "(" }.dropFirst().drop { $0 == " " || $0 == "\n" }
            let first = columns.hasPrefix("workspace_id")
            let isException = MigrationTests.indexExceptions[name] != nil
            #expect(first != isException, "\(name) and the list of exceptions disagree")
        }
    }

    /// The names after `opening`, each with its statement up to the semicolon.
    private static func statements(_ opening: String) -> [(name: String, body: Substring)] {
        text.components(separatedBy: "\n").count == 0
            ? []
            : text.components(separatedBy: opening).dropFirst().map { rest in
                let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
                return (String(name), Substring(rest).prefix { $0 != ";" })
            }
    }
}
