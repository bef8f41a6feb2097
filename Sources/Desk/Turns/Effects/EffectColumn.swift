import Base
import Domain
import Store

/// One column's part in what drafts propose beside their words.
///
/// Columns are registered in `all`. Drafting and approving ask each of them and know none by name:
/// a subject that is new to drafts adds its own value there and changes nothing else.
struct EffectColumn: Sendable {
    /// Stands in every effect that it proposes.
    let name: String
    /// The kinds that it can do; a draft with any other is not approved.
    let kinds: Set<String>
    /// What a turn comes to, in words for the person who approves.
    let propose: @Sendable (TurnProgress, ComposedReply) -> [ProposedEffect]
    /// Works out on the present what the draft comes to, without writing anything yet.
    ///
    /// Throws `EffectRefused` when that is not what was previewed, or cannot be done.
    let replay: @Sendable (Draft, inout ApprovalContext) throws -> Deed

    /// Does what was replayed, in the transaction that approves.
    typealias Deed = (ApprovalContext) throws -> Void

    static let all: [EffectColumn] = [.bookings, .notices, .contacts, .handOff]

    func canDo(_ effect: ProposedEffect) -> Bool {
        effect.column == name && kinds.contains(effect.kind)
    }
}

/// Everything that approving a draft works with, read under its locks.
struct ApprovalContext {
    let world: World
    let now: Instant
    /// Whoever says yes.
    let account: AccountID
    let transaction: Transaction
    /// Read anew by the column that waits for locks of its own.
    var snapshot: TurnSnapshot
}

/// The present does not allow what a draft proposes; the draft is superseded and says why.
struct EffectRefused: Error {
    let refusal: DraftRefusal
}

/// The paragraphs of a reply, for the columns to propose what goes with them.
struct ComposedReply: Sendable {
    let sentences: [ReplySentence]
    let wording: BookingWording

    /// The most urgent promise of a person that is made in it.
    var promise: PersonNeed? {
        sentences.lazy.compactMap(\.promise).min { $0.urgency < $1.urgency }
    }
}

/// All columns, asked one after the other.
extension [EffectColumn] {
    func propose(_ turn: TurnProgress, _ reply: ComposedReply) -> [ProposedEffect] {
        flatMap { $0.propose(turn, reply) }
    }

    /// Every column replays before any of them writes: what one does cannot hide from another that
    /// the present has changed.
    func carryOut(_ draft: Draft, _ context: inout ApprovalContext) throws {
        // What no column can do would be left undone without a word.
        guard draft.effects.allSatisfy({ effect in contains { $0.canDo(effect) } }) else {
            throw EffectRefused(refusal: .unreadable)
        }
        let deeds = try map { try $0.replay(draft, &context) }
        for deed in deeds { try deed(context) }
    }
}
