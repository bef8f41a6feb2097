import Base
import Foundation
import HTTP
import HTTPClient

/// Many customers with open streams who write now and then, and staff who approve at once.
///
///     bench load [--customers 50] [--seconds 120] [--every 10]
///
/// Customers begin evenly spread over the interval. Each looks at the conversation after writing,
/// as the portal does; staff approve each draft when its event comes and walk through their pages'
/// routes once a second. Routes that embed text wait for a model and are named so.
enum LoadSuite {
    struct Plan: Sendable {
        let customers: Int
        let seconds: Int
        let every: Int
    }

    static func run(_ words: [String]) async throws -> Report {
        let plan = Plan(
            customers: number("--customers", in: words, default: 50),
            seconds: number("--seconds", in: words, default: 120),
            every: number("--every", in: words, default: 10))
        return try await Installation.with { place, staff in
            let customers = try await Customer.signIn(plan.customers, at: staff)
            let visit = try await Visit(staff: staff)
            let run = LoadRun(plan: plan, staff: staff, visit: visit)
            staff.calls.reset()
            let before = ProcessFigures.processorSeconds(of: place.processID)
            let ownBefore = ProcessFigures.ownProcessorSeconds
            let begun = ContinuousClock.now
            try await run.run(customers)
            let wall = (ContinuousClock.now - begun) / .seconds(1)
            let own = ProcessFigures.ownProcessorSeconds - ownBefore
            let after = ProcessFigures.processorSeconds(of: place.processID)
            var report = report(run, plan)
            for kind in ["server", "models", "postgres"] {
                let used = (after[kind] ?? 0) - (before[kind] ?? 0)
                report.add("processor share of \(kind)", value: used / wall * 100, unit: "%")
            }
            report.add(
                "processor share of these clients", value: own / wall * 100, unit: "%")
            for (kind, size) in ProcessFigures.megabytes(of: place.processID).sorted(by: <) {
                report.add("memory of \(kind) at the end", value: size, unit: "MB")
            }
            report.note(
                "100 % is one core of two. Load average at the end: \(ProcessFigures.loadAverage).")
            return report
        }
    }

    private static func report(_ run: LoadRun, _ plan: Plan) -> Report {
        var report = Report("load")
        let tally = run.tally
        report.add("messages written", value: Double(tally.written), unit: "")
        report.add("replies on the customers' streams", value: Double(tally.replies), unit: "")
        let errors = run.staff.calls.failures.values.reduce(0, +) + tally.unexpected
        report.add("errors", value: Double(errors), unit: "", aim: "0")
        report.add("approvals refused as stale (409)", value: Double(tally.stale), unit: "")
        report.add("written → reply on the customer's stream", tally.waits)
        for (route, times) in run.staff.calls.times.sorted(by: { $0.key < $1.key }) {
            let embeds = route.hasSuffix("/search")
            report.add(
                embeds ? "\(route) (model)" : route, times, aim: embeds ? nil : "p99 < 50 ms")
        }
        return report
    }
}

/// The ids that staff look at while they work.
struct Visit: Sendable {
    let service: String
    let paths: [String]

    init(staff: Staff) async throws {
        let services = try await staff.api.call(.get, "/api/v1/services/")
        service = services["services"]?.items.first?["id"]?.text ?? ""
        paths = [
            "/api/v1/core/conversations/", "/api/v1/calendar/appointments/",
            "/api/v1/calendar/available-slots/?service=\(service)",
            "/api/v1/knowledge-base/documents/", "/api/v1/services/",
            "/api/v1/messaging/console/", "/health",
        ]
    }
}

/// One run of the load: customers, an approver and a walker beside one another.
final class LoadRun: Sendable {
    struct Tally {
        var written = 0
        var replies = 0
        var stale = 0
        var unexpected = 0
        var waits: [Double] = []
        var pending: [String: ContinuousClock.Instant] = [:]
    }

    let plan: LoadSuite.Plan
    let staff: Staff
    let visit: Visit
    private let state = Lock(Tally())
    /// After the last message, for replies that are still on their way.
    private static let settling = Duration.seconds(3)

    init(plan: LoadSuite.Plan, staff: Staff, visit: Visit) {
        self.plan = plan
        self.staff = staff
        self.visit = visit
    }

    var tally: Tally { state.withLock { $0 } }

    func run(_ customers: [Customer]) async throws {
        let texts = try Wording.messages()
        let end = ContinuousClock.now + .seconds(plan.seconds)
        try await EventStream.open(staff.api) { events in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for (place, customer) in customers.enumerated() {
                    group.addTask {
                        try await self.live(customer, place, texts, until: end)
                        return true
                    }
                }
                group.addTask {
                    try await self.approve(as: events, until: end + LoadRun.settling)
                    return false
                }
                group.addTask {
                    try await self.walk(until: end)
                    return false
                }
                for try await _ in group {}
            }
        }
    }

    // MARK: Customers

    private func live(
        _ customer: Customer, _ place: Int, _ texts: [String],
        until end: ContinuousClock.Instant
    ) async throws {
        try await EventStream.open(customer.api) { events in
            let spread = Duration.seconds(plan.every) * place / max(1, plan.customers)
            var due = ContinuousClock.now + spread
            var number = place * 7
            while due < end {
                try await Task.sleep(until: due, clock: .continuous)
                listen(events, customer)
                due += .seconds(plan.every)
                await write(texts[number % texts.count], customer)
                number += 1
            }
            try await Task.sleep(until: end + LoadRun.settling, clock: .continuous)
            listen(events, customer)
            if events.hasEnded { state.withLock { $0.unexpected += 1 } }
        }
    }

    private func write(_ text: String, _ customer: Customer) async {
        let begun = ContinuousClock.now
        do {
            state.withLock { $0.pending[customer.phone] = begun }
            try await customer.write(text)
            try await customer.api.call(.get, "/api/v1/messaging/messages/")
            state.withLock { $0.written += 1 }
        } catch {
            Output.complain("\(error)")
            state.withLock { $0.unexpected += 1 }
        }
    }

    /// Takes what has come on a customer's stream: the reply ends the wait.
    private func listen(_ events: EventStream, _ customer: Customer) {
        for arrival in events.drain() where arrival.event.event == "message" {
            guard arrival.event.data.contains("\"sender_type\":\"assistant\"") else { continue }
            state.withLock { tally in
                tally.replies += 1
                guard let begun = tally.pending[customer.phone], arrival.at > begun else { return }
                tally.pending[customer.phone] = nil
                tally.waits.append((arrival.at - begun) / .milliseconds(1))
            }
        }
    }

    // MARK: Staff

    private func approve(as events: EventStream, until end: ContinuousClock.Instant) async throws {
        while ContinuousClock.now < end {
            let news = events.drain().contains { $0.event.event == "draft" }
            if news {
                for draft in try await staff.drafts() {
                    let status = try await staff.approve(draft).status.code
                    state.withLock { tally in
                        if status == 409 { tally.stale += 1 }
                        if ![200, 409].contains(status) { tally.unexpected += 1 }
                    }
                }
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private func walk(until end: ContinuousClock.Instant) async throws {
        var number = 0
        while ContinuousClock.now < end {
            try await staff.api.call(.get, visit.paths[number % visit.paths.count])
            if number.isMultiple(of: 5) {
                try await staff.api.call(
                    .post, "/api/v1/knowledge-base/search/",
                    ["query": "how long does a balayage take", "k": 5])
            }
            number += 1
            try await Task.sleep(for: .milliseconds(500))
        }
    }
}
