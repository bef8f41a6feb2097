/// The rules say no. The caller can act on it; nothing is broken.
///
/// Each machine and subject has its own enum of refusals. `code` is API ("booking.slot_taken"):
/// codes are listed in one file of `Web` and never renamed.
package protocol Refusal: Error, Sendable {
    var code: String { get }
    var kind: RefusalKind { get }
    /// One sentence for the person who asked; holds no secret and nothing of other workspaces.
    var detail: String { get }
    /// What is wrong with which field, if it is about fields.
    var fields: [FieldProblem] { get }
}

extension Refusal {
    package var fields: [FieldProblem] { [] }
}

/// How a refusal is answered; `Web` turns it into a status.
package enum RefusalKind: String, Sendable, Codable {
    /// It cannot be read at all.
    case malformed
    case invalid, unauthenticated, forbidden, missing, conflict, tooLarge, unsupported, limited
    /// There is no room to store it.
    case noRoom
    /// What the client made it depend on is not so.
    case preconditionFailed
}

/// One field of a request that cannot be accepted, and why.
package struct FieldProblem: Sendable, Hashable, Codable {
    package let field: String
    package let message: String

    package init(_ field: String, _ message: String) {
        self.field = field
        self.message = message
    }
}

/// The world failed: a server is away, a disk is full. Described in logs, never to clients.
package protocol Fault: Error, Sendable {
    /// Whether trying the same again later can succeed.
    var retryable: Bool { get }
}

/// A fault that the owner of a business can do something about, or should know of.
package protocol ExplainedFault: Fault {
    /// One sentence for the owner; holds no secret and no address.
    var explanation: String { get }
}
