/// What a draft proposes to keep about a customer.
package enum ContactEffect {
    package static let column = "contacts"
    /// The name that the customer gave.
    package static let name = "name"

    package static func naming(_ name: String) -> ProposedEffect {
        ProposedEffect(
            column: column, kind: ContactEffect.name, summary: "keeps the name \(name)",
            payload: ["name": name])
    }

    package static func name(_ effect: ProposedEffect) -> String? {
        effect.column == column && effect.kind == name ? effect.payload["name"] : nil
    }
}
