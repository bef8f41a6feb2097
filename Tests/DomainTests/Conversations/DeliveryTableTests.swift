import Base
import Domain
import Testing

@Suite("The delivery machine")
struct DeliveryTableTests {
    @Test("Every status answers every event as the checked-in table says")
    func table() throws {
        let lines = try CheckedTable.lines(
            of: DeliveryStatus.allCases, DeliveryEvent.allCases, named: \.rawValue,
            next: DeliveryMachine.next)
        try CheckedTable.compare(lines, with: "delivery.txt")
    }

    @Test("Reports in any order, late and twice, end where the furthest of them does")
    func reportsInAnyOrder() throws {
        let news: [DeliveryEvent] = [.accept, .deliver, .read]
        func walk(_ status: DeliveryStatus, _ left: [DeliveryEvent], _ seen: [DeliveryEvent]) throws
        {
            #expect(status.isSent == !seen.isEmpty, "\(seen)")
            if left.isEmpty { #expect(status == .read, "\(seen)") }
            for (place, event) in left.enumerated() {
                var rest = left
                rest.remove(at: place)
                let next = try DeliveryMachine.next(status, event)
                #expect(try DeliveryMachine.next(next, event) == next, "twice \(event)")
                try walk(next, rest, seen + [event])
            }
        }
        try walk(.sending, news, [])
    }

    @Test("Nothing counts as sent before the service has it")
    func notSentBeforehand() throws {
        // Everything that our own events reach without a word of the service.
        var reached: Set<DeliveryStatus> = [.queued]
        var grows = true
        while grows {
            let before = reached.count
            for status in reached {
                for event in DeliveryEvent.allCases where !event.isReport || event == .fail {
                    if let next = try? DeliveryMachine.next(status, event) { reached.insert(next) }
                }
            }
            grows = reached.count > before
        }
        #expect(reached == [.queued, .sending, .failed, .cancelled])
    }

    @Test("What the service has is not attempted again, and is not taken back")
    func nothingTwice() {
        for status in DeliveryStatus.allCases where status.isSent {
            for event: DeliveryEvent in [.send, .release, .cancel] {
                #expect(throws: DeliveryRefusal.notPossible(status, event)) {
                    try DeliveryMachine.next(status, event)
                }
            }
        }
    }
}
