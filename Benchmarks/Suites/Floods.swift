import Base
import Foundation
import HTTP

/// What one client can do to everybody else: open streams, idle, slow and half-sent requests by
/// the thousand, and the longest messages.
///
///     bench floods [--only streams|idle|heads|bodies|messages] [--seconds 10]
///
/// Each flood stays open while others call on connections of their own; then it is closed and the
/// next one opened. The messages are written one by one, each when the draft for those before it is
/// ready: so every turn has one more to answer.
enum FloodSuite {
    static let streams = 1_999
    static let idle = 2_500
    static let messages = 20
    static let messageLength = 4_000

    static func run(_ words: [String]) async throws -> Report {
        FloodSockets.raiseLimit()
        let only = option("--only", in: words)
        let seconds = number("--seconds", in: words, default: 10)
        return try await Installation.with { place, staff in
            let customers = try await Customer.signIn(2, at: staff)
            let run = FloodRun(
                place: place, staff: staff, flooder: customers[0], other: customers[1],
                duration: .seconds(seconds))
            var report = Report("floods")
            if only == nil { await run.measure("nobody else", nil, &report) }
            for flood in run.floods where only == nil || only == flood.name {
                let sockets = FloodSockets(
                    flood.count, port: place.port, sending: Array(flood.bytes.utf8))
                await run.measure(flood.what, sockets, &report)
            }
            if only == nil || only == "messages" { try await run.writeMessages(&report) }
            for (kind, size) in ProcessFigures.megabytes(of: place.processID).sorted(by: <)
            where kind == "server" {
                report.add("memory of \(kind) at the end", value: size, unit: "MB")
            }
            report.note("Load average at the end: \(ProcessFigures.loadAverage).")
            return report
        }
    }
}

/// The floods of one installation, and those who are not to feel them.
private struct FloodRun {
    let place: Installation
    let staff: Staff
    let flooder: Customer
    let other: Customer
    let duration: Duration

    struct Flood {
        let name: String
        let what: String
        let count: Int
        let bytes: String
    }

    var floods: [Flood] {
        let token = flooder.api.token ?? ""
        let post =
            "POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
        return [
            Flood(
                name: "streams", what: "\(FloodSuite.streams) streams of one customer",
                count: FloodSuite.streams,
                bytes: "GET /api/v1/events/ HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(token)"
                    + "\r\n\r\n"),
            Flood(
                name: "idle", what: "\(FloodSuite.idle) idle connections", count: FloodSuite.idle,
                bytes: ""),
            Flood(
                name: "heads", what: "\(FloodSuite.idle) half-sent headers",
                count: FloodSuite.idle, bytes: "GET /health HTTP/1.1\r\nHost: a\r\n"),
            Flood(
                name: "bodies", what: "\(FloodSuite.idle) half-sent bodies",
                count: FloodSuite.idle, bytes: post + "Content-Length: 900\r\n\r\n{"),
        ]
    }

    /// What others wait for while the flood stands.
    func measure(_ what: String, _ sockets: FloodSockets?, _ report: inout Report) async {
        func request(_ path: String, _ caller: Caller) -> String {
            "GET \(path) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                + "Authorization: Bearer \(caller.token ?? "")\r\n\r\n"
        }
        let requests = [
            request("/api/v1/core/conversations/", staff.api),
            request("/api/v1/messaging/messages/", other.api),
            request("/api/v1/services/", staff.api),
        ]
        let found = await FreshCalls.run(requests, port: place.port, for: duration)
        report.add("others beside \(what)", found.times, aim: "p99 < 100 ms")
        report.add("of them not answered", value: Double(found.failed), unit: "", aim: "0")
        guard let sockets else { return }
        report.add("of the flood still open", value: Double(sockets.openCount), unit: "")
    }

    /// The longest messages, each with one more to answer in its turn.
    func writeMessages(_ report: inout Report) async throws {
        let wording = try Wording.messages()
        let before = ProcessFigures.processorSeconds(of: place.processID)
        let begun = ContinuousClock.now
        for number in 0..<FloodSuite.messages {
            try await flooder.write(FloodRun.message(number, wording))
            try await waitForDraft()
        }
        let wall = (ContinuousClock.now - begun) / .seconds(1)
        let after = ProcessFigures.processorSeconds(of: place.processID)
        let what = "\(FloodSuite.messages) messages of \(FloodSuite.messageLength) characters"
        for kind in ["server", "models", "postgres"] {
            report.add(
                "\(what): processor of \(kind)", value: (after[kind] ?? 0) - (before[kind] ?? 0),
                unit: "s", aim: kind == "server" ? "< 10 s" : nil)
        }
        report.add("\(what): until the last draft", value: wall, unit: "s")
    }

    /// Questions as customers ask them, or nothing but names and times without an end.
    private static func message(_ number: Int, _ wording: [String]) -> String {
        var text = ""
        var next = number * 37
        while text.count < FloodSuite.messageLength {
            text +=
                number.isMultiple(of: 2)
                ? wording[next % wording.count] + " "
                : "and do you have colour refresh with Ana on \(next % 28 + 1) May at \(next % 9 + 9) or "
            next += 1
        }
        return String(text.prefix(FloodSuite.messageLength))
    }

    private func waitForDraft() async throws {
        let end = ContinuousClock.now + .seconds(120)
        while ContinuousClock.now < end {
            if try await staff.drafts().contains(where: { $0.phone == flooder.phone }) { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw BenchFailure("no draft for the long messages")
    }
}
