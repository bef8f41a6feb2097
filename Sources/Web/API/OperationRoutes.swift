import Base
import Desk
import Domain
import HTTP

/// For those who run the server.
struct OperationRoutes: Sendable {
    let context: SiteContext

    var all: [Route<Visitor>] {
        [
            Route(OperationRoutes.health, readHealth),
            Route(OperationRoutes.metrics, readMetrics),
        ]
    }

    private static let health = RouteDescription(
        .get, "/health", operation: "readHealth",
        summary: "Whether the parts are there; 503 without the database", tag: "operation",
        response: .init(
            .object(
                named: "Health",
                [
                    .init("status", .oneOf(["ok", "degraded", "down"])),
                    .init("database", .oneOf(["ok", "down"])),
                    .init("models", .oneOf(["ok", "down"])),
                    .init(
                        "queues",
                        .array(
                            of: .object(
                                named: "Queue",
                                [
                                    .init("lane", .string), .init("state", .string),
                                    .init("count", .integer),
                                ]))),
                ])))

    private struct Health: Encodable {
        struct Queue: Encodable {
            let lane: String
            let state: String
            let count: Int
        }

        let status: String
        let database: String
        let models: String
        let queues: [Queue]
    }

    private func readHealth(
        _ request: HTTPRequest, _ visitor: Visitor
    ) async throws -> HTTPResponse {
        let report = await context.desk.health.report()
        let status = report.database ? (report.models ? "ok" : "degraded") : "down"
        return .json(
            Health(
                status: status, database: report.database ? "ok" : "down",
                models: report.models ? "ok" : "down",
                queues: report.queues.map {
                    .init(lane: $0.lane, state: $0.state, count: $0.count)
                }), report.database ? .ok : .serviceUnavailable)
    }

    private static let metrics = RouteDescription(
        .get, "/metrics", operation: "readMetrics",
        summary: "Counters and timings, for this machine and for staff", tag: "operation",
        response: .init(.string, as: .text))

    private func readMetrics(
        _ request: HTTPRequest, _ visitor: Visitor
    ) async throws -> HTTPResponse {
        let isForwarded = request.headers.contains("X-Forwarded-For")
        if isForwarded || !ProxyList.isLoopback(visitor.address) {
            guard let token = request.bearerToken else { throw AccountRefusal.notSignedIn }
            _ = try await context.desk.signIn.staff(ofToken: token)
        }
        context.desk.metrics.gauge("event_streams", Double(context.changes.subscriberCount))
        return .text(context.desk.metrics.text())
    }
}
