import Base
import Foundation
import TestKit
import Testing

/// Tables that a test makes and compares with the checked-in file.
enum CheckedTable {
    static func compare(_ lines: [String], with file: String) throws {
        let path = Clone.file("Tests/DomainTests/Tables/\(file)")
        let made = lines.joined(separator: "\n") + "\n"
        if ProcessInfo.processInfo.environment["FRONTDESK_REWRITE_TABLES"] != nil {
            try made.write(toFile: path, atomically: true, encoding: .utf8)
        }
        let kept = try String(contentsOfFile: path, encoding: .utf8)
        if made == kept { return }
        let keptLines = Set(kept.split(separator: "\n"))
        let madeLines = Set(made.split(separator: "\n"))
        let gone = kept.split(separator: "\n").filter { !madeLines.contains($0) }.map { "- \($0)" }
        let new = made.split(separator: "\n").filter { !keptLines.contains($0) }.map { "+ \($0)" }
        let difference = (gone + new).prefix(40).joined(separator: "\n")
        Issue.record("\(file) differs; FRONTDESK_REWRITE_TABLES=1 rewrites it:\n\(difference)")
    }

    /// The lines of a machine's table: what every event does in every status.
    static func lines<Status: RawRepresentable<String>, Event>(
        of statuses: [Status], _ events: [Event], named: (Event) -> String,
        next: (Status, Event) throws -> Status
    ) rethrows -> [String] {
        var lines = ["# status | event -> next status, or the refusal's code"]
        for status in statuses {
            lines.append("")
            for event in events {
                let outcome: String
                do {
                    outcome = try next(status, event).rawValue
                } catch let refusal as any Refusal {
                    outcome = refusal.code
                }
                lines.append("\(status.rawValue) | \(named(event)) -> \(outcome)")
            }
        }
        return lines
    }
}
