package import Base

package enum ConversationRefusal: Refusal, Equatable {
    case emptyMessage
    case messageTooLong(limit: Int)
    case unknownConversation
    case tooManyMessages
    case keyReused
    case closed
    case subjectTooLong(limit: Int)

    package var code: String {
        switch self {
        case .emptyMessage: "conversation.empty_message"
        case .messageTooLong: "conversation.message_too_long"
        case .unknownConversation: "conversation.unknown"
        case .tooManyMessages: "conversation.too_many_messages"
        case .keyReused: "conversation.key_reused"
        case .closed: "conversation.closed"
        case .subjectTooLong: "conversation.subject_too_long"
        }
    }

    package var kind: RefusalKind {
        switch self {
        case .unknownConversation: .missing
        case .emptyMessage, .subjectTooLong: .invalid
        case .messageTooLong: .tooLarge
        case .tooManyMessages: .limited
        case .keyReused, .closed: .conflict
        }
    }

    package var detail: String {
        switch self {
        case .emptyMessage: "Write something first."
        case .messageTooLong(let limit): "A message can have at most \(limit) characters."
        case .unknownConversation: "There is no such conversation."
        case .tooManyMessages: "Please wait for an answer before writing more."
        case .keyReused: "This Idempotency-Key was used for a different message."
        case .closed: "This conversation is closed. Open it again to write in it."
        case .subjectTooLong(let limit): "A subject can have at most \(limit) characters."
        }
    }

    package var fields: [FieldProblem] {
        switch self {
        case .emptyMessage, .messageTooLong: [FieldProblem("content", detail)]
        case .subjectTooLong: [FieldProblem("subject", detail)]
        case .unknownConversation, .tooManyMessages, .keyReused, .closed: []
        }
    }
}
