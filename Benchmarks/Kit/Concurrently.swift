/// Runs `body` for all items at once; results in their order.
func concurrently<Item: Sendable, Value: Sendable>(
    _ items: [Item], _ body: @escaping @Sendable (Item) async throws -> Value
) async throws -> [Value] {
    try await withThrowingTaskGroup(of: (Int, Value).self) { group in
        for (place, item) in items.enumerated() {
            group.addTask { (place, try await body(item)) }
        }
        var found: [(Int, Value)] = []
        for try await pair in group { found.append(pair) }
        return found.sorted { $0.0 < $1.0 }.map(\.1)
    }
}
