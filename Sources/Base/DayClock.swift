/// What wall clocks show during one local day, worked out once.
///
/// Asking the zone database for an offset is slow and a list of free times asks thousands of times;
/// within the reach of one day there are at most two offsets, on either side of one change.
package struct DayClock: Sendable {
    package let date: LocalDate
    /// Offsets in force around the day, in seconds east, with the second at which each begins.
    private let first: Int64
    private let change: (at: Int64, offset: Int64)?

    /// Offsets lie within -12 … +14 hours; a day more on each side sees a day that is left out.
    private static let reachSeconds: Int64 = 38 * 3600

    init(date: LocalDate, zone: Zone) {
        self.date = date
        let midnight = Int64(date.dayNumber) * 86_400
        var low = midnight - DayClock.reachSeconds
        var high = midnight + 86_400 + DayClock.reachSeconds
        let offset = { (second: Int64) in Int64(zone.offsetSeconds(at: Instant(seconds: second))) }
        first = offset(low)
        let last = offset(high)
        guard first != last else {
            change = nil
            return
        }
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if offset(middle) == first { low = middle } else { high = middle }
        }
        change = (high, last)
    }

    /// Every instant at which clocks show `time` on this day: none in a gap, two in an overlap.
    package func instants(of time: LocalTime) -> [Instant] {
        let wall = Int64(date.dayNumber) * 86_400 + Int64(time.minutes) * 60
        let before = wall - first
        guard let change else { return [Instant(seconds: before)] }
        let after = wall - change.offset
        var found: [Instant] = []
        if before < change.at { found.append(Instant(seconds: before)) }
        if after >= change.at { found.append(Instant(seconds: after)) }
        return found
    }

    /// The first of them; in a gap, the moment at which clocks jump past `time`.
    package func instant(of time: LocalTime) -> Instant {
        if let first = instants(of: time).first { return first }
        return Instant(seconds: change?.at ?? 0)
    }
}
