package import Base

/// Why somebody cannot sign in to the portal.
package enum PortalRefusal: Refusal, Equatable {
    case unknownWorkspace
    case invalidPhone
    case unknownSession
    case wrongCode(triesLeft: Int)
    case codeUsed
    case codeExpired
    case codeEnded
    case tooManyCodes(retryAfterSeconds: Int)

    /// They are API from before these had a type of their own, so they stay among those of
    /// conversations.
    package var code: String {
        switch self {
        case .unknownWorkspace: "conversation.unknown_workspace"
        case .invalidPhone: "conversation.invalid_phone"
        case .unknownSession: "conversation.unknown_session"
        case .wrongCode: "conversation.wrong_code"
        case .codeUsed: "conversation.code_used"
        case .codeExpired: "conversation.code_expired"
        case .codeEnded: "conversation.code_ended"
        case .tooManyCodes: "conversation.too_many_codes"
        }
    }

    package var kind: RefusalKind {
        switch self {
        case .unknownWorkspace, .unknownSession: .missing
        case .invalidPhone: .invalid
        case .wrongCode, .codeUsed, .codeExpired, .codeEnded: .unauthenticated
        case .tooManyCodes: .limited
        }
    }

    package var detail: String {
        switch self {
        case .unknownWorkspace: "There is no business at this address."
        case .invalidPhone:
            "Give the whole phone number, with its country code if it is from abroad, such as"
                + " +44 20 7946 0000."
        case .unknownSession: "This sign-in is not known any more. Ask for a new code."
        case .wrongCode(let left):
            left == 0
                ? "That code is not right. Ask for a new one."
                : "That code is not right. \(left) more \(left == 1 ? "try" : "tries")."
        case .codeUsed: "That code was used already. Ask for a new one."
        case .codeExpired: "That code has expired. Ask for a new one."
        case .codeEnded:
            "That code has ended, because too many wrong ones were tried for this number. "
                + "Ask for a new one."
        case .tooManyCodes(let seconds):
            "Too many codes were asked for. Try again in \(seconds / 60 + 1) minutes."
        }
    }

    package var fields: [FieldProblem] {
        switch self {
        case .invalidPhone: [FieldProblem("phone", detail)]
        case .wrongCode, .codeUsed, .codeExpired, .codeEnded: [FieldProblem("code", detail)]
        case .unknownWorkspace, .unknownSession, .tooManyCodes: []
        }
    }
}
