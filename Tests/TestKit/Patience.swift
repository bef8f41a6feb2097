/// How long a test waits for what must happen: long enough for a busy machine, since only a broken
/// program ever waits so long, and short enough that one that is broken says so soon.
package enum Patience {
    #if FRONTDESK_THREAD_SANITIZER
        /// Everything takes ten times as long.
        package static let limit = Duration.seconds(600)
    #else
        package static let limit = Duration.seconds(180)
    #endif
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
