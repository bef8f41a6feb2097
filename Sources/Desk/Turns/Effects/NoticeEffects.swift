import Base
import Domain
import Store

/// What staff changed about appointments: the reply tells the customer, and then it is told.
extension EffectColumn {
    static let notices = EffectColumn(
        name: BookingPreview.column, kinds: [NoticeEffects.kind],
        propose: { turn, reply in
            turn.snapshot.notices.map { NoticeEffects.proposed($0, reply.wording) }
        },
        replay: { draft, context in
            let told = draft.effects.filter { $0.kind == NoticeEffects.kind }
            for effect in told { try NoticeEffects.check(effect, context.transaction) }
            return { context in
                for effect in told {
                    guard let id = NoticeEffects.booking(effect),
                        try BookingNoticeStore.settle(id, context.transaction)
                    else { throw EffectRefused(refusal: .bookingChanged) }
                }
            }
        })
}

enum NoticeEffects {
    static let kind = "tell_change"

    static func proposed(_ notice: BookingNotice, _ wording: BookingWording) -> ProposedEffect {
        ProposedEffect(
            column: BookingPreview.column, kind: kind, summary: wording.summary(of: notice),
            payload: [
                "booking": notice.booking.id.description,
                "version": String(notice.booking.version),
            ])
    }

    static func booking(_ effect: ProposedEffect) -> BookingID? {
        effect.payload["booking"].flatMap { BookingID($0) }
    }

    /// Whether a draft tells these and nothing else.
    static func tell(_ draft: Draft, _ notices: [BookingNotice]) -> Bool {
        func key(_ id: String?, _ version: String?) -> String { "\(id ?? "") \(version ?? "")" }
        return draft.effects.filter { $0.kind == kind }
            .map { key($0.payload["booking"], $0.payload["version"]) }
            == notices.map { key($0.booking.id.description, String($0.booking.version)) }
    }

    /// The appointment must stand as the reply says. Its row is locked, so that a change that comes
    /// now is told in the next reply and not lost.
    fileprivate static func check(_ effect: ProposedEffect, _ transaction: Transaction) throws {
        guard let id = booking(effect), let booking = try BookingStore.lock(id, transaction),
            effect.payload["version"] == String(booking.version)
        else { throw EffectRefused(refusal: .bookingChanged) }
    }
}
