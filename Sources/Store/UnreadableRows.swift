package import Base
package import Domain
import Foundation
import Postgres

/// Rows whose stored shape this version cannot read, as they were met last.
///
/// Such a row was written by another version, or was damaged. It must cost itself only: whoever
/// reads it goes on with a safe stand-in, and the row is recorded here, so that `/health` and the
/// pages can say so. The memory is of one process; a row that is read again without trouble leaves
/// it, and so does one that nobody has met for a while.
package final class UnreadableRows: Sendable {
    /// What of a workspace cannot be read.
    package enum Kind: String, Sendable, CaseIterable, Hashable {
        case draft
        case bookingSession = "booking_session"
        case openingHours = "opening_hours"
        case bookingPolicy = "booking_policy"
        case timeZone = "time_zone"
        case staffHours = "staff_hours"
        case event
    }

    package struct Row: Sendable, Hashable {
        package let workspace: WorkspaceID
        package let kind: Kind
        /// The row's own id; that of the workspace for what belongs to it.
        package let id: String
    }

    /// Rows that are remembered at once; beyond, new ones are counted as one of these.
    package static let limit = 1_000
    /// A row that was not met for so long is forgotten.
    package static let rememberedFor = Duration.minutes(15)

    private let rows = Lock<[Row: Instant]>([:])
    private let world: World
    private let logger: Logger

    package init(world: World, logger: Logger = .silent) {
        self.world = world
        self.logger = logger
    }

    /// What cannot be read in a workspace, each kind with how many rows.
    package func kinds(in workspace: WorkspaceID) -> [Kind: Int] {
        let limit = world.now() - UnreadableRows.rememberedFor
        return rows.withLock { rows in
            rows.filter { $0.key.workspace == workspace && $0.value >= limit }
                .reduce(into: [:]) { $0[$1.key.kind, default: 0] += 1 }
        }
    }

    /// How many rows of all workspaces cannot be read.
    package var count: Int {
        let limit = world.now() - UnreadableRows.rememberedFor
        return rows.withLock { rows in rows.values.filter { $0 >= limit }.count }
    }

    fileprivate func record(_ row: Row, _ error: any Error) {
        let now = world.now()
        let isNew = rows.withLock { rows in
            if rows[row] == nil, rows.count >= UnreadableRows.limit {
                rows = rows.filter { $0.value >= now - UnreadableRows.rememberedFor }
                guard rows.count < UnreadableRows.limit else { return false }
            }
            return rows.updateValue(now, forKey: row) == nil
        }
        guard isNew else { return }
        logger.error(
            "a stored row cannot be read",
            [
                "workspace": .text("\(row.workspace)"), "kind": .text(row.kind.rawValue),
                "row": .text(row.id), "error": .text(UnreadableRows.describe(error)),
            ])
    }

    fileprivate func forget(_ row: Row) {
        rows.withLock { rows in
            if !rows.isEmpty { rows[row] = nil }
        }
    }

    /// Where in the shape the trouble lies; never the value, which may be a person's words.
    private static func describe(_ error: any Error) -> String {
        let (what, path): (String, [any CodingKey]) =
            switch error {
            case DecodingError.keyNotFound(let key, let context):
                ("missing", context.codingPath + [key])
            case DecodingError.typeMismatch(_, let context): ("another type", context.codingPath)
            case DecodingError.valueNotFound(_, let context): ("null", context.codingPath)
            case DecodingError.dataCorrupted(let context): ("not allowed", context.codingPath)
            default: (String(describing: type(of: error)), [])
            }
        return ([what] + path.map(\.stringValue)).joined(separator: " ")
    }
}

extension UnreadableRows {
    /// What `body` decodes from a row that was read already, or nil when its shape is not one that
    /// this version knows, which is recorded.
    ///
    /// Errors of the database itself are thrown as they are.
    func decodable<Value>(
        _ kind: Kind, _ id: some CustomStringConvertible, in workspace: WorkspaceID,
        _ body: () throws -> Value
    ) throws -> Value? {
        let row = Row(workspace: workspace, kind: kind, id: id.description)
        do {
            let value = try body()
            forget(row)
            return value
        } catch let error as DecodingError {
            record(row, error)
        } catch let error as PostgresError {
            guard case .column = error else { throw error }
            record(row, error)
        }
        return nil
    }
}

extension Reader {
    /// The same for a row of this workspace.
    func decodable<Value>(
        _ kind: UnreadableRows.Kind, _ id: some CustomStringConvertible, _ body: () throws -> Value
    ) throws -> Value? {
        try unreadable.decodable(kind, id, in: workspace, body)
    }
}
