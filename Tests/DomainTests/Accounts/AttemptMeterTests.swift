import Base
import Testing

@testable import Domain

@Suite("Attempts are forgotten")
struct AttemptMeterTests {
    private let limit = AttemptLimit(free: 5, interval: .seconds(30))

    @Test("Five are free, each further one waits for an interval and no longer")
    func waits() {
        var meter = AttemptMeter(at: .zero)
        for _ in 0..<5 {
            #expect(meter.take(at: .zero, limit) == nil)
            meter.settle(limit, isCounted: true)
        }
        #expect(meter.take(at: .zero, limit) == .seconds(30))
        // Asking again renews nothing.
        for second in 1..<30 {
            #expect(meter.take(at: .seconds(second), limit) == .seconds(30 - second))
        }
        #expect(meter.take(at: .seconds(30), limit) == nil)
    }

    @Test("One at a time, slower than they are forgotten, never adds up")
    func decay() {
        var meter = AttemptMeter(at: .zero)
        for number in 0..<1_000 {
            #expect(meter.take(at: .seconds(30) * number, limit) == nil)
            meter.settle(limit, isCounted: true)
        }
    }

    @Test("A right one is forgotten at once, and open ones make others wait for a second at most")
    func right() {
        var meter = AttemptMeter(at: .zero)
        for _ in 0..<100 {
            #expect(meter.take(at: .zero, limit) == nil)
            meter.settle(limit, isCounted: false)
        }
        for _ in 0..<5 { #expect(meter.take(at: .zero, limit) == nil) }
        #expect(meter.take(at: .zero, limit) == .seconds(1))
        // However long a comparison takes, it is not free meanwhile.
        #expect(meter.take(at: .seconds(1_000), limit) == .seconds(1))
        meter.settle(limit, isCounted: false)
        #expect(meter.take(at: .seconds(1_000), limit) == nil)
    }

    @Test("Time that goes back changes nothing")
    func back() {
        var meter = AttemptMeter(at: .seconds(100))
        for _ in 0..<5 {
            #expect(meter.take(at: .seconds(100), limit) == nil)
            meter.settle(limit, isCounted: true)
        }
        #expect(meter.take(at: .zero, limit) == .seconds(30))
        #expect(meter.take(at: .seconds(130), limit) == nil)
    }
}
