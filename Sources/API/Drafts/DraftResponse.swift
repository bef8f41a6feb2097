import Base
import Domain
import HTTP
import Store
import WebCore

/// A draft as clients see it, with everything a person must know to decide.
struct DraftResponse: Encodable {
    struct Quote: Encodable {
        let documentId: DocumentID
        let chunkId: PassageID
        let title: String
        @NullEncoded var page: Int?
        let text: String
        let score: Double
    }

    let id: DraftID
    let version: Int
    let status: DraftStatus
    let conversationId: ConversationID
    let contact: ContactResponse
    let channel: Channel
    let lastMessage: String
    let text: String
    let citations: [Quote]
    let commands: [JSONValue]
    let effects: [String]
    let previews: [PreviewResponse]
    let warnings: [String]
    let intent: Intent
    let confidence: Double
    let isReadable: Bool
    let waitingSince: Instant
    let createdAt: Instant
    @NullEncoded var sendsAt: Instant?
    @NullEncoded var notSent: String?

    init(_ listed: DraftStore.Listed) {
        let draft = listed.draft
        id = draft.id
        version = draft.version
        status = draft.status
        conversationId = draft.conversation
        contact = ContactResponse(listed.contact)
        channel = listed.channel
        lastMessage = listed.lastMessage
        text = draft.text
        citations = draft.citations.map {
            Quote(
                documentId: $0.document, chunkId: $0.passage, title: $0.title, page: $0.page,
                text: $0.text, score: $0.score)
        }
        commands = draft.commands.map(CommandResponse.value)
        effects = draft.effects.map(\.summary)
        previews = draft.effects.map { PreviewResponse($0, listed.contact) }
        warnings = draft.warnings
        intent = draft.intent
        confidence = draft.confidence
        isReadable = draft.isReadable
        waitingSince = listed.waitingSince
        createdAt = draft.createdAt
        sendsAt = draft.sendsAt
        notSent = draft.notSent
    }

    static let schema = JSONSchema.object(
        named: "Draft",
        [
            .init("id", .id), .init("version", .integer),
            .init("status", .oneOf(DraftStatus.allCases.map(\.rawValue))),
            .init("conversation_id", .id), .init("contact", ContactResponse.schema),
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
            .init("previews", .array(of: PreviewResponse.schema), "The same in parts."),
            .init("warnings", .array(of: .string)), .init("intent", .string),
            .init("confidence", .number),
            .init(
                "is_readable", .boolean,
                "False for a draft of another version: approving it has it drafted again."),
            .init("waiting_since", .instant),
            .init("created_at", .instant),
            .init("sends_at", .nullable(.instant), "When an approved reply leaves."),
            .init("not_sent", .nullable(.string), "Why an approved reply was not sent after all."),
        ])
}

/// What approving a draft does, in parts: what, and where it is an appointment, which service, with
/// whom, when and for whom.
struct PreviewResponse: Encodable {
    struct Span: Encodable {
        let staff: String
        let staffId: StaffMemberID
        let start: Instant
        let end: Instant

        static let properties: [JSONSchema.Property] = [
            .init("staff", .string), .init("staff_id", .id), .init("start", .instant),
            .init("end", .instant),
        ]
    }

    let column: String
    let type: String
    let text: String
    @NullEncoded var service: String?
    @NullEncoded var serviceId: ServiceID?
    @NullEncoded var staff: String?
    @NullEncoded var staffId: StaffMemberID?
    @NullEncoded var start: Instant?
    @NullEncoded var end: Instant?
    @NullEncoded var from: Span?
    let contact: ContactResponse

    init(_ effect: ProposedEffect, _ contact: Contact) {
        let preview = BookingPreview(effect)
        let (slot, previous) = (preview?.slot, preview?.previousSlot)
        column = effect.column
        type = effect.kind
        text = effect.summary
        service = slot?.serviceName
        serviceId = slot?.service
        staff = slot?.staffName
        staffId = slot?.staff
        start = slot?.start
        end = slot?.end
        from = previous.map {
            Span(staff: $0.staffName, staffId: $0.staff, start: $0.start, end: $0.end)
        }
        self.contact = ContactResponse(contact)
    }

    static let schema = JSONSchema.object(
        named: "Preview",
        [
            .init("column", .string, "The subject that does it, such as `bookings`."),
            .init(
                "type", .string,
                "What it does: `hold`, `book`, `move`, `cancel`, `release`, `deposit` for bookings, "
                    + "`hand_off` for conversations, `name` for contacts."),
            .init("text", .string), .init("service", .nullable(.string)),
            .init("service_id", .nullable(.id)), .init("staff", .nullable(.string)),
            .init("staff_id", .nullable(.id)), .init("start", .nullable(.instant)),
            .init("end", .nullable(.instant)),
            .init(
                "from", .nullable(.object(named: "PreviewSpan", Span.properties)),
                "Where an appointment that moves stands now."),
            .init("contact", ContactResponse.schema),
        ])
}

/// Commands of the closed grammar as flat JSON objects.
enum CommandResponse {
    static func value(_ command: Command) -> JSONValue {
        var members: [String: JSONValue] = ["type": .text(command.type)]
        switch command {
        case .startBooking(let wish), .setSlot(let wish), .correctSlot(let wish):
            add(wish, to: &members)
        case .chooseOffer(let choice): members["choice"] = .text(text(choice))
        case .cancel(let reference): members["reference"] = reference.map { .text($0) }
        case .cancelSeveral(let references):
            members["references"] = .list(references.map { .text($0) })
        case .reschedule(let reference, let wish):
            members["reference"] = reference.map { .text($0) }
            add(wish, to: &members)
        case .askFAQ(let question): members["question"] = .text(question)
        case .handOff(let reason): members["reason"] = .text(reason)
        case .confirm, .deny, .status, .none: break
        }
        return .object(members)
    }

    private static func add(_ wish: BookingRequest, to members: inout [String: JSONValue]) {
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
