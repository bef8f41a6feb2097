/// The promise of a person, as a draft proposes it.
package enum HandOffEffect {
    package static let column = "conversations"
    package static let kind = "hand_off"

    package static func proposed(_ need: PersonNeed, summary: String) -> ProposedEffect {
        ProposedEffect(
            column: column, kind: kind, summary: summary, payload: ["need": need.rawValue])
    }

    package static func isProposed(_ effect: ProposedEffect) -> Bool {
        effect.column == column && effect.kind == kind
    }

    /// Why a person is promised; nil where that is not known or nobody is.
    package static func need(_ effect: ProposedEffect) -> PersonNeed? {
        isProposed(effect) ? effect.payload["need"].flatMap(PersonNeed.init) : nil
    }
}
