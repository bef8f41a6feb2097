/// How long a test waits for what must happen: long enough for a busy machine and for sanitizers,
/// since only a broken program ever waits so long.
package enum Patience {
    package static let limit = Duration.seconds(600)
}

/// Waits until the condition holds; false when it does not within the tests' patience.
package func eventually(_ condition: () async -> Bool) async -> Bool {
    let end = ContinuousClock.now + Patience.limit
    while ContinuousClock.now < end {
        if await condition() { return true }
        // A cancelled sleep only makes the next look come sooner.
        try? await Task.sleep(for: .milliseconds(10))
    }
    return await condition()
}
