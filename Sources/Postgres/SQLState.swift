/// A five-character SQLSTATE code, PostgreSQL's stable name for what went wrong.
///
/// Code decides by these and by constraint names, never by message text.
package struct SQLState: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    private init(_ code: String) {
        rawValue = code
    }

    /// The first two characters: what kind of error it is.
    package var group: Substring { rawValue.prefix(2) }
    package var description: String { rawValue }

    package static let notNullViolation = SQLState("23502")
    package static let foreignKeyViolation = SQLState("23503")
    package static let uniqueViolation = SQLState("23505")
    package static let checkViolation = SQLState("23514")
    package static let exclusionViolation = SQLState("23P01")
    package static let serializationFailure = SQLState("40001")
    package static let deadlockDetected = SQLState("40P01")
    package static let inFailedTransaction = SQLState("25P02")
    package static let readOnlyTransaction = SQLState("25006")
    package static let insufficientPrivilege = SQLState("42501")
    package static let syntaxError = SQLState("42601")
    package static let undefinedTable = SQLState("42P01")
    package static let undefinedColumn = SQLState("42703")
    package static let duplicateTable = SQLState("42P07")
    package static let lockNotAvailable = SQLState("55P03")
    package static let queryCanceled = SQLState("57014")
    package static let adminShutdown = SQLState("57P01")
    package static let crashShutdown = SQLState("57P02")
    package static let cannotConnectNow = SQLState("57P03")
    package static let idleSessionTimeout = SQLState("57P05")
    package static let tooManyConnections = SQLState("53300")
    package static let diskFull = SQLState("53100")
    package static let outOfMemory = SQLState("53200")
    package static let invalidText = SQLState("22P02")
    package static let invalidStatementName = SQLState("26000")
    package static let featureNotSupported = SQLState("0A000")

    /// Whether the same statement can succeed later without anybody changing anything.
    package var isRetryable: Bool {
        switch self {
        case .serializationFailure, .deadlockDetected, .lockNotAvailable, .queryCanceled: true
        default: ["08", "53", "57", "58"].contains(group)
        }
    }

    /// Whether only the transaction lost a race and can be run again at once.
    package var isSerialization: Bool {
        self == .serializationFailure || self == .deadlockDetected
    }

    /// Whether the server ended the session with this.
    var endsSession: Bool {
        [.adminShutdown, .crashShutdown, .cannotConnectNow, .idleSessionTimeout].contains(self)
    }
}
