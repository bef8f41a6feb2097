/// One thing that approving a draft does beside sending its reply.
///
/// A column of the desk proposes it, works it out anew when somebody approves, and does it. It is
/// open: which columns and kinds there are is known where they are registered, and nobody else
/// looks into the payload to decide anything.
package struct ProposedEffect: Sendable, Hashable {
    /// The column that proposes it and will do it, such as `bookings`.
    package var column: String
    /// What it does, as that column calls it, such as `hold`.
    package var kind: String
    /// For the person who approves: "books Colour refresh, Tue 24 Nov 15:30 with Ana".
    package var summary: String
    /// What it is about, in parts that the column names.
    package var payload: [String: String]

    package init(
        column: String, kind: String, summary: String, payload: [String: String] = [:]
    ) {
        self.column = column
        self.kind = kind
        self.summary = summary
        self.payload = payload
    }
}
