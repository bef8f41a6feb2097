import Base
import Domain
import Store
import WebCore

/// After which message a list of messages begins.
enum Since: Sendable {
    case beginning
    case number(Int)
    case message(MessageID)
    case time(Instant)

    init(_ text: String?) throws(WebRefusal) {
        guard let text, !text.isEmpty else {
            self = .beginning
            return
        }
        if let number = Int(text), (0...Int(Int32.max)).contains(number) {
            self = .number(number)
        } else if let id = MessageID(text) {
            self = .message(id)
        } else if let instant = Instant(text.replacing(" ", with: "+")) {
            // A plus that was not escaped arrives as a space.
            self = .time(instant)
        } else {
            throw .badCursor
        }
    }

    func number(in conversation: ConversationID, _ reader: Reader) throws -> Int {
        switch self {
        case .beginning, .time: return 0
        case .number(let number): return number
        case .message(let id):
            let all = try ConversationStore.messages(in: conversation, limit: 10_000, reader)
            guard let found = all.first(where: { $0.id == id }) else { throw WebRefusal.badCursor }
            return found.number
        }
    }

    func allows(_ message: Message) -> Bool {
        if case .time(let instant) = self { return message.createdAt > instant }
        return true
    }
}
