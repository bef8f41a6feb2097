package import Base

/// What can go wrong between us and the database.
///
/// Its description names codes, constraints and columns but never data: the server's own message can
/// quote values, so it is kept as a `Secret` and shown only for errors in the statement itself.
package enum PostgresError: Fault, Equatable {
    /// The server refused a statement.
    case server(ServerReport)
    /// No connection could be made. The reason is for people: it names the place and the account,
    /// never a password.
    case unreachable(reason: String)
    /// The connection broke. `outcomeUnknown` when a statement had been sent and not answered.
    case disconnected(outcomeUnknown: Bool)
    /// The work took longer than it was allowed to.
    case deadlineExceeded
    /// Nobody had a connection free in time; `cause` is why connecting failed last, if it did.
    case acquisitionTimedOut(cause: String?)
    /// Too many are waiting for a connection already.
    case queueFull
    /// The pool is closed.
    case closed
    /// A statement had failed inside the transaction and the error was lost, so nothing was stored.
    case transactionAborted
    /// A cell does not hold the type that was asked for.
    case column(String, expected: String, found: SQLMismatch)
    /// The result has no column of this name.
    case missingColumn(String)
    /// One row was expected.
    case rowCount(expected: Int, found: Int)

    /// What the server says about an error, without the values in it.
    package struct ServerReport: Sendable, Equatable {
        package let state: SQLState
        package let constraint: String?
        package let table: String?
        package let column: String?
        package let message: Secret
    }

    /// The server's code, if the server refused.
    package var state: SQLState? {
        if case .server(let report) = self { report.state } else { nil }
    }

    /// The violated constraint, if that is what it was.
    package var constraint: String? {
        if case .server(let report) = self { report.constraint } else { nil }
    }

    package var retryable: Bool {
        switch self {
        case .server(let report): report.state.isRetryable
        case .unreachable, .disconnected, .deadlineExceeded, .acquisitionTimedOut, .queueFull: true
        case .closed, .transactionAborted, .column, .missingColumn, .rowCount: false
        }
    }

    /// Whether the transaction lost a race and can be run again at once.
    package var isSerialization: Bool { state?.isSerialization ?? false }

    /// Whether a unique or exclusion constraint refused, of this name if one is given.
    package func violates(_ constraint: String? = nil) -> Bool {
        guard case .server(let report) = self, report.state.group == "23" else { return false }
        return constraint == nil || report.constraint == constraint
    }
}

extension PostgresError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .server(let report): report.description
        case .unreachable(let reason): "postgres unreachable: \(reason)"
        case .disconnected(let unknown):
            "postgres disconnected" + (unknown ? ", outcome unknown" : "")
        case .deadlineExceeded: "postgres deadline exceeded"
        case .acquisitionTimedOut(let cause):
            "no connection became free in time" + (cause.map { " (\($0))" } ?? "")
        case .queueFull: "too many wait for a connection"
        case .closed: "the pool is closed"
        case .transactionAborted: "the transaction had failed before its commit"
        case .column(let name, let expected, let found):
            "column \(name): expected \(expected), found \(found)"
        case .missingColumn(let name): "the result has no column \(name)"
        case .rowCount(let expected, let found): "expected \(expected) row(s), found \(found)"
        }
    }
}

extension PostgresError.ServerReport: CustomStringConvertible {
    package var description: String {
        var text = "postgres \(state)"
        if let constraint { text += " constraint \(constraint)" }
        if let table { text += " table \(table)" }
        if let column { text += " column \(column)" }
        // Class 42 speaks about names in the statement, never about values.
        if state.group == "42" { text += ": \(message.revealed())" }
        return text
    }
}
