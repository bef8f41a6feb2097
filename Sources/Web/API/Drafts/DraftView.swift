import Base
import Domain
import HTTP
import Store

/// A draft as clients see it, with everything a person must know to decide.
struct DraftView: Encodable {
    struct Quote: Encodable {
        let documentId: DocumentID
        let chunkId: PassageID
        let title: String
        @OrNull var page: Int?
        let text: String
        let score: Double
    }

    let id: DraftID
    let version: Int
    let status: DraftStatus
    let conversationId: ConversationID
    let contact: ContactView
    let channel: Channel
    let lastMessage: String
    let text: String
    let citations: [Quote]
    let commands: [JSONValue]
    let effects: [String]
    let warnings: [String]
    let intent: Intent
    let confidence: Double
    let waitingSince: Instant
    let createdAt: Instant

    init(_ listed: DraftStore.Listed) {
        let draft = listed.draft
        id = draft.id
        version = draft.version
        status = draft.status
        conversationId = draft.conversation
        contact = ContactView(listed.contact)
        channel = listed.channel
        lastMessage = listed.lastMessage
        text = draft.text
        citations = draft.citations.map {
            Quote(
                documentId: $0.document, chunkId: $0.passage, title: $0.title, page: $0.page,
                text: $0.text, score: $0.score)
        }
        commands = draft.commands.map(CommandView.value)
        effects = draft.effectsInWords
        warnings = draft.warnings
        intent = draft.intent
        confidence = draft.confidence
        waitingSince = listed.waitingSince
        createdAt = draft.createdAt
    }

    static let schema = JSONSchema.object(
        named: "Draft",
        [
            .init("id", .id), .init("version", .integer),
            .init("status", .oneOf(DraftStatus.allCases.map(\.rawValue))),
            .init("conversation_id", .id), .init("contact", ConversationRoutes.contact),
            .init("channel", .string), .init("last_message", .string), .init("text", .string),
            .init(
                "citations",
                .array(
                    of: .object(
                        named: "Citation",
                        [
                            .init("document_id", .id), .init("chunk_id", .id),
                            .init("title", .string), .init("page", .nullable(.integer)),
                            .init("text", .string), .init("score", .number),
                        ]))),
            .init(
                "commands",
                .array(of: .object(named: "Command", [.init("type", .string)]))),
            .init("effects", .array(of: .string), "What approving does, in words."),
            .init("warnings", .array(of: .string)), .init("intent", .string),
            .init("confidence", .number), .init("waiting_since", .instant),
            .init("created_at", .instant),
        ])
}

/// Commands of the closed grammar as flat JSON objects.
enum CommandView {
    static func value(_ command: Command) -> JSONValue {
        var members: [String: JSONValue] = ["type": .text(command.type)]
        switch command {
        case .startBooking(let wish), .setSlot(let wish), .correctSlot(let wish):
            add(wish, to: &members)
        case .chooseOffer(let choice): members["choice"] = .text(text(choice))
        case .cancel(let reference): members["reference"] = reference.map { .text($0) }
        case .reschedule(let reference, let wish):
            members["reference"] = reference.map { .text($0) }
            add(wish, to: &members)
        case .askFAQ(let question): members["question"] = .text(question)
        case .handOff(let reason): members["reason"] = .text(reason)
        case .confirm, .deny, .status, .none: break
        }
        return .object(members)
    }

    private static func add(_ wish: BookingWish, to members: inout [String: JSONValue]) {
        members["service_id"] = wish.service.map { .text($0.description) }
        members["staff_id"] = wish.staff.map { .text($0.description) }
        if let day = wish.day {
            members["from_date"] = .text(day.from.description)
            members["to_date"] = .text(day.to.description)
        }
        if let time = wish.time {
            members["earliest"] = .text(time.earliest.description)
            members["latest"] = .text(time.latest.description)
        }
    }

    private static func text(_ choice: OfferChoice) -> String {
        switch choice {
        case .position(let number): String(number)
        case .time(let time): time.description
        case .any: "any"
        }
    }
}
