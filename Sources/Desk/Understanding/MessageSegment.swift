import Base
import Domain
import Language

/// A part of a message: its words, what the classifier makes of it, and what kind of thing it is.
struct MessageSegment: Sendable {
    enum Kind: Sendable { case action, question, person, complaint, social, strange, late }

    let text: String
    let intent: IntentReading
    let reading: ParsedMessage
    private(set) var kind: Kind

    /// Above this a question belongs to the business, whatever the classifier thinks.
    static let relevantPassage = 0.35
    /// A stranger is let go for sure above this.
    static let surelyStrange = 0.85

    init(
        _ text: String, intent: IntentReading, reading: ParsedMessage, facts: UnderstandingContext
    ) {
        self.text = text
        self.intent = intent
        self.reading = reading
        kind = MessageSegment.kind(text, intent, reading, facts)
    }

    var words: PhraseText { reading.words }

    /// The parts in the light of each other and of the whole: what says when is about the booking
    /// that another part is about, and a complaint must colour the whole.
    static func together(_ parts: [MessageSegment], whole: MessageSegment) -> [MessageSegment] {
        guard parts.count > 1 else { return parts }
        let books = parts.contains { $0.kind == .action && $0.verb != .cancel }
        return parts.map { part in
            var part = part
            switch part.kind {
            case .question, .strange, .social:
                if books, part.proposesTime || part.asksForDescribed { part.kind = .action }
            case .complaint:
                let isSure =
                    part.intent.confidence > surelyComplaining
                    || whole.intent.confidence(of: .complaint) > faintlyComplaining
                if !isSure { part.kind = part.reading.hasWhen && books ? .action : .strange }
            case .person:
                let isSure =
                    part.intent.confidence > surelyAsking
                    || whole.intent.confidence(of: .talkToHuman) > faintlyComplaining
                if !isSure, books { part.kind = .strange }
            case .action, .late: break
            }
            return part
        }
    }

    private static let surelyComplaining = 0.85
    private static let surelyAsking = 0.75
    private static let faintlyComplaining = 0.15

    /// "Would Monday at 11 work?", "Tuesday at 5 or Friday at 3, whichever."
    private var proposesTime: Bool {
        guard reading.hasWhen else { return false }
        if asks, words.has(MessageSegment.ownQuestions + "|" + MessageSegment.prices) {
            return false
        }
        return (reading.hasDay && reading.hasTime) || words.has(MessageSegment.suiting)
    }

    /// "Can Ana cover my greys?", beside the time for it.
    private var asksForDescribed: Bool {
        reading.described.sure != nil && words.has("can|could|would")
            && !words.has(MessageSegment.ownQuestions + "|" + MessageSegment.prices)
    }

    private static let suiting =
        "work|works|suit|suits|possible|free|available|ok|okay|whichever|either|best|better|ideal|"
        + "prefer|preferably|ideally|can do|could do|would do|any good|good for me"

    var asks: Bool { MessageSegment.asks(text, words) }
    var verb: Verb? { Verb(words) }

    static func asks(_ text: String, _ words: PhraseText) -> Bool {
        text.contains("?") || words.begins(MessageSegmenter.questionStarts)
            || words.has("tell me|let me know|wondering|i wonder|want to know|id like to know")
    }

    private static let prices =
        "how much|price|prices|cost|costs|fee|fees|charge|discount|what do you charge|expensive"
    private static let ownQuestions =
        "open|opens|close|closes|closed|opening|hours|how long|park|parking|address|deposit|"
        + "policy|patch test|refund|speak|recommend|difference|include|included|hurt|safe|why"
    private static let wants =
        "book|reserve|id like|i would like|i want|i need|need a|need an|can i get|can i have|"
        + "could i get|could i have|can i come|could i come|looking for|schedule|any chance of|"
        + "appointment|slot|openings|opening for|availability|available|what have you got|"
        + "fit me in|squeeze me in|times|put me down|sign me up"

    /// With a day or a time beside it, this is a wish for an appointment.
    private static let coming =
        "can i come|could i come|may i come|come in|come by|fit me in|squeeze me in|see me"

