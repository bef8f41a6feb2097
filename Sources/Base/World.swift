package import Foundation

/// Time, ids and chance as values, so that a test can hold all three in its hand.
package struct World: Sendable {
    /// The present moment.
    package var now: @Sendable () -> Instant
    /// A fresh id, ordered by time of making (UUID version 7, RFC 9562).
    package var uuid: @Sendable () -> UUID
    /// Unpredictable bytes, fit for tokens and keys.
    package var randomBytes: @Sendable (_ count: Int) -> [UInt8]
    /// Waits; throws `CancellationError` when the task is cancelled.
    package var sleep: @Sendable (Duration) async throws -> Void
    /// Time since some fixed moment: setting the clock does not move it. For waits, which a clock
    /// that jumps must neither stretch nor end.
    package var uptime: @Sendable () -> Duration

    package init(
        now: @escaping @Sendable () -> Instant, uuid: @escaping @Sendable () -> UUID,
        randomBytes: @escaping @Sendable (Int) -> [UInt8],
        sleep: @escaping @Sendable (Duration) async throws -> Void,
        uptime: @escaping @Sendable () -> Duration = World.systemUptime
    ) {
        self.now = now
        self.uptime = uptime
        self.uuid = uuid
        self.randomBytes = randomBytes
        self.sleep = sleep
    }

    package func id<Subject>(_: Subject.Type = Subject.self) -> ID<Subject> { ID(uuid()) }

    /// A number in 0 ..< 1, for jitter.
    package func fraction() -> Double {
        let bytes = randomBytes(8)
        let bits = bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Double(bits >> 11) * 0x1p-53
    }
}

extension World {
    /// The real world. The only place that reads the clock and the system's chance.
    package static let live = World(
        now: { Instant(Date()) },
        uuid: {
            uuidVersion7(at: Instant(Date()), random: systemRandomBytes(10))
        },
        randomBytes: systemRandomBytes,
        sleep: { try await Task.sleep(for: $0) })

    private static let started = ContinuousClock.now

    /// Of the machine, its sleep included.
    package static let systemUptime: @Sendable () -> Duration = { ContinuousClock.now - started }
}

private func systemRandomBytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    var bytes: [UInt8] = []
    // Eight at a time: each number is a call of the system.
    while bytes.count < count {
        withUnsafeBytes(of: generator.next()) { bytes += $0.prefix(count - bytes.count) }
    }
    return bytes
}

/// 48 bits of milliseconds, version and variant bits, and the given randomness (RFC 9562, 5.7).
package func uuidVersion7(at instant: Instant, random: [UInt8]) -> UUID {
    let milliseconds = UInt64(max(0, instant.microseconds / 1000))
    let time = (0..<6).map { UInt8(truncatingIfNeeded: milliseconds >> (8 * (5 - $0))) }
    var bytes = time + random
    bytes[6] = 0x70 | (bytes[6] & 0x0F)
    bytes[8] = 0x80 | (bytes[8] & 0x3F)
    return UUID(
        uuid: (
            bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7],
            bytes[8], bytes[9], bytes[10], bytes[11], bytes[12], bytes[13], bytes[14], bytes[15]
        ))
}
