import Base
package import Domain
package import Store

/// Everything a turn, or an approval, rests on, read at once.
package struct TurnSnapshot: Sendable {
    package var workspace: Workspace
    package var conversation: Conversation
    package var contact: Contact
    /// The customer's messages since the last reply, oldest first.
    package var unanswered: [Message]
    package var session: BookingSessionStore.Session
    package var appointments: [Booking]
    /// What staff changed and the customer is to be told.
    package var notices: [BookingNotice]
    package var availability: Availability

    static func read(
        _ conversation: Conversation, at now: Instant, _ reader: Reader
    ) throws -> TurnSnapshot? {
        guard let workspace = try WorkspaceStore.find(reader),
            let contact = try ContactStore.find(conversation.contact, reader)
        else { return nil }
        return TurnSnapshot(
            workspace: workspace, conversation: conversation, contact: contact,
            unanswered: try ConversationStore.unanswered(
                in: conversation.id, since: conversation.answeredThrough,
                limit: ConversationLimits.unansweredMessages, reader),
            session: try BookingSessionStore.find(conversation.id, reader),
            appointments: try BookingStore.upcoming(of: contact.id, at: now, reader),
            notices: try BookingNoticeStore.pending(of: contact.id, at: now, reader),
            availability: try availability(at: now, for: contact, reader))
    }

    /// What is free, told in the way in which this customer is written to.
    private static func availability(
        at now: Instant, for contact: Contact, _ reader: Reader
    ) throws -> Availability {
        var availability = try BookingDesk.availability(at: now, reader)
        if let locale = contact.locale { availability.catalogue.locale = locale }
        return availability
    }

    /// The same with the appointments, the catalogue and the taken spans as they are now, for after
    /// the people were locked: what is decided and what is written rest on one reading.
    func refreshed(at now: Instant, _ reader: Reader) throws -> TurnSnapshot {
        var fresh = self
        fresh.appointments = try BookingStore.upcoming(of: contact.id, at: now, reader)
        fresh.availability = try TurnSnapshot.availability(at: now, for: contact, reader)
        return fresh
    }

    func context(at: Instant, now: Instant, identity: BookingIdentity) -> BookingContext {
        BookingContext(
            at: at, now: now, contact: contact.id, appointments: appointments,
            availability: availability, newBooking: identity.id,
            newReference: identity.reference)
    }
}