    private static func kind(
        _ text: String, _ intent: IntentReading, _ reading: ParsedMessage,
        _ facts: UnderstandingContext
    ) -> Kind {
        let words = reading.words
        if PromptInjection.areIn(text, words) { return .strange }
        let asks = asks(text, words)
        if isLate(reading, facts) { return .late }
        let expectsAnswer = facts.state.asked != nil
        if expectsAnswer, !asks, answers(text, reading, facts) { return .action }
        if expectsAnswer, asks, asksOfOffer(text, reading, facts) { return .action }
        if words.has(prices), asks || intent.best == .faqPricing { return .question }
        // A service alone says what is wanted, when the classifier has nothing better.
        if !asks, reading.service != nil, words.count <= 6, intent.confidence < 0.5 {
            return .action
        }
        switch intent.best {
        case .faqHours, .faqAddress, .faqServices, .faqPricing, .faqPolicy, .payment, .inquiry:
            return asksForTime(intent, reading, facts) ? .action : .question
        case .bookingRequest, .bookingModify, .bookingConfirm, .bookingCancel,
            .bookingReschedule, .bookingStatus:
            return .action
        case .talkToHuman: return .person
        case .complaint:
            // "My tooth is killing me" sounds like one.
            let isNeed = reading.described.sure != nil && intent.confidence < surelyComplaining
            return isNeed && !asks ? .action : .complaint
        case .greeting, .thanks:
            return reading.service != nil && !asks ? .action : .social
        case .fallback:
            if wantsService(reading) || (reading.hasWhen && expectsAnswer) { return .action }
            if !asks, reading.described.sure != nil { return .action }
            let isRelevant =
                (facts.passages.first?.score ?? 0) > relevantPassage
                && intent.confidence < surelyStrange
            return asks && isRelevant ? .question : .strange
        }
    }

    /// "Running ten minutes late, sorry" is for those who wait, and changes no booking; "can we
    /// start half an hour later" does.
    private static func isLate(_ reading: ParsedMessage, _ facts: UnderstandingContext) -> Bool {
        let isToday = facts.appointments.contains {
            facts.catalogue.zone.local($0.slot.start).date == facts.now.date
        }
        let words = reading.words
        // "I'm not cancelling, just running late" is told in time, whatever day it is.
        let staysOn = words.refuses(PlannerWords.cancel)
        guard isToday || staysOn, facts.state.asked == nil else { return false }
        return words.has(lateness) && Verb(words) == nil
            && !reading.mentions.contains { $0.shiftMinutes != nil }
            && !words.has("later|another time|different time|instead")
    }

    private static let lateness =
        "running late|running a bit late|running behind|running a little late|mins late|min late|"
        + "minutes late|gonna be late|going to be late|ill be late|be a bit late|bit late|"
        + "might be late|may be late|be there a bit|stuck in traffic|traffic is|on my way|"
        + "train is delayed|bus is late|train is late|held up|running about|running abt"

    /// A short answer to what was asked.
    private static func answers(
        _ text: String, _ reading: ParsedMessage, _ facts: UnderstandingContext
    ) -> Bool {
        OpenQuestion(facts).answer(to: text, reading) != nil || reading.hasWhen
            || (reading.service != nil && reading.words.count <= 8)
            || (reading.described != .none && facts.state.asked?.question == .service)
            || (reading.speaksOfStaff && reading.words.count <= 12)
            || Comparison(reading.words) != nil
    }

    /// "What's the latest you have?", "anything earlier?": a question about the times on offer.
    private static func asksOfOffer(
        _ text: String, _ reading: ParsedMessage, _ facts: UnderstandingContext
    ) -> Bool {
        if reading.words.has(ownQuestions) || reading.words.has(prices) { return false }
        if Comparison(reading.words) != nil || reading.words.has("earliest|soonest") { return true }
        return !facts.state.offered.isEmpty && reading.words.has("latest|the last")
    }

    /// "Do you have anything on Tuesday" is about a time, "are you open on Tuesday" is not.
    private static func asksForTime(
        _ intent: IntentReading, _ reading: ParsedMessage, _ facts: UnderstandingContext
    ) -> Bool {
        let words = reading.words
        if words.has(ownQuestions) || words.has(prices) { return false }
        if wantsService(reading) { return true }
        guard reading.hasDay || reading.hasTime else { return false }
        if words.has(coming) { return true }
        if reading.hasDay, reading.hasTime, words.has(suiting) { return true }
        return facts.state.asked != nil || reading.service != nil || reading.staff != nil
            || intent.confidence(of: .bookingRequest) > 0.25
    }

    private static func wantsService(_ reading: ParsedMessage) -> Bool {
        guard reading.service != nil || reading.described.sure != nil else { return false }
        if reading.words.has(ownQuestions) || reading.words.has(prices) { return false }
        return reading.hasWhen || reading.words.has(wants)
    }
}
