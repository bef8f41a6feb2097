import Domain
import Store

/// The promise of a person: a reply that makes it hands the conversation over.
extension EffectColumn {
    static let handOff = EffectColumn(
        name: HandOffEffect.column, kinds: [HandOffEffect.kind],
        propose: { _, reply in
            reply.promise.map { [HandOffEffect.proposed($0, summary: $0.summary)] } ?? []
        },
        replay: { draft, _ in
            guard let need = draft.handOff else { return { _ in } }
            return { context in
                let conversation = context.snapshot.conversation
                try ConversationStore.needPerson(
                    need, in: conversation.id, at: context.now, context.transaction)
                guard need.takesOver, conversation.owner == .assistant else { return }
                try ConversationStore.setOwner(
                    .staff, of: conversation.id, at: context.now, context.transaction)
            }
        })
}

extension PersonNeed {
    /// What approving the promise does, for the person who approves it.
    fileprivate var summary: String {
        takesOver
            ? "hands the conversation to a person" : "puts it on the list of what needs a person"
    }
}
