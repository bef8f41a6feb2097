package import Base

/// What understanding one message may use beside its words.
package struct UnderstandingContext: Sendable, Hashable {
    /// Where the booking stands before this message, with what was offered and asked.
    package var state: BookingState
    package var catalogue: Catalogue
    /// The present on the business's wall clock.
    package var now: LocalDateTime
    /// The contact's upcoming appointments, by start.
    package var appointments: [Booking]
    /// The message's embedding by the built-in encoder; empty when it could not be had.
    package var embedding: [Float]
    /// What retrieval found for the message, best first.
    package var passages: [PassageHit]

    package init(
        state: BookingState, catalogue: Catalogue, now: LocalDateTime, appointments: [Booking],
        embedding: [Float], passages: [PassageHit]
    ) {
        self.state = state
        self.catalogue = catalogue
        self.now = now
        self.appointments = appointments
        self.embedding = embedding
        self.passages = passages
    }
}

/// Reads one message: pure, so that a stored conversation can be replayed. A message may hold
/// several wishes; the commands come in the order in which they should be carried out.
///
/// A closure, so that a language model can stand in its place; whatever it proposes is checked by
/// the machines.
package struct UnderstandingPort: Sendable {
    package var understand:
        @Sendable (_ message: String, _ context: UnderstandingContext) async throws -> Understanding

    package init(
        understand: @escaping @Sendable (String, UnderstandingContext) async throws -> Understanding
    ) {
        self.understand = understand
    }
}
