package import Base

/// What approving a draft does to the calendar, in parts for showing and in words for reading.
///
/// It is kept with the draft; approving makes it anew and compares, so that nobody says yes to one
/// appointment and causes another.
package struct BookingPreview: Sendable, Hashable, Codable {
    package enum Kind: String, Sendable, Codable, CaseIterable, Hashable {
        case hold, book, move, cancel, release, deposit
        case handOff = "hand_off"
    }

    /// A slot as it was called then, whatever the catalogue says later.
    package struct NamedSlot: Sendable, Hashable, Codable {
        package var service: ServiceID
        package var serviceName: String
        package var staff: StaffMemberID
        package var staffName: String
        package var start: Instant
        package var end: Instant
    }

    package var kind: Kind
    /// "books Colour refresh, Tue 24 Nov 15:30 with Ana".
    package var summary: String
    /// Where the appointment will stand; nil for what concerns none.
    package var slot: NamedSlot?
    /// Where an appointment that moves stands until then.
    package var previousSlot: NamedSlot?

    package init(
        kind: Kind, summary: String, slot: NamedSlot? = nil, previousSlot: NamedSlot? = nil
    ) {
        self.kind = kind
        self.summary = summary
        self.slot = slot
        self.previousSlot = previousSlot
    }

    /// As it is stored.
    private enum CodingKeys: String, CodingKey {
        case kind
        case summary = "words"
        case slot = "place"
        case previousSlot = "from"
    }
}

extension BookingWording {
    /// What an effect will do, for the person who approves; nil for what is only said.
    package func preview(of effect: BookingEffect) -> BookingPreview? {
        guard let summary = summary(of: effect) else { return nil }
        switch effect {
        case .say: return nil
        case .hold(let booking):
            return BookingPreview(kind: .hold, summary: summary, slot: named(booking.slot))
        case .release: return BookingPreview(kind: .release, summary: summary)
        case .confirm(let booking):
            return BookingPreview(kind: .book, summary: summary, slot: named(booking.slot))
        case .requestPayment(let booking):
            return BookingPreview(kind: .deposit, summary: summary, slot: named(booking.slot))
        case .cancel(let booking):
            return BookingPreview(kind: .cancel, summary: summary, slot: named(booking.slot))
        case .move(let booking, let slot):
            return BookingPreview(
                kind: .move, summary: summary, slot: named(slot), previousSlot: named(booking.slot))
        case .handOff: return BookingPreview(kind: .handOff, summary: summary)
        }
    }

    private func named(_ slot: Slot) -> BookingPreview.NamedSlot {
        BookingPreview.NamedSlot(
            service: slot.service, serviceName: service(slot.service), staff: slot.staff,
            staffName: person(slot.staff), start: slot.start, end: slot.end)
    }
}
