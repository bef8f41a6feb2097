import Domain
import Store

/// What customers say of themselves: a name is kept for one who had none.
extension EffectColumn {
    static let contacts = EffectColumn(
        name: ContactEffect.column, kinds: [ContactEffect.name],
        propose: { turn, _ in
            guard turn.snapshot.contact.name == nil, let name = turn.contactName else { return [] }
            return [ContactEffect.naming(name)]
        },
        replay: { draft, _ in
            let names = draft.effects.compactMap(ContactEffect.name)
            return { context in
                // A name that somebody gave meanwhile is better than one read from a message.
                guard let name = names.first, context.snapshot.contact.name == nil else { return }
                try ContactStore.rename(context.snapshot.contact.id, to: name, context.transaction)
            }
        })
}
