/// What a machine answers: the next state, and what must be done because of it.
package struct Transition<State: Sendable, Effect: Sendable>: Sendable {
    package let state: State
    package let effects: [Effect]

    package init(_ state: State, _ effects: [Effect] = []) {
        self.state = state
        self.effects = effects
    }
}

extension Transition: Equatable where State: Equatable, Effect: Equatable {}
