package import Base

/// Which of a workspace's secrets for outside services: the service, and a name where it has several.
package struct CredentialName: Sendable, Hashable, CustomStringConvertible {
    /// The service, such as "twilio".
    package let provider: String
    package let name: String

    package static let defaultName = "default"
    private static let limit = 40

    /// Throws `CredentialRefusal.invalid` unless both are lower-case words.
    package init(provider: String, name: String = defaultName) throws(CredentialRefusal) {
        var problems: [FieldProblem] = []
        for (field, text) in [("provider", provider), ("name", name)]
        where !CredentialName.isWord(text) {
            problems.append(
                FieldProblem(
                    field,
                    "Use up to \(CredentialName.limit) lower-case letters, digits, - and _, with a"
                        + " letter first."))
        }
        guard problems.isEmpty else { throw .invalid(problems) }
        self.provider = provider
        self.name = name
    }

    private static func isWord(_ text: String) -> Bool {
        guard let first = text.utf8.first, isLetter(first), text.utf8.count <= limit else {
            return false
        }
        return text.utf8.allSatisfy {
            isLetter($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }

    package var description: String { "\(provider)/\(name)" }
}

/// What may be shown of a credential: that it is there.
package struct CredentialEntry: Sendable, Hashable {
    package let name: CredentialName
    package let changedAt: Instant

    package init(name: CredentialName, changedAt: Instant) {
        self.name = name
        self.changedAt = changedAt
    }
}

package enum CredentialRefusal: Refusal, Equatable {
    case invalid([FieldProblem])
    case tooLong(limitBytes: Int)

    package var code: String {
        switch self {
        case .invalid: "credential.invalid"
        case .tooLong: "credential.too_long"
        }
    }

    package var kind: RefusalKind { .invalid }

    package var detail: String {
        switch self {
        case .invalid: "Some fields need another look."
        case .tooLong(let limit): "A credential has at most \(limit) bytes. Give the key alone."
        }
    }

    package var fields: [FieldProblem] {
        if case .invalid(let fields) = self { fields } else { [] }
    }
}

/// Why a credential that is stored cannot be used.
package enum CredentialFault: ExplainedFault, Equatable {
    /// The master key that wraps it is not among the keys of this process.
    case keyMissing(fingerprint: String)
    /// The row was changed, or moved from another workspace or another name.
    case damaged(String)
    /// The master key cannot be read; the text says why, for the operator.
    case keyUnreadable(String)

    package var retryable: Bool { false }

    package var explanation: String {
        switch self {
        case .keyMissing:
            "The stored credentials cannot be opened: the key that they were stored with is not on"
                + " this machine."
        case .damaged: "A stored credential was changed outside of Frontdesk. Enter it again."
        case .keyUnreadable: "The key that opens stored credentials cannot be read."
        }
    }
}
