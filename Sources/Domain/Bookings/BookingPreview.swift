package import Base

/// What approving a draft does to the calendar, in parts for showing and in words for reading.
///
/// It is kept with the draft; approving makes it anew and compares, so that nobody says yes to one
/// appointment and causes another.
package struct BookingPreview: Sendable, Hashable {
    package enum Kind: String, Sendable, Codable, CaseIterable, Hashable {
        case hold, book, move, cancel, release, deposit
    }

    /// A slot as it was called then, whatever the catalogue says later.
    package struct NamedSlot: Sendable, Hashable {
        package var service: ServiceID
        package var serviceName: String
        package var staff: StaffMemberID
        package var staffName: String
        package var start: Instant
        package var end: Instant

        package init(
            service: ServiceID, serviceName: String, staff: StaffMemberID, staffName: String,
            start: Instant, end: Instant
        ) {
            self.service = service
            self.serviceName = serviceName
            self.staff = staff
            self.staffName = staffName
            self.start = start
            self.end = end
        }
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
        // Handing over is no matter of the calendar; whoever promises a person proposes it.
        case .handOff: return nil
        }
    }

    private func named(_ slot: Slot) -> BookingPreview.NamedSlot {
        BookingPreview.NamedSlot(
            service: slot.service, serviceName: service(slot.service), staff: slot.staff,
            staffName: person(slot.staff), start: slot.start, end: slot.end)
    }
}

/// As one of the effects of a draft, which are of many columns.
extension BookingPreview {
    package static let column = "bookings"

    package var proposed: ProposedEffect {
        var payload = slot?.values(named: "") ?? [:]
        payload.merge(previousSlot?.values(named: "previous_") ?? [:]) { first, _ in first }
        return ProposedEffect(
            column: BookingPreview.column, kind: kind.rawValue, summary: summary, payload: payload)
    }

    /// Nil for what another column proposes.
    package init?(_ effect: ProposedEffect) {
        guard effect.column == BookingPreview.column, let kind = Kind(rawValue: effect.kind) else {
            return nil
        }
        self.init(
            kind: kind, summary: effect.summary, slot: NamedSlot(effect.payload, named: ""),
            previousSlot: NamedSlot(effect.payload, named: "previous_"))
    }
}

extension BookingPreview.NamedSlot {
    fileprivate func values(named prefix: String) -> [String: String] {
        let values = [
            "service": service.description, "service_name": serviceName,
            "staff": staff.description, "staff_name": staffName, "start": start.description,
            "end": end.description,
        ]
        return Dictionary(uniqueKeysWithValues: values.map { (prefix + $0.key, $0.value) })
    }

    fileprivate init?(_ values: [String: String], named prefix: String) {
        func value(_ name: String) -> String? { values[prefix + name] }
        guard let service = value("service").flatMap({ ServiceID($0) }),
            let staff = value("staff").flatMap({ StaffMemberID($0) }),
            let start = value("start").flatMap({ Instant($0) }),
            let end = value("end").flatMap({ Instant($0) })
        else { return nil }
        self.init(
            service: service, serviceName: value("service_name") ?? "", staff: staff,
            staffName: value("staff_name") ?? "", start: start, end: end)
    }
}
