/// A value that is made by the first who asks; those who ask meanwhile wait for it.
///
/// It is made apart from who asks: that somebody's patience ends does not take it from the others.
package actor Once<Value: Sendable> {
    private enum State {
        case untouched
        case making([CheckedContinuation<Value, any Error>])
        case made(Result<Value, any Error>)
    }

    private var state = State.untouched
    private let make: @Sendable () async throws -> Value

    package init(_ make: @escaping @Sendable () async throws -> Value) {
        self.make = make
    }

    package func value() async throws -> Value {
        switch state {
        case .made(let result): return try result.get()
        case .making: return try await withCheckedThrowingContinuation { join($0) }
        case .untouched: break
        }
        state = .making([])
        let result: Result<Value, any Error>
        result = await Task.detached { [make] in try await make() }.result
        if case .making(let waiters) = state {
            for waiter in waiters { waiter.resume(with: result) }
        }
        state = .made(result)
        return try result.get()
    }

    private func join(_ waiter: CheckedContinuation<Value, any Error>) {
        guard case .making(let waiters) = state else { return }
        state = .making(waiters + [waiter])
    }
}
