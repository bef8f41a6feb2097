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

    /// An appointment's place as it was called then, whatever the catalogue says later.
    package struct Place: Sendable, Hashable, Codable {
        package var service: ServiceID
        package var serviceName: String
        package var staff: StaffMemberID
        package var staffName: String
        package var start: Instant
        package var end: Instant
    }

    package var kind: Kind
    /// "books Colour refresh, Tue 24 Nov 15:30 with Ana".
    package var words: String
    /// Where the appointment will stand; nil for what concerns none.
    package var place: Place?
    /// Where an appointment that moves stands until then.
    package var from: Place?

    package init(kind: Kind, words: String, place: Place? = nil, from: Place? = nil) {
        self.kind = kind
        self.words = words
        self.place = place
        self.from = from
    }
}

extension BookingWording {
    /// What an effect will do, for the person who approves; nil for what is only said.
    package func preview(of effect: BookingEffect) -> BookingPreview? {
        guard let words = summary(of: effect) else { return nil }
        switch effect {
        case .say: return nil
        case .hold(let booking):
            return BookingPreview(kind: .hold, words: words, place: place(booking.slot))
        case .release: return BookingPreview(kind: .release, words: words)
        case .confirm(let booking):
            return BookingPreview(kind: .book, words: words, place: place(booking.slot))
        case .requestPayment(let booking):
            return BookingPreview(kind: .deposit, words: words, place: place(booking.slot))
        case .cancel(let booking):
            return BookingPreview(kind: .cancel, words: words, place: place(booking.slot))
        case .move(let booking, let slot):
            return BookingPreview(
                kind: .move, words: words, place: place(slot), from: place(booking.slot))
        case .handOff: return BookingPreview(kind: .handOff, words: words)
        }
    }

    private func place(_ slot: Slot) -> BookingPreview.Place {
        BookingPreview.Place(
            service: slot.service, serviceName: service(slot.service), staff: slot.staff,
            staffName: person(slot.staff), start: slot.start, end: slot.end)
    }
}
