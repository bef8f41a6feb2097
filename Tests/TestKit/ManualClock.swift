package import Base

/// A clock that stands still until somebody turns it.
package final class ManualClock: Sendable {
    private let state: Lock<(now: Instant, elapsed: Duration)>

    package init(_ instant: Instant) {
        state = Lock((instant, .zero))
    }

    package var now: Instant { state.withLock { $0.now } }

    /// How far it was advanced; setting it does not count, as with a real machine.
    package var elapsed: Duration { state.withLock { $0.elapsed } }

    package func advance(by duration: Duration) {
        state.withLock { $0 = ($0.now + duration, $0.elapsed + duration) }
    }

    package func set(_ now: Instant) { state.withLock { $0.now = now } }
}

extension World {
    /// A world that repeats itself: counted ids, seeded chance, and a clock turned by hand.
    package static func test(seed: UInt64 = 1, at clock: ManualClock) -> World {
        let state = Lock((generator: SeededRandom(seed: seed), count: UInt64(0)))
        return World(
            now: { clock.now },
            uuid: {
                state.withLock { state in
                    state.count += 1
                    var bytes = [UInt8](repeating: 0, count: 10)
                    for index in 0..<8 {
                        bytes[9 - index] = UInt8(truncatingIfNeeded: state.count >> (8 * index))
                    }
                    return uuidVersion7(at: clock.now, random: bytes)
                }
            },
            randomBytes: { count in
                state.withLock { state in
                    (0..<count).map { _ in
                        UInt8.random(in: .min ... .max, using: &state.generator)
                    }
                }
            },
            sleep: { duration in
                try Task.checkCancellation()
                clock.advance(by: duration)
                await Task.yield()
            },
            uptime: { clock.elapsed })
    }
}
