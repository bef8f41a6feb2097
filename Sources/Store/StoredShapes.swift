import Domain
package import Postgres

/// Which shape stands in which JSON column.
///
/// Tests ask the database for its JSON columns and find each here, damage each in turn, and compare
/// each with its golden files: a column without a shape fails them.
package enum StoredShapes {
    package struct Entry: Sendable {
        /// What the shape is called, and its golden files; two columns may hold one shape.
        package let name: String
        /// `table.column`.
        package let column: String
        /// What is said of a row whose column cannot be read.
        package let kind: UnreadableRows.Kind
        /// What is written.
        package let version: Int
        /// Reads a stored value of any version and gives it as it would be written now.
        package let rewritten: @Sendable (SQLJSON) throws -> SQLJSON
    }

    package static let all: [Entry] = [
        entry(
            "booking_session", "booking_session.state", .bookingSession, StoredBookingSession.self),
        entry("draft_basis", "draft.basis", .draft, StoredDraftBasis.self),
        entry("draft_citations", "draft.citations", .draft, StoredCitations.self),
        entry("draft_commands", "draft.commands", .draft, StoredCommands.self),
        entry("draft_effects", "draft.effects", .draft, StoredEffects.self),
        entry("draft_warnings", "draft.warnings", .draft, StoredWarnings.self),
        entry("weekly_hours", "staff_member.hours", .staffHours, StoredWeeklyHours.self),
        entry("weekly_hours", "workspace.hours", .openingHours, StoredWeeklyHours.self),
        entry("booking_policy", "workspace.policy", .bookingPolicy, StoredBookingPolicy.self),
    ]

    private static func entry<Shape: StoredShape>(
        _ name: String, _ column: String, _ kind: UnreadableRows.Kind, _ shape: Shape.Type
    ) -> Entry {
        Entry(name: name, column: column, kind: kind, version: Shape.version) { json in
            let value = try json.value(as: Stored<Shape>.self).value
            return try SQLJSON(value, as: Shape.self)
        }
    }
}
