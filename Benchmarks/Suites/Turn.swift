import Base
import Foundation
import HTTP
import HTTPClient

/// How long a customer's message waits for its draft, and an approved reply for the customer.
///
/// The moment of acceptance is the 202 at the client; the draft is ready when the staff's event
/// stream says so. One message at a time gives the latency of a turn; eight at once what a busy
/// minute makes of it.
enum TurnSuite {
    static let customers = 40
    static let rounds = 6
    static let burst = 8
    static let bursts = 12

    static func run() async throws -> Report {
        try await Installation.with { place, staff in
            var report = Report("turn")
            let customers = try await Customer.signIn(customers, at: staff)
            try await EventStream.open(staff.api) { events in
                try await oneAtATime(customers, staff, events, &report)
                try await inBursts(customers, staff, events, &report)
            }
            let approvals = staff.calls.times["POST /api/v1/messaging/drafts/approve"] ?? []
            report.add("approving a draft", approvals)
            report.note("Load average at the end: \(ProcessFigures.loadAverage).")
            return report
        }
    }

    /// Every message alone, its draft approved before the next.
    private static func oneAtATime(
        _ customers: [Customer], _ staff: Staff, _ events: EventStream, _ report: inout Report
    ) async throws {
        var fromSent: [Double] = []
        var fromAccepted: [Double] = []
        var seen: Set<String> = []
        let texts = try Wording.messages()
        var next = 0
        for round in 0...rounds {
            for customer in customers {
                for arrival in events.drain() { seen.insert(EventStream.id(arrival.event)) }
                let sent = ContinuousClock.now
                try await customer.write(texts[next % texts.count])
                let accepted = ContinuousClock.now
                next += 1
                let ready = try await draft(events, &seen)
                // The first round warms caches and connections.
                if round > 0 {
                    fromSent.append((ready - sent) / .milliseconds(1))
                    fromAccepted.append(max(0, (ready - accepted) / .milliseconds(1)))
                }
                try await decideAll(staff)
            }
        }
        report.add(
            "accepted → draft ready, one at a time", fromAccepted, aim: "p99 < 100 ms")
        report.add("sent → draft ready, one at a time", fromSent)
    }

    /// So many messages at the same moment, in conversations of their own.
    private static func inBursts(
        _ customers: [Customer], _ staff: Staff, _ events: EventStream, _ report: inout Report
    ) async throws {
        let texts = try Wording.messages()
        var times: [Double] = []
        var seen: Set<String> = []
        for round in 0..<bursts {
            let group = (0..<burst).map { customers[(round * burst + $0) % customers.count] }
            _ = events.drain()
            let accepted = try await concurrently(Array(group.enumerated())) { place, customer in
                try await customer.write(texts[(round * burst + place) % texts.count])
                return (customer.phone, ContinuousClock.now)
            }
            var ready: [String: ContinuousClock.Instant] = [:]
            while ready.count < burst {
                let event = try await events.next { $0.event == "draft" }
                let id = EventStream.id(event.event)
                if !id.isEmpty, seen.insert(id).inserted { ready[id] = event.at }
            }
            let moments = Dictionary(accepted) { first, _ in first }
            for draft in try await staff.drafts() {
                guard let at = ready[draft.id], let from = moments[draft.phone] else { continue }
                times.append(max(0, (at - from) / .milliseconds(1)))
            }
            try await decideAll(staff)
            for arrival in events.drain() { seen.insert(EventStream.id(arrival.event)) }
        }
        report.add("accepted → draft ready, \(burst) at once", times, aim: "p99 < 100 ms")
    }

    /// The moment at which a draft appeared that nobody has seen.
    private static func draft(
        _ events: EventStream, _ seen: inout Set<String>
    ) async throws -> ContinuousClock.Instant {
        while true {
            let arrival = try await events.next { $0.event == "draft" }
            let id = EventStream.id(arrival.event)
            if !id.isEmpty, seen.insert(id).inserted { return arrival.at }
        }
    }

    /// Approves what waits, so that the next message is answered alone.
    private static func decideAll(_ staff: Staff) async throws {
        for _ in 0..<5 {
            let drafts = try await staff.drafts()
            for draft in drafts {
                let answer = try await staff.approve(draft)
                guard [200, 409].contains(answer.status.code) else {
                    throw BenchFailure("approve: \(answer.status.code) \(answer.text.prefix(300))")
                }
                // The slot went meanwhile: another draft is on its way and must not be measured.
                if answer.status.code == 409 { try await Task.sleep(for: .milliseconds(500)) }
            }
            if drafts.isEmpty { return }
        }
    }
}
