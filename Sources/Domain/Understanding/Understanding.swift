/// What a customer wants, as settled in the requirements.
package enum Intent: String, Sendable, Codable, CaseIterable, Hashable {
    case bookingRequest = "booking_request"
    case bookingModify = "booking_modify"
    case bookingConfirm = "booking_confirm"
    case bookingCancel = "booking_cancel"
    case bookingReschedule = "booking_reschedule"
    case bookingStatus = "booking_status"
    case faqHours = "faq_hours"
    case faqAddress = "faq_address"
    case faqServices = "faq_services"
    case faqPricing = "faq_pricing"
    case faqPolicy = "faq_policy"
    case talkToHuman = "talk_to_human"
    case greeting
    case thanks
    case complaint
    case payment
    case inquiry
    case fallback

    /// Whether the answer is to be found in what the business knows.
    package var asksKnowledge: Bool {
        switch self {
        case .faqHours, .faqAddress, .faqServices, .faqPricing, .faqPolicy, .payment, .inquiry:
            true
        case .bookingRequest, .bookingModify, .bookingConfirm, .bookingCancel, .bookingReschedule,
            .bookingStatus, .talkToHuman, .greeting, .thanks, .complaint, .fallback:
            false
        }
    }
}

/// The closed grammar in which a model, or our own understanding, may propose. Nothing else exists.
package enum Command: Sendable, Hashable {
    case startBooking(BookingRequest)
    case setSlot(BookingRequest)
    case correctSlot(BookingRequest)
    case chooseOffer(OfferChoice)
    case confirm
    case deny
    case cancel(reference: String?)
    /// Several appointments at once; without references, all there are.
    case cancelSeveral(references: [String])
    case reschedule(reference: String?, BookingRequest)
    case askFAQ(question: String)
    case status
    case handOff(reason: String)
    case none

    /// Why a message is passed on that says that somebody comes late.
    package static let lateReason = "The customer is running late."
    package static let personReason = "The customer asks for a person."
    package static let complaintReason = "The customer is complaining."

    /// The name in the API.
    package var type: String {
        switch self {
        case .startBooking: "start_booking"
        case .setSlot: "set_slot"
        case .correctSlot: "correct_slot"
        case .chooseOffer: "set_slot"
        case .confirm: "confirm"
        case .deny: "deny"
        case .cancel, .cancelSeveral: "cancel"
        case .reschedule: "reschedule"
        case .askFAQ: "ask_faq"
        case .status: "status"
        case .handOff: "handoff"
        case .none: "none"
        }
    }

    /// The event this means to the booking machine; nil when it is not about a booking.
    package var bookingEvent: BookingEvent? {
        switch self {
        case .startBooking(let request): .start(request)
        case .setSlot(let request), .correctSlot(let request): .set(request)
        case .chooseOffer(let choice): .choose(choice)
        case .confirm: .confirm
        case .deny: .deny
        case .cancel(let reference): .cancel(reference: reference)
        case .cancelSeveral(let references): .cancelSeveral(references: references)
        case .reschedule(let reference, let request): .reschedule(reference: reference, request)
        case .status: .status
        case .askFAQ, .handOff, .none: nil
        }
    }
}

/// What was understood of one message: proposals, each as sure as it says.
package struct Understanding: Sendable, Hashable {
    package var intent: Intent
    /// Calibrated probability of the intent, 0 … 1.
    package var confidence: Double
    package var commands: [Command]
    /// A name that the customer gave, if any.
    package var contactName: String?

    package init(
        intent: Intent, confidence: Double, commands: [Command], contactName: String? = nil
    ) {
        self.intent = intent
        self.confidence = confidence
        self.commands = commands
        self.contactName = contactName
    }
}
