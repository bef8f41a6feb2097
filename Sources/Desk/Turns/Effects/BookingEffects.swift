import Base
import Domain
import Store

/// Appointments in drafts: the booking machine runs on a copy for the preview, and again for good.
extension EffectColumn {
    static let bookings = EffectColumn(
        name: BookingPreview.column, kinds: Set(BookingPreview.Kind.allCases.map(\.rawValue)),
        propose: { turn, reply in
            turn.effects.compactMap(reply.wording.preview).map(\.proposed)
        },
        replay: { draft, context in
            let (replay, writer) = try refusing { try BookingEffects.replay(draft, &context) }
            return { context in
                try refusing { try BookingEffects.carryOut(replay, writer, context) }
            }
        })

    /// What the machine or the tables refuse, as the refusal of the draft.
    private static func refusing<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch BookingRefusal.slotTaken(let alternatives) {
            throw EffectRefused(refusal: .slotTaken(alternatives: alternatives))
        } catch BookingRefusal.unavailable(let reason, let alternatives) {
            throw EffectRefused(refusal: .slotUnavailable(reason, alternatives: alternatives))
        } catch is BookingRefusal {
            throw EffectRefused(refusal: .bookingChanged)
        }
    }
}

private enum BookingEffects {
    static func replay(
        _ draft: Draft, _ context: inout ApprovalContext
    ) throws -> (BookingReplay, BookingWriter) {
        // A person decides, and the draft says what about.
        let origin = EventOrigin(.person(context.account), because: .draft(draft.id))
        let writer = BookingWriter(
            world: context.world, transaction: context.transaction.by(origin))
        guard context.snapshot.session.version == draft.basis.sessionVersion else {
            throw BookingRefusal.changedMeanwhile
        }
        var replay = BookingReplay(of: draft, context)
        let people = replay.effects.compactMap(\.takenSlot?.staff)
        if !people.isEmpty {
            try writer.lock(people, context.snapshot.availability.catalogue)
            context.snapshot = try context.snapshot.refreshed(
                at: context.now, context.transaction.reader)
            replay = BookingReplay(of: draft, context)
        }
        let catalogue = context.snapshot.availability.catalogue
        let today = catalogue.zone.local(context.now).date
        guard replay.isAsPreviewed(in: draft, catalogue, today: today) else {
            throw whatChanged(draft, replay, context.snapshot)
        }
        return (replay, writer)
    }

    static func carryOut(
        _ replay: BookingReplay, _ writer: BookingWriter, _ context: ApprovalContext
    ) throws {
        let session = context.snapshot.session
        try writer.apply(replay.effects, context.snapshot.availability.catalogue)
        if !replay.effects.isEmpty || replay.state != session.state || !session.isReadable {
            try BookingSessionStore.save(
                replay.state, after: session.version, of: context.snapshot.conversation.id,
                at: context.now, context.transaction)
        }
    }

    /// Why the draft cannot be carried out: what is wrong with a time that it takes, that a time it
    /// speaks of has gone, or what the machine says to a command that it took before.
    private static func whatChanged(
        _ draft: Draft, _ replay: BookingReplay, _ snapshot: TurnSnapshot
    ) -> BookingRefusal {
        let offered = replay.state.offered
        for preview in draft.effects.compactMap(BookingPreview.init) where preview.kind != .cancel {
            guard let named = preview.slot else { continue }
            let slot = Slot(
                service: named.service, staff: named.staff, start: named.start, end: named.end)
            let availability =
                preview.kind == .hold
                ? snapshot.availability : snapshot.availability.settled(for: slot)
            guard let service = availability.catalogue.service(slot.service),
                let reason = availability.unavailability(
                    of: service, staff: slot.staff, at: slot.start,
                    moving: snapshot.session.state.ownBooking)
            else { continue }
            return .refusing(reason, alternatives: offered)
        }
        if !offered.isEmpty { return .slotTaken(alternatives: offered) }
        return replay.refusals.first?.refusal ?? .changedMeanwhile
    }
}

extension BookingReplay {
    /// The run that a draft previewed, on the present.
    init(of draft: Draft, _ context: ApprovalContext) {
        self.init(
            repeating: draft.commands, at: draft.basis.commandTimes, draft.basis.identities,
            context.snapshot, now: context.now, world: context.world)
    }
}

extension BookingEffect {
    /// The slot that the effect takes; its person is locked before looking whether it is free.
    fileprivate var takenSlot: Slot? {
        switch self {
        case .hold(let booking), .confirm(let booking), .requestPayment(let booking):
            booking.slot
        case .move(_, let slot): slot
        case .say, .release, .cancel, .handOff: nil
        }
    }
}
