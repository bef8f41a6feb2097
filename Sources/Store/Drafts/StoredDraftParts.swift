import Base
import Domain

/// The words of documents that a draft quotes (`draft.citations`).
struct StoredCitations: StoredShape {
    static let version = 2

    /// Versions 1 and 2 spell it alike.
    struct Entry: Codable {
        var passage: PassageID
        var document: DocumentID
        var title: String
        var page: Int?
        var text: String
        var score: Double

        init(_ citation: Citation) {
            passage = citation.passage
            document = citation.document
            title = citation.title
            page = citation.page
            text = citation.text
            score = citation.score
        }

        var value: Citation {
            Citation(
                passage: passage, document: document, title: title, page: page, text: text,
                score: score)
        }
    }

    var citations: [Entry]

    init(_ citations: [Citation]) { self.citations = citations.map(Entry.init) }

    func value() -> [Citation] { citations.map(\.value) }

    static func value(ofVersion version: Int, from decoder: any Decoder) throws -> [Citation] {
        try [Entry](from: decoder).map(\.value)
    }
}

/// Why a person should look twice at a draft (`draft.warnings`).
struct StoredWarnings: StoredShape {
    static let version = 2

    var warnings: [String]

    init(_ warnings: [String]) { self.warnings = warnings }

    func value() -> [String] { warnings }

    static func value(ofVersion version: Int, from decoder: any Decoder) throws -> [String] {
        try [String](from: decoder)
    }
}

/// What approving a draft will do (`draft.effects`).
struct StoredEffects: StoredShape {
    static let version = 2

    /// What one column of the desk will do, in parts that this column names and reads.
    struct Effect: Codable {
        var column: String
        var kind: String
        var summary: String
        var payload: [String: String]

        init(_ effect: ProposedEffect) {
            column = effect.column
            kind = effect.kind
            summary = effect.summary
            payload = effect.payload
        }

        var value: ProposedEffect {
            ProposedEffect(column: column, kind: kind, summary: summary, payload: payload)
        }
    }

    var effects: [Effect]

    init(_ effects: [ProposedEffect]) { self.effects = effects.map(Effect.init) }

    func value() -> [ProposedEffect] { effects.map(\.value) }

    static func value(
        ofVersion version: Int, from decoder: any Decoder
    ) throws -> [ProposedEffect] {
        try [BookingPreviewV1](from: decoder).map { try $0.value() }
    }
}

/// What a draft was understood to be about (`draft.commands`).
struct StoredCommands: StoredShape {
    static let version = 2

    var commands: [StoredCommand]

    init(_ commands: [Command]) { self.commands = commands.map(StoredCommand.init) }

    func value() throws -> [Command] { try commands.map { try $0.value() } }

    static func value(ofVersion version: Int, from decoder: any Decoder) throws -> [Command] {
        try [CommandV1](from: decoder).map { try $0.value() }
    }
}

/// A command: a type, with the members that this type has.
struct StoredCommand: Codable {
    enum Kind: String, Codable, CaseIterable {
        case startBooking = "start_booking"
        case setSlot = "set_slot"
        case correctSlot = "correct_slot"
        case chooseOffer = "choose_offer"
        case confirm, deny, cancel
        case cancelSeveral = "cancel_several"
        case reschedule
        case askFAQ = "ask_faq"
        case status
        case handOff = "hand_off"
        case none
    }

    var type: Kind
    var request: StoredBookingRequest?
    var choice: StoredOfferChoice?
    var reference: String?
    var references: [String]?
    var question: String?
    var reason: String?

    private init(type: Kind, _ request: BookingRequest? = nil, reference: String? = nil) {
        self.type = type
        self.request = request.map(StoredBookingRequest.init)
        self.reference = reference
    }

    init(_ command: Command) {
        switch command {
        case .startBooking(let request): self.init(type: .startBooking, request)
        case .setSlot(let request): self.init(type: .setSlot, request)
        case .correctSlot(let request): self.init(type: .correctSlot, request)
        case .chooseOffer(let choice):
            self.init(type: .chooseOffer)
            self.choice = StoredOfferChoice(choice)
        case .confirm: self.init(type: .confirm)
        case .deny: self.init(type: .deny)
        case .cancel(let reference): self.init(type: .cancel, reference: reference)
        case .cancelSeveral(let references):
            self.init(type: .cancelSeveral)
            self.references = references
        case .reschedule(let reference, let request):
            self.init(type: .reschedule, request, reference: reference)
        case .askFAQ(let question):
            self.init(type: .askFAQ)
            self.question = question
        case .status: self.init(type: .status)
        case .handOff(let reason):
            self.init(type: .handOff)
            self.reason = reason
        case .none: self.init(type: .none)
        }
    }

    func value() throws -> Command {
        switch type {
        case .startBooking: .startBooking(try theRequest())
        case .setSlot: .setSlot(try theRequest())
        case .correctSlot: .correctSlot(try theRequest())
        case .chooseOffer: .chooseOffer(try StoredMember.required("choice", choice).value())
        case .confirm: .confirm
        case .deny: .deny
        case .cancel: .cancel(reference: reference)
        case .cancelSeveral:
            .cancelSeveral(references: try StoredMember.required("references", references))
        case .reschedule: .reschedule(reference: reference, try theRequest())
        case .askFAQ: .askFAQ(question: try StoredMember.required("question", question))
        case .status: .status
        case .handOff: .handOff(reason: try StoredMember.required("reason", reason))
        case .none: .none
        }
    }

    private func theRequest() throws -> BookingRequest {
        try StoredMember.required("request", request).value
    }
}
